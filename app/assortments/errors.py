"""What may be refused about assortments."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class AssortmentNameTaken(Refused):
    """Names of assortments are unique among those of one seller."""

    code: ClassVar = "ASSORTMENT_NAME_TAKEN"
    text: ClassVar = "You have an assortment named {name} already."
    field_path: ClassVar = "name"
    name: str
