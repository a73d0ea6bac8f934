"""Who may decide a step now: drawn here and nowhere else.

A seat holds the people of an organisation who may decide: all of them, those of a role, or one.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    DateTime,
    FromClause,
    Integer,
    Select,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    column,
    exists,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
)
from sqlalchemy.dialects.postgresql import ARRAY

from app.approvals.models import ApprovalDelegation, ApprovalSeat, ApprovalStep, StepStatus
from app.approvals.rules import Seat
from app.db.reading import TENANT, rows, sent
from app.db.tables import table_of
from app.db.work import Work
from app.rbac.assignments import counts_at
from app.rbac.models import Membership, MembershipRole, RoleGrant
from app.rbac.permissions import Permission
from app.rbac.rules import Effect

_step, _seat = table_of(ApprovalStep).c, table_of(ApprovalSeat).c
_held = table_of(MembershipRole).c
_person, _absence = table_of(Membership).c, table_of(ApprovalDelegation).c


@dataclass(frozen=True, slots=True)
class Capacity:
    """A person who may decide a step, where there is one, and where they work."""

    step_id: UUID | None
    organisation_id: UUID
    membership_id: UUID
    name: str
    in_place_of: UUID | None = None


@dataclass(frozen=True, slots=True)
class Asking:
    """For whom a statement asks: values, or parameters that stand for them."""

    tenant: ColumnElement[UUID]
    right: ColumnElement[str]
    now: ColumnElement[datetime]

    @property
    def in_turn(self) -> ColumnElement[bool]:
        """Hold steps to those that are asked now: undecided, and none before them undecided."""
        earlier = table_of(ApprovalStep).alias("earlier")
        first = select(func.min(earlier.c.sequence)).where(
            earlier.c.tenant_id == self.tenant,
            earlier.c.subject_id == _step.subject_id,
            earlier.c.revision == _step.revision,
            earlier.c.status == StepStatus.PENDING,
        )
        is_first = _step.sequence == first.correlate(table_of(ApprovalStep)).scalar_subquery()
        return and_(_step.status == StepStatus.PENDING, is_first)

    @property
    def sits(self) -> ColumnElement[bool]:
        """Hold people to those who may decide a step; both stand in the statement around it."""
        around = (table_of(ApprovalStep), table_of(Membership))
        seats = exists().where(_seat.tenant_id == self.tenant, _seat.step_id == _step.id)
        roles = (
            select(_held.role_id)
            .where(
                _held.tenant_id == self.tenant,
                _held.membership_id == _person.id,
                counts_at(_held, self.now),
            )
            .correlate(table_of(Membership))
        )
        seated = seats.where(
            _seat.organisation_id == _person.organisation_id,
            or_(_seat.membership_id.is_(None), _seat.membership_id == _person.id),
            or_(_seat.role_id.is_(None), _seat.role_id.in_(roles)),
        )
        named = _step.approver_membership_id
        plain = and_(
            ~seats.correlate(*around),
            _step.organisation_id == _person.organisation_id,
            or_(named.is_(None), named == _person.id),
        )
        return and_(
            _person.tenant_id == self.tenant,
            _person.ended_at.is_(None),
            self.may(Effect.ALLOW),
            ~self.may(Effect.DENY),
            or_(seated.correlate(*around), plain),
        )

    def as_whom(
        self,
        membership_id: ColumnElement[UUID],
        *also: ColumnElement[bool],
        beside: Sequence[FromClause] = (),
    ) -> ColumnElement[list[UUID]]:
        """Select as whom a person may decide the step of the statement around it; none if not.

        What `also` holds may look at tables that stand `beside` the step in that statement.
        """
        found = (
            select(func.array_agg(_person.id, type_=ARRAY(Uuid())))
            .where(
                or_(_person.id == membership_id, _person.id.in_(self._stood_in_for(membership_id))),
                self.sits,
                *also,
            )
            .correlate(table_of(ApprovalStep), *beside)
        )
        return found.scalar_subquery()

    @property
    def counts(self) -> ColumnElement[bool]:
        """Hold delegations to those that count now for the step of the statement around it."""
        return and_(
            _absence.tenant_id == self.tenant,
            _absence.ended_at.is_(None),
            _absence.starts_at <= self.now,
            _absence.ends_at > self.now,
            or_(_absence.rule_id.is_(None), _absence.rule_id == _step.rule_id),
        )

    def _stood_in_for(self, membership_id: ColumnElement[UUID]) -> Select[UUID]:
        """Select in whose place a person may decide: but not whom those stand in for."""
        found = select(_absence.from_membership_id).where(
            _absence.to_membership_id == membership_id, self.counts
        )
        return found.correlate(table_of(ApprovalStep))

    def may(self, effect: Effect) -> ColumnElement[bool]:
        """Hold people to those whose roles allow, or deny, the right."""
        held, grant = table_of(MembershipRole).alias().c, table_of(RoleGrant).alias().c
        found = exists().where(
            held.tenant_id == self.tenant,
            held.membership_id == _person.id,
            counts_at(held, self.now),
            grant.tenant_id == self.tenant,
            grant.role_id == held.role_id,
            grant.permission == self.right,
            grant.effect == effect.value,
        )
        return found.correlate(table_of(Membership))


ANYBODY = Asking(
    TENANT, bindparam("right", type_=Text()), bindparam("now", type_=DateTime(timezone=True))
)
_ME = bindparam("me", type_=Uuid())
_IDS = bindparam("ids", type_=ARRAY(Uuid()))
_WAITING = select(_step.subject_id, ANYBODY.as_whom(_ME).label("as_whom")).where(
    _step.tenant_id == TENANT, _step.subject_id == any_(_IDS), ANYBODY.in_turn
)
_ORGANISATIONS = (
    select(_step.organisation_id)
    .where(_step.tenant_id == TENANT, _step.subject_id == any_(_IDS))
    .union(
        select(_seat.organisation_id)
        .join(table_of(ApprovalStep), _step.id == _seat.step_id)
        .where(_seat.tenant_id == TENANT, _step.tenant_id == TENANT, _step.subject_id == any_(_IDS))
    )
)
_delegate = table_of(Membership).alias("delegate")


def _who(name: ColumnElement[UUID], *more: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """Select who sits where the steps of some subjects are decided now."""
    return (
        select(_step.subject_id, _step.organisation_id, _step.id, _step.sequence)
        .add_columns(_person.organisation_id.label("works_in"), name.label("person_id"), *more)
        .join_from(table_of(ApprovalStep), table_of(Membership), ANYBODY.sits)
        .where(
            _step.tenant_id == TENANT,
            _step.subject_id == any_(_IDS),
            ANYBODY.in_turn,
            _person.tenant_id == TENANT,
            _person.organisation_id.in_(_ORGANISATIONS),
        )
    )


_NOBODY = null().cast(Uuid()).label("in_place_of")
_SITTING = _who(_person.id, _person.name, _NOBODY)
_STANDING_IN = (
    _who(_delegate.c.id, _delegate.c.name, _person.id.label("in_place_of"))
    .join(
        table_of(ApprovalDelegation),
        and_(_absence.from_membership_id == _person.id, ANYBODY.counts),
    )
    .join(
        _delegate,
        and_(
            _delegate.c.tenant_id == TENANT,
            _delegate.c.id == _absence.to_membership_id,
            _delegate.c.ended_at.is_(None),
        ),
    )
)
_ALL_OF_THEM = union_all(_SITTING, _STANDING_IN).subquery()
_ALL = _ALL_OF_THEM.c
_WHO = select(_ALL_OF_THEM).order_by(
    _ALL.subject_id, _ALL.sequence, _ALL.id, _ALL.name, _ALL.person_id
)
_seats_given = (
    func.unnest(
        bindparam("organisations", type_=ARRAY(Uuid())),
        bindparam("roles", type_=ARRAY(Uuid())),
        bindparam("people", type_=ARRAY(Uuid())),
    )
    .table_valued(
        column("organisation_id", Uuid()),
        column("role_id", Uuid()),
        column("membership_id", Uuid()),
        with_ordinality="place",
    )
    .render_derived(name="given")
)
_GIVEN = _seats_given.c
_SEATED = (
    select(_GIVEN.place.cast(Integer()), _person.organisation_id, _person.id, _person.name)
    .join_from(
        _seats_given,
        table_of(Membership),
        and_(
            _person.tenant_id == TENANT,
            _person.organisation_id == _GIVEN.organisation_id,
            _person.ended_at.is_(None),
            or_(_GIVEN.membership_id.is_(None), _GIVEN.membership_id == _person.id),
            or_(
                _GIVEN.role_id.is_(None),
                _GIVEN.role_id.in_(
                    select(_held.role_id)
                    .where(_held.tenant_id == TENANT, _held.membership_id == _person.id)
                    .correlate(table_of(Membership))
                ),
            ),
            ANYBODY.may(Effect.ALLOW),
            ~ANYBODY.may(Effect.DENY),
        ),
    )
    .order_by(_GIVEN.place, _person.name, _person.id)
)


def of_organisation(own: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Hold steps to those that wait for the people of an organisation, whoever asks for them."""
    asked = select(_step.id).where(
        _step.tenant_id == TENANT,
        _step.organisation_id == own,
        _step.status == StepStatus.PENDING,
    )
    seated = select(_seat.step_id).where(_seat.tenant_id == TENANT, _seat.organisation_id == own)
    return _step.id.in_(asked.correlate(None).union(seated.correlate(None)))


