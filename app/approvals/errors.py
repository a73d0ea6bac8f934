"""What approvals may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NotYourApproval(Refused):
    """The step names another approver, or an earlier step is open."""

    code: ClassVar = "NOT_YOUR_APPROVAL"
    text: ClassVar = "This approval waits for somebody else."
    field_path: ClassVar = "orderId"


@dataclass(eq=False)
class OwnApproval(Refused):
    """The actor placed, changed or discounted what waits for approval (Our rule 9)."""

    code: ClassVar = "OWN_APPROVAL"
    text: ClassVar = "Nobody approves their own order."
    field_path: ClassVar = "orderId"


@dataclass(eq=False)
class DelegateMayNotDecide(Refused):
    """Nobody's rights grow by standing in for another."""

    code: ClassVar = "DELEGATE_MAY_NOT_DECIDE"
    text: ClassVar = "{name} may not decide approvals, and so cannot stand in for you."
    field_path: ClassVar = "toMembershipId"
    name: str
