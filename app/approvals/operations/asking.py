"""Which rules a subject meets, and the approvals that are asked for (R3-53..R3-55)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from hashlib import sha256
from json import dumps
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Select, Uuid, and_, bindparam, case, func, or_, select

from app.approvals.models import (
    ApprovalManager,
    ApprovalParty,
    ApprovalRule,
    ApprovalSeat,
    ApprovalStep,
    StepStatus,
)
from app.approvals.rules import (
    Approver,
    ApproverKind,
    Condition,
    Facts,
    Place,
    RuleStep,
    Seat,
    StepJoin,
    holds,
    is_reached,
    seats_of,
)
from app.approvals.rules.asking import seat_of, told_apart
from app.approvals.rules.conditions import because, in_words
from app.db.reading import TENANT
from app.db.tables import table_of
from app.db.work import Work
from app.kernel.ids import new_id
from app.organisations.models import Organisation, OrganisationAncestry

FIRST_TURN = 1
_MORE = ("decided_for_membership_id", "decided_for_name", "reason")


@dataclass(frozen=True, slots=True)
class Met:
    """One approval that is needed: why, in which turn, and who of which seats may give it.

    No rule stands behind what a cause of the quote asks for. `organisation_id` is whose side asks.
    """

    organisation_id: UUID
    rule_id: UUID | None
    rule_name: str
    sequence: int
    because: str
    seats: tuple[Seat, ...]
    remind_after_hours: int | None = None
    escalate_after_hours: int | None = None
    escalates_to: Seat | None = None


@dataclass(frozen=True, slots=True)
class Subject:
    """What needs approval: what is known of it besides its facts.

    `content` is equal where nothing that an approver looks at differs. Those in `made_by` made it,
    and what they decided before counts no more.
    """

    kind: str
    id: UUID
    revision: int
    content: str
    made_by: frozenset[UUID | None]


def rules_with(**facts: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Build the statement that reads the rules for a seller, a buyer and a currency, with facts.

    Its parameters are `seller`, `buyer`, `currency`, `placed_by`; what is inherited comes along.
    """
    rule = table_of(ApprovalRule).c
    unit = table_of(Organisation).c
    manager = table_of(ApprovalManager).c
    seller, buyer = bindparam("seller", type_=Uuid()), bindparam("buyer", type_=Uuid())
    speaks_for = case((rule.party == ApprovalParty.SELLER, seller), else_=buyer)
    parent = select(unit.parent_id).where(unit.tenant_id == TENANT, unit.id == speaks_for)
    managed_by = select(manager.manager_membership_id).where(
        manager.tenant_id == TENANT,
        manager.membership_id == bindparam("placed_by", type_=Uuid()),
    )
    return (
        select(
            table_of(ApprovalRule),
            speaks_for.label("speaks_for"),
            parent.correlate(table_of(ApprovalRule)).scalar_subquery().label("parent_id"),
            managed_by.scalar_subquery().label("manager_id"),
            *(fact.label(name) for name, fact in facts.items()),
        )
        .where(
            rule.tenant_id == TENANT,
            or_(
                and_(rule.party == ApprovalParty.SELLER, _speaks_to(seller)),
                and_(rule.party == ApprovalParty.BUYER, _speaks_to(buyer)),
            ),
            rule.is_active,
            or_(rule.currency.is_(None), rule.currency == bindparam("currency")),
        )
        .order_by(rule.sequence, rule.id)
    )


def met_by(
    rules: Sequence[Any], facts: Facts, seller_id: UUID, causes: Sequence[str] = ()
) -> list[Met]:
    """Return the approvals that rows of `rules_with` ask for: first one each for the causes.

    A cause beyond the rules, such as a discount beyond authority, asks anyone who decides for the
    seller.
    """
    asked = [
        Met(seller_id, None, "", FIRST_TURN, cause, (Seat(seller_id),))
        for cause in dict.fromkeys(causes)
    ]
    for rule in rules:
        asked += _asked_by(rule, facts)
    return asked


async def ask(work: Work, subject: Subject, needed: Sequence[Met]) -> list[ApprovalStep]:
    """Ask for what is needed; a decision of an earlier revision about the same counts again.

    One statement, two from the second revision on, none when nothing is needed.
    """
    if not needed:
        return []
    digests = [_digest(subject, met) for met in needed]
    earlier = await _earlier(work, subject) if subject.revision > 1 else {}
    steps = [
        _step(work, subject, met, digest, earlier.get(digest))
        for met, digest in zip(needed, digests, strict=True)
    ]
    seats = [
        {"step_id": step.id, "place": place, **_seat(seat)}
        for step, met in zip(steps, needed, strict=True)
        for place, seat in enumerate(met.seats)
    ]
    await work.write(*steps, beside={ApprovalSeat: seats})
    return steps