def asked_of(work: Work) -> Select[UUID]:
    """Select the subjects about which the actor's organisation is asked and has not decided yet."""
    own = work.actor.own_organisation
    return (
        select(ApprovalStep.subject_id)
        .join(ApprovalSeat, ApprovalSeat.step_id == ApprovalStep.id)
        .where(
            ApprovalStep.tenant_id == work.tenant_id,
            ApprovalSeat.tenant_id == work.tenant_id,
            ApprovalSeat.organisation_id == own,
            ApprovalStep.status == StepStatus.PENDING,
        )
    )


async def people_in(work: Work, seats: Sequence[Sequence[Seat]]) -> list[list[Capacity]]:
    """Return who sits in each of some groups of seats and may decide, by name; one statement."""
    flat = [(group, seat) for group, of_group in enumerate(seats) for seat in of_group]
    found: list[dict[UUID, Capacity]] = [{} for _ in seats]
    groups: list[int] = [group for group, _ in flat]
    rows_found = await sent(
        work,
        _SEATED,
        organisations=[seat.organisation_id for _, seat in flat],
        roles=[seat.role_id for _, seat in flat],
        people=[seat.membership_id for _, seat in flat],
        right=Permission.APPROVAL_DECIDE.value,
    )
    for place, organisation_id, membership_id, name in rows_found:
        group = groups[int(place) - 1]
        capacity = Capacity(None, organisation_id, membership_id, name)
        found[group].setdefault(membership_id, capacity)
    return [list(each.values()) for each in found]


