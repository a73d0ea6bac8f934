"""How long what was sent is good, how it stands, what is asked of newcomers: no rows, no clock."""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from app.kernel.errors import Invalid, Refused
from app.people.errors import InvitationExpired, InvitationUsed, LinkNotValid

LONGEST_TEXT = 200
MOST_A_DAY = 1_000
MOST_DAYS = 60
USUAL_DAYS = 14


class InvitationState(StrEnum):
    """Where an invitation stands; one that waits past its expiry is shown as expired."""

    WAITING = "WAITING"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    EXPIRED = "EXPIRED"


class RegistrationState(StrEnum):
    """Where a company's registration stands; its seller sees it from `WAITING` on."""

    UNCONFIRMED = "UNCONFIRMED"
    WAITING = "WAITING"
    APPROVED = "APPROVED"
    REFUSED = "REFUSED"


@dataclass(frozen=True, slots=True)
class Application:
    """What a company says of itself to become a customer; texts are tidied by `checked`."""

    company_name: str
    tax_number: str
    street: str
    city: str
    region: str
    country: str
    contact_name: str
    telephone: str

    def checked(self) -> "Application":
        """Return it without blanks around; raises `Invalid` for what is missing or too long."""
        tidy = {name: value.strip() for name, value in asdict(self).items()}
        for name, value in tidy.items():
            field = _camel(name)
            if len(value) > LONGEST_TEXT:
                raise Invalid(field, f"must have at most {LONGEST_TEXT} characters")
            if not value and name in _NEEDED:
                raise Invalid(field, "must not be empty")
        return Application(**tidy)


_NEEDED = frozenset({"company_name", "tax_number", "street", "city", "contact_name"})


def checked_daily(number: int) -> int:
    """Return how many registrations a link takes a day; raises `Invalid`."""
    if not 1 <= number <= MOST_A_DAY:
        raise Invalid("mostADay", f"must be 1 to {MOST_A_DAY}")
    return number


def expiry(days: int | None, now: datetime) -> datetime:
    """Return until when an invitation is good, the usual time unless it is said."""
    good_for = USUAL_DAYS if days is None else days
    if not 1 <= good_for <= MOST_DAYS:
        raise Invalid("days", f"must be 1 to {MOST_DAYS}")
    return now + timedelta(days=good_for)


def shown_state(state: str, expires_at: datetime, now: datetime) -> InvitationState:
    """Return how an invitation stands at an instant; the moment of expiry is expired."""
    stored = InvitationState(state)
    is_over = stored is InvitationState.WAITING and expires_at <= now
    return InvitationState.EXPIRED if is_over else stored


def why_not(state: InvitationState, *, is_last: bool) -> Refused | None:
    """Return why an invitation cannot be accepted, or none; `is_last` is its last sending."""
    if state is InvitationState.ACCEPTED:
        return InvitationUsed()
    if state is InvitationState.WITHDRAWN or not is_last:
        return LinkNotValid()
    return InvitationExpired() if state is InvitationState.EXPIRED else None


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
