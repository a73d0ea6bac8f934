"""The log of contacts with customers: calls, mails and visits, and what comes next (R3-39)."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from uuid import UUID

from app.audit.operations import record
from app.care import locks
from app.care.models import CustomerContact
from app.care.operations.moving import checked_text
from app.care.operations.sight import customer, reachable_contacts
from app.care.rules.words import ContactKind
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import DateOutOfSense, sensible_day
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContact:
    """That one was in touch with a customer; the next step and its day come together."""

    relationship_id: UUID
    kind: ContactKind
    text: str
    happened_at: datetime | None = None
    with_whom: str = ""
    next_step: str | None = None
    next_on: date | None = None


@requires(Permission.CONTACT_LOG_WRITE)
async def log_contact(work: Work, new: NewContact, key: str) -> UUID:
    """Write down a contact with a customer that one looks after; returns its id."""
    text = checked_text(new.text)
    _check(work, new)

    async def command(contact_id: UUID) -> None:
        terms = await customer(work, Permission.CONTACT_LOG_WRITE, new.relationship_id)
        row = CustomerContact(
            id=contact_id,
            relationship_id=terms.id,
            seller_id=terms.seller_id,
            membership_id=work.actor.membership_id,
            made_by_name=work.actor.name,
            kind=new.kind,
            happened_at=new.happened_at or work.now,
            with_whom=new.with_whom.strip(),
            text=text,
            next_step=new.next_step,
            next_on=new.next_on,
            logged_at=work.now,
        )
        await work.save(row)
        after = {"kind": new.kind, "relationship_id": str(terms.id)}
        record(work, "LOG_CONTACT", "customer_contact", contact_id, after=after)

    return await once(work, key, "logContact", asdict(new), new_id(), command)


@requires(Permission.CONTACT_LOG_WRITE)
async def finish_next_step(work: Work, contact_id: UUID) -> UUID:
    """Note that the next step of a contact is done; said twice, it was done once."""
    row = await locks.contact(work, contact_id, reachable_contacts(work))
    if row is None or row.next_on is None:
        raise NotFound("CustomerContact").at("customerContactId")
    if row.done_at is None:
        row.done_at, row.done_by_name = work.now, work.actor.name
        record(work, "FINISH_NEXT_STEP", "customer_contact", contact_id)
    return contact_id


def _check(work: Work, new: NewContact) -> None:
    if len(new.with_whom) > LONGEST_NAME:
        raise Invalid("withWhom", f"must have at most {LONGEST_NAME} characters")
    if new.happened_at is not None and new.happened_at > work.now:
        raise Invalid("happenedAt", "must not be in the future")
    if (new.next_step is None) != (new.next_on is None):
        raise Invalid("nextOn", "name the next step and its day, or neither")
    if new.next_step is not None:
        checked_text(new.next_step, "nextStep")
    if new.next_on is not None:
        try:
            sensible_day(new.next_on)
        except DateOutOfSense as wrong:
            raise Invalid("nextOn", str(wrong)) from wrong
