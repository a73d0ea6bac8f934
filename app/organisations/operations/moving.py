"""Moving a branch: the tree is rewritten, and what hangs on it follows.

Whoever calls this holds the lock of the tree.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    and_,
    delete,
    exists,
    func,
    literal,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import InstrumentedAttribute, aliased

from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations.models import (
    FormerAncestry,
    Organisation,
    OrganisationAncestry,
    OrganisationStatus,
)
from app.organisations.operations.sight import visible_below_of
from app.organisations.rules import Standing, check_move
from app.rbac.models import Membership, MembershipRole, Role
from app.rbac.operations import take_along
from app.rbac.permissions import Permission

_pair = OrganisationAncestry
_COLUMNS = ["tenant_id", "ancestor_id", "descendant_id", "distance", "since"]


@dataclass(frozen=True, slots=True)
class Reach:
    """As far as an organisation may move what stands below it; none of the whole network."""

    own: UUID | None

    def holds(self, work: Work, column: InstrumentedAttribute[UUID]) -> ColumnElement[bool]:
        """Hold organisations to those within reach: the own one, and what it sees below."""
        if self.own is None:
            return true()
        tenant, own, now = literal(work.tenant_id), literal(self.own), literal(work.now)
        return or_(column == self.own, column.in_(visible_below_of(tenant, own, now)))


@dataclass(frozen=True, slots=True)
class Fit:
    """A move that fits: which branch, from where, under whom."""

    moved: Standing
    former_parent_id: UUID
    parent: Standing


def reach_of(work: Work) -> Reach:
    """Say how far the actor may move what stands below its organisation."""
    is_network_wide = work.actor.scope_of(Permission.ORGANISATION_MOVE) is Scope.TENANT
    return Reach(None if is_network_wide else work.actor.own_organisation)


async def fitting(work: Work, reach: Reach, organisation_id: UUID, parent_id: UUID) -> Fit:
    """Find out whether a branch can stand under a parent; one statement.

    Raises `NotFound` for what is out of reach, and what `check_move` refuses.
    """
    within = exists().where(
        _pair.tenant_id == work.tenant_id,
        _pair.ancestor_id == organisation_id,
        _pair.descendant_id == Organisation.id,
    )
    found = await work.session.execute(
        standings(work)
        .add_columns(within)
        .where(
            Organisation.id.in_({organisation_id, parent_id}),
            reach.holds(work, Organisation.id),
        )
    )
    known = {row[0]: (_standing(row), row[-1]) for row in found}
    for key, field in ((organisation_id, "organisationId"), (parent_id, "newParentId")):
        if key not in known:
            raise NotFound("Organisation").at(field)
    moved, (parent, is_within) = known[organisation_id][0], known[parent_id]
    former = check_move(moved, parent, is_within=is_within, own=reach.own)
    return Fit(moved, former, parent)


def standings(work: Work) -> Select[*tuple[Any, ...]]:
    """Select where organisations stand, in the order in which `Standing` has it."""
    above = select(func.max(_pair.distance)).where(
        _pair.tenant_id == work.tenant_id, _pair.descendant_id == Organisation.id
    )
    below = select(func.max(_pair.distance)).where(
        _pair.tenant_id == work.tenant_id, _pair.ancestor_id == Organisation.id
    )
    return select(
        Organisation.id,
        Organisation.name,
        Organisation.parent_id,
        Organisation.status == OrganisationStatus.CLOSED,
        above.correlate(Organisation).scalar_subquery(),
        below.correlate(Organisation).scalar_subquery(),
    )


async def replant(work: Work, fit: Fit) -> None:
    """Put a branch under its new parent, and note since when and until when; five statements.

    Prices are inherited from who stands above, so a move becomes known as their changes do.
    """
    moved, parent = fit.moved.id, fit.parent.id
    await work.session.execute(
        update(Organisation).where(Organisation.id == moved).values(parent_id=parent)
    )
    instant = await known_from(work)
    await work.session.execute(_log(work, moved, parent, instant))
    await work.session.execute(
        delete(_pair)
        .where(
            _pair.tenant_id == work.tenant_id,
            _pair.descendant_id.in_(_branch(work, moved)),
            _pair.ancestor_id.in_(_above(work, moved)),
            _pair.ancestor_id.not_in(_above(work, parent, least=0)),
        )
        .execution_options(synchronize_session=False)
    )
    await work.session.execute(_graft(work, moved, parent, instant))


async def keep_roles(work: Work, fit: Fit) -> list[Role]:
    """Give a branch roles of its own for those of former ancestors that its people hold.

    Else these would go on to decide what people may do who stand below them no more. To be called
    before the tree is rewritten; one statement where there is none, six where there are.
    """
    moved = fit.moved.id
    holders = select(Membership.id).where(
        Membership.tenant_id == work.tenant_id,
        Membership.organisation_id.in_(_branch(work, moved)),
        Membership.ended_at.is_(None),
    )
    held = select(MembershipRole.role_id).where(
        MembershipRole.tenant_id == work.tenant_id, MembershipRole.membership_id.in_(holders)
    )
    roles = await work.session.scalars(
        select(Role)
        .where(
            Role.organisation_id.in_(_above(work, moved)),
            Role.organisation_id.not_in(_above(work, fit.parent.id, least=0)),
            Role.id.in_(held),
        )
        .order_by(Role.id)
    )
    found = list(roles)
    return await take_along(work, found, moved, holders) if found else []


def _standing(row: Any) -> Standing:
    return Standing(*row[:-1])


def _branch(work: Work, top: UUID) -> Select[UUID]:
    pair = aliased(_pair)
    return select(pair.descendant_id).where(
        pair.tenant_id == work.tenant_id, pair.ancestor_id == top
    )


def _above(work: Work, organisation_id: UUID, *, least: int = 1) -> Select[UUID]:
    pair = aliased(_pair)
    return select(pair.ancestor_id).where(
        pair.tenant_id == work.tenant_id,
        pair.descendant_id == organisation_id,
        pair.distance >= least,
    )


def _log(work: Work, moved: UUID, parent: UUID, until: datetime) -> Any:
    """Note each pair that ends or changes its distance, since that distance began."""
    pair, below, above = aliased(_pair), aliased(_pair), aliased(_pair)
    former = FormerAncestry
    changed = (
        select(func.max(former.until))
        .where(
            former.tenant_id == work.tenant_id,
            former.ancestor_id == pair.ancestor_id,
            former.descendant_id == pair.descendant_id,
        )
        .correlate(pair)
        .scalar_subquery()
    )
    same = exists().where(
        above.tenant_id == work.tenant_id,
        above.ancestor_id == pair.ancestor_id,
        above.descendant_id == parent,
        above.distance + below.distance + 1 == pair.distance,
    )
    ending = (
        select(
            pair.tenant_id,
            pair.ancestor_id,
            pair.descendant_id,
            pair.distance,
            func.greatest(pair.since, changed),
            literal(until),
        )
        .join(
            below,
            and_(below.tenant_id == pair.tenant_id, below.descendant_id == pair.descendant_id),
        )
        .where(
            pair.tenant_id == work.tenant_id,
            below.tenant_id == work.tenant_id,
            below.ancestor_id == moved,
            pair.ancestor_id.in_(_above(work, moved)),
            ~same,
        )
    )
    return insert(former).from_select([*_COLUMNS, "until"], ending)


def _graft(work: Work, moved: UUID, parent: UUID, since: datetime) -> Any:
    """Note each pair of the branch and what now stands above; who did before did so all along."""
    below, above = aliased(_pair), aliased(_pair)
    pairs = (
        select(
            above.tenant_id,
            above.ancestor_id,
            below.descendant_id,
            above.distance + below.distance + 1,
            literal(since),
        )
        .join(below, below.tenant_id == above.tenant_id)
        .where(
            above.tenant_id == work.tenant_id,
            above.descendant_id == parent,
            below.ancestor_id == moved,
        )
    )
    statement = insert(_pair).from_select(_COLUMNS, pairs)
    return statement.on_conflict_do_update(
        index_elements=["tenant_id", "ancestor_id", "descendant_id"],
        set_={"distance": statement.excluded.distance},
    )
