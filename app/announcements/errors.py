"""What may be refused of announcements, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NobodyAddressed(Refused):
    """An announcement is for somebody."""

    code: ClassVar = "NOBODY_ADDRESSED"
    text: ClassVar = "Name levels, groups, territories or customers, or say that it is for all."
    field_path: ClassVar = "audience"


@dataclass(eq=False)
class AudienceBeyondCustomers(Refused):
    """Whoever looks after some customers announces to these alone."""

    code: ClassVar = "AUDIENCE_BEYOND_CUSTOMERS"
    text: ClassVar = "You announce to customers that you look after: name each of them."
    field_path: ClassVar = "audience"
