"""Letting a permission reach down the tree: one above asks, the lower organisation decides."""

from enum import StrEnum
from uuid import UUID

from sqlalchemy import exists, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks
from app.organisations.errors import (
    ConsentDecided,
    ConsentOfBelow,
    ConsentOutOfLine,
    OrganisationClosed,
)
from app.organisations.models import (
    BranchConsent,
    ConsentedRight,
    ConsentState,
    Organisation,
    OrganisationAncestry,
    OrganisationStatus,
)
from app.organisations.operations import counts, told_to, visible_below
from app.organisations.rules import as_noted
from app.rbac.guard import requires
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

LONGEST_NOTE = 1_000
OPEN = (ConsentState.OFFERED, ConsentState.ACCEPTED)


class ConsentVerdict(StrEnum):
    """What to say to a consent: ACCEPT and REFUSE are below's, WITHDRAW is either side's."""

    ACCEPT = "ACCEPT"
    REFUSE = "REFUSE"
    WITHDRAW = "WITHDRAW"


_BECOMES = {
    ConsentVerdict.ACCEPT: ConsentState.ACCEPTED,
    ConsentVerdict.REFUSE: ConsentState.REFUSED,
    ConsentVerdict.WITHDRAW: ConsentState.WITHDRAWN,
}


@requires(Permission.ROLE_WRITE)
async def offer_branch_consent(
    work: Work, organisation_id: UUID, permission: Permission, note: str
) -> BranchConsent:
    """Ask an organisation that is seen below to let a permission reach down to it.

    While one is asked or accepted, asking again is the same one. Who asks must hold the permission
    with the scope BRANCH. Raises `NotFound`, `OrganisationClosed`, `Forbidden`.
    """
    note = _checked(note)
    if permission not in set(ConsentedRight):
        listed = ", ".join(ConsentedRight)
        raise Invalid("permission", f"of these only can reach down by consent: {listed}")
    _check_holds(work, permission, Scope.BRANCH)
    own, below = await _line(work, organisation_id)
    await _end_those_left_behind(work, below.id, permission)
    is_new = await _put(work, own, below, permission, note)
    statement = select(BranchConsent).where(
        BranchConsent.above_id == own.id,
        BranchConsent.below_id == below.id,
        BranchConsent.permission == permission,
        BranchConsent.state.in_(OPEN),
    )
    consent = (await work.session.scalars(statement)).one()
    if is_new:
        words = {"above_name": own.name, "note": note or None}
        await _tell(work, consent, "OFFER_BRANCH_CONSENT", "branch_consent_offered", words)
    return consent


@requires(Permission.ROLE_WRITE)
async def answer_branch_consent(
    work: Work, consent_id: UUID, verdict: ConsentVerdict, note: str
) -> BranchConsent:
    """Accept or refuse as the lower organisation, or withdraw as either; counts at once.

    Who accepts must hold the permission. Raises `NotFound`, `ConsentOfBelow`, `ConsentDecided`,
    `ConsentOutOfLine`, `Forbidden`.
    """
    note = _checked(note)
    consent = await locks.consent_of_own(work, consent_id)
    if consent is None:
        raise NotFound("BranchConsent").at("consentId")
    own = work.actor.own_organisation
    is_withdrawn = verdict is ConsentVerdict.WITHDRAW
    if not is_withdrawn and own != consent.below_id:
        raise ConsentOfBelow(consent.below_name)
    if consent.state not in (OPEN if is_withdrawn else OPEN[:1]):
        raise ConsentDecided(consent.state.lower())
    if verdict is ConsentVerdict.ACCEPT:
        _check_holds(work, Permission(consent.permission), Scope.ORGANISATION)
        await _check_in_line(work, consent)
    consent.state, consent.answer = _BECOMES[verdict], note or None
    if is_withdrawn:
        consent.withdrawn_at, consent.withdrawn_by_membership_id = work.now, _actor(work)
    else:
        consent.decided_at, consent.decided_by_membership_id = work.now, _actor(work)
    words = {
        "name": consent.above_name if own == consent.above_id else consent.below_name,
        consent.state.lower(): consent.permission,
        "note": consent.answer,
    }
    await _tell(work, consent, f"{verdict}_BRANCH_CONSENT", "branch_consent_answered", words)
    return consent


