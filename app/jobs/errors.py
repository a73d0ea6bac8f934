"""What may be refused about jobs."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class JobDecided(Refused):
    """Somebody has decided the other way about a dead job before."""

    code: ClassVar = "JOB_DECIDED"
    text: ClassVar = "This job was decided about before; it is {state} now."
    field_path: ClassVar = "id"
    state: str
