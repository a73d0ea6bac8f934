"""What promotions may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class SchemeBudgetSpent(Refused):
    """Others took what a scheme, a coupon or the points had left, again and again."""

    code: ClassVar = "SCHEME_BUDGET_SPENT"
    text: ClassVar = (
        "What {what} had left was taken meanwhile; look at the new total and try again."
    )
    field_path: ClassVar = "lines"
    what: str