def _checked(note: str) -> str:
    if len(note.strip()) > LONGEST_NOTE:
        raise Invalid("note", f"must have at most {LONGEST_NOTE} characters")
    return note.strip()


def _actor(work: Work) -> UUID | None:
    return work.actor.membership_id


def _check_holds(work: Work, permission: Permission, needed: Scope) -> None:
    """Nobody lets others have what they do not hold that far themselves."""
    if not (work.actor.may(permission) and work.actor.scope_of(permission).covers(needed)):
        raise Forbidden(permission)


async def _line(work: Work, below_id: UUID) -> tuple[Organisation, Organisation]:
    own = work.actor.own_organisation
    wanted = or_(Organisation.id == own, Organisation.id.in_(visible_below(work)))
    rows = await work.session.scalars(
        select(Organisation).where(Organisation.id.in_({own, below_id}), wanted)
    )
    found = {row.id: row for row in rows}
    below = found.get(below_id)
    if below is None or below_id == own:
        raise NotFound("Organisation").at("organisationId")
    if below.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(below.name).at("organisationId")
    return found[own], below


async def _end_those_left_behind(work: Work, below_id: UUID, permission: Permission) -> None:
    """Withdraw what was accepted before the branch moved away and came back."""
    ended = (
        update(BranchConsent)
        .where(
            BranchConsent.tenant_id == work.tenant_id,
            BranchConsent.above_id == work.actor.own_organisation,
            BranchConsent.below_id == below_id,
            BranchConsent.permission == permission,
            BranchConsent.state == ConsentState.ACCEPTED,
            ~counts(work),
        )
        .values(
            state=ConsentState.WITHDRAWN,
            withdrawn_at=work.now,
            withdrawn_by_membership_id=_actor(work),
        )
    )
    await work.session.execute(ended.execution_options(synchronize_session=False))


async def _put(
    work: Work, own: Organisation, below: Organisation, permission: Permission, note: str
) -> bool:
    """Write a consent unless one is open; whether it is new."""
    asking = insert(BranchConsent).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        above_id=own.id,
        below_id=below.id,
        above_name=own.name,
        below_name=below.name,
        permission=permission,
        note=note,
        offered_by_membership_id=_actor(work),
        offered_at=work.now,
        state=ConsentState.OFFERED,
    )
    made = asking.on_conflict_do_nothing().returning(BranchConsent.id)
    return await work.session.scalar(made) is not None


async def _check_in_line(work: Work, consent: BranchConsent) -> None:
    stands = exists().where(
        OrganisationAncestry.tenant_id == work.tenant_id,
        OrganisationAncestry.ancestor_id == consent.above_id,
        OrganisationAncestry.descendant_id == consent.below_id,
    )
    if not await work.session.scalar(select(stands)):
        raise ConsentOutOfLine(consent.above_name)


async def _tell(
    work: Work, consent: BranchConsent, action: str, kind: str, words: dict[str, str | None]
) -> None:
    """Note it for both sides, and tell those of the other one who may answer."""
    is_above = work.actor.own_organisation == consent.above_id
    other = consent.below_id if is_above else consent.above_id
    record(
        work,
        action,
        "branch_consent",
        consent.id,
        after=as_noted(
            {
                "above_id": consent.above_id,
                "below_id": consent.below_id,
                "permission": consent.permission,
                "state": consent.state,
            }
        ),
        on_behalf_of=other,
        reason=consent.answer,
    )
    keepers = await people_of(work, (other,), Permission.ROLE_WRITE)
    holders = set(await people_of(work, (other,), Permission(consent.permission)))
    people = told_to([person for person in keepers if person in holders])
    data: dict[str, object] = {"permission": consent.permission, **words, **people}
    work.tell(DomainEvent(kind, "branch_consent", consent.id, data))