def decidable(work: Work) -> dict[str, object]:
    """Return what stands for the parameters of `ANYBODY` in this work."""
    right = Permission.APPROVAL_DECIDE.value
    return {"me": work.actor.membership_id, "right": right, "now": work.now}


def capacities_in(work: Work, right: Permission) -> ColumnElement[list[UUID]]:
    """Select as whom the actor may decide the step of the statement around it."""
    asking = Asking(literal(work.tenant_id), literal(right.value), literal(work.now))
    return asking.as_whom(literal(work.actor.membership_id, Uuid()))


async def as_whom(work: Work, subject_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Return as whom the actor may decide a step of each subject now; one statement."""
    given = {"ids": list(subject_ids), **decidable(work)}
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for subject_id, people in await rows(work, _WAITING, **given):
        if people:
            found[subject_id].update(people)
    return found


async def who_can_act(work: Work, subject_ids: Collection[UUID]) -> dict[UUID, list[Capacity]]:
    """Return who may decide a step of each subject now, by name; one statement.

    Who made a subject is not known here: nobody decides their own, nor in the place of who made it.
    """
    right = Permission.APPROVAL_DECIDE.value
    given = {"ids": list(subject_ids), "right": right, "now": work.now}
    found: dict[UUID, list[Capacity]] = {key: [] for key in subject_ids}
    for subject_id, _, step_id, _, *capacity in await sent(work, _WHO, **given):
        found[subject_id].append(Capacity(step_id, *capacity))
    return found