async def ask_organisations(
    work: Work, subject_kind: str, subject_id: UUID, revision: int, because: Mapping[UUID, str]
) -> list[ApprovalStep]:
    """Ask each organisation, for its own reason in words, to agree; all at once, in no turn."""
    steps = [
        ApprovalStep(
            subject_kind=subject_kind,
            subject_id=subject_id,
            revision=revision,
            organisation_id=organisation_id,
            sequence=FIRST_TURN,
            because=words,
            status=StepStatus.PENDING,
            requested_at=work.now,
        )
        for organisation_id, words in because.items()
    ]
    await work.save(*steps)
    return steps


async def last_revision(work: Work, subject_id: UUID) -> int:
    """Return the latest revision for which a subject's approvals were asked; 0 without any."""
    latest = select(func.max(ApprovalStep.revision)).where(
        ApprovalStep.tenant_id == work.tenant_id, ApprovalStep.subject_id == subject_id
    )
    return await work.session.scalar(latest) or 0


def steps_in(rule: Any) -> list[RuleStep]:
    """Return a rule's steps; an older rule has one, of the person it names or of anyone."""
    if rule.steps is not None:
        return [RuleStep.read(kept) for kept in rule.steps]
    named = rule.approver_membership_id
    only = Approver(ApproverKind.PERSON, named) if named else Approver(ApproverKind.ANYONE)
    return [RuleStep(StepJoin.ANY, (only,))]


def conditions_in(rule: Any) -> list[Condition]:
    """Return what a rule looks at beside the total."""
    return [Condition.read(kept) for kept in rule.conditions or ()]


def _speaks_to(organisation_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    rule, above = table_of(ApprovalRule).c, table_of(OrganisationAncestry).c
    upper = select(above.ancestor_id).where(
        above.tenant_id == TENANT, above.descendant_id == organisation_id
    )
    inherited = and_(rule.is_inheritable, rule.organisation_id.in_(upper))
    return or_(rule.organisation_id == organisation_id, inherited)


def _asked_by(rule: Any, facts: Facts) -> list[Met]:
    conditions = conditions_in(rule)
    if rule.currency is not None and not is_reached(rule.operator, rule.threshold, facts.total):
        return []
    if not all(holds(each, facts, rule.speaks_for) for each in conditions):
        return []
    total = because(rule.operator, rule.threshold, rule.currency)
    words = " ".join(filter(None, (total, *(in_words(each, facts) for each in conditions))))
    is_own = facts.placed_by_organisation == rule.speaks_for
    place = Place(rule.speaks_for, rule.parent_id, rule.manager_id if is_own else None)
    met = partial(
        Met,
        rule.speaks_for,
        rule.id,
        rule.name,
        remind_after_hours=rule.remind_after_hours,
        escalate_after_hours=rule.escalate_after_hours,
        escalates_to=seat_of(Approver.read(rule.escalate_to), place) if rule.escalate_to else None,
    )
    return [
        met(sequence=sequence, because=words, seats=tuple(seats))
        for sequence, step in enumerate(steps_in(rule), start=rule.sequence)
        for seats in seats_of(step, place)
    ]


def _step(
    work: Work, subject: Subject, met: Met, digest: str, earlier: ApprovalStep | None
) -> ApprovalStep:
    step = ApprovalStep(
        id=new_id(),
        subject_kind=subject.kind,
        subject_id=subject.id,
        revision=subject.revision,
        organisation_id=met.organisation_id,
        rule_id=met.rule_id,
        sequence=met.sequence,
        because=met.because,
        status=StepStatus.PENDING,
        requested_at=work.now,
        looked_at=digest,
        remind_after_hours=met.remind_after_hours,
        escalate_after_hours=met.escalate_after_hours,
        escalates_to=told_apart([met.escalates_to]) if met.escalates_to else None,
    )
    if earlier is not None:
        step.status = StepStatus.APPROVED
        step.carried_from_revision = earlier.carried_from_revision or earlier.revision
        for name in ("decided_at", "decided_by_membership_id", "decided_by_name", *_MORE):
            setattr(step, name, getattr(earlier, name))
    return step


async def _earlier(work: Work, subject: Subject) -> dict[str, ApprovalStep]:
    """Return what was agreed to before by people who did not make the subject, by what it was."""
    statement = (
        select(ApprovalStep)
        .where(
            ApprovalStep.subject_id == subject.id,
            ApprovalStep.revision < subject.revision,
            ApprovalStep.status == StepStatus.APPROVED,
            ApprovalStep.looked_at.is_not(None),
        )
        .order_by(ApprovalStep.revision)
    )
    found = (await work.session.execute(statement)).scalars()
    agreed = [step for step in found if step.decided_by_membership_id not in subject.made_by]
    return {step.looked_at: step for step in agreed if step.looked_at}


def _digest(subject: Subject, met: Met) -> str:
    about = [subject.content, str(met.rule_id), met.sequence, met.because, told_apart(met.seats)]
    return sha256(dumps(about).encode()).hexdigest()


def _seat(seat: Seat) -> dict[str, Any]:
    return {
        "organisation_id": seat.organisation_id,
        "role_id": seat.role_id,
        "membership_id": seat.membership_id,
    }
