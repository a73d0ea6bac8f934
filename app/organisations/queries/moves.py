"""Moves of branches: what is planned and what became of it, and what one would change."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import Row, func, select

from app.db.keyset import newest_first
from app.db.work import Work
from app.kernel.paging import Page, PageRequest, page_of
from app.organisations.models import (
    MoveState,
    Organisation,
    OrganisationAncestry,
    OrganisationMove,
    TradingRelationship,
)
from app.organisations.operations import (
    fitting,
    is_open,
    reach_of,
    visible_moves,
    visible_organisations,
    visible_relationships,
)
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class MovePreview:
    """What a move would change, as far as who asks may see it.

    `organisations` counts the visible part of the branch. It buys from its former parent no more
    where `ends`, and from the new one only then where `opens`. Of `relationships` in which it buys,
    the `ending` one is the former parent's. `losing` and `gaining` are the organisations whose
    rights over their branch would no longer reach it, or would from then on.
    """

    organisation_id: UUID
    former_parent_id: UUID
    new_parent_id: UUID
    organisations: int
    ends: bool
    opens: bool
    ending: TradingRelationship | None
    lasting: list[TradingRelationship]
    losing: list[UUID]
    gaining: list[UUID]


@requires(Permission.ORGANISATION_MOVE)
async def organisation_moves(
    work: Work, page: PageRequest, state: MoveState | None = None
) -> Page[OrganisationMove]:
    """Return moves that the own organisation asked for, the newest first; with TENANT all."""
    statement = select(OrganisationMove).where(visible_moves(work))
    if state is not None:
        statement = statement.where(OrganisationMove.state == state)
    rows = await work.session.scalars(newest_first(statement, page, OrganisationMove.id))
    return page_of(rows.all(), page, lambda move: (str(move.id),))


@requires(Permission.ORGANISATION_MOVE)
async def moves_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, OrganisationMove]:
    """Return visible moves by id."""
    rows = await work.session.scalars(
        select(OrganisationMove).where(OrganisationMove.id.in_(set(ids)), visible_moves(work))
    )
    return {row.id: row for row in rows}


@requires(Permission.ORGANISATION_MOVE)
async def preview_organisation_move(
    work: Work, organisation_id: UUID, new_parent_id: UUID, *, keeps_supplier: bool
) -> MovePreview:
    """Say what a move would change if it were made now, and change nothing; four statements.

    Raises what `move_organisation` would refuse of the tree.
    """
    fit = await fitting(work, reach_of(work), organisation_id, new_parent_id)
    bought = await _bought(work, organisation_id)
    ends = fit.former_parent_id in {row.seller_id for row, _ in bought} and not keeps_supplier
    visible = [row for row, is_visible in bought if is_visible]
    ending = [row for row in visible if ends and row.seller_id == fit.former_parent_id]
    above = await _visible_above(work, (fit.former_parent_id, new_parent_id))
    former, new = above[fit.former_parent_id], above[new_parent_id]
    return MovePreview(
        organisation_id,
        fit.former_parent_id,
        new_parent_id,
        await _size(work, organisation_id),
        ends=ends,
        opens=all(row.seller_id != new_parent_id for row, _ in bought),
        ending=ending[0] if ending else None,
        lasting=[row for row in visible if row not in ending],
        losing=[key for key in former if key not in new],
        gaining=[key for key in new if key not in former],
    )


async def _bought(work: Work, buyer_id: UUID) -> Sequence[Row[TradingRelationship, bool]]:
    """Find what an organisation buys, and whether who asks may see that."""
    rows = await work.session.execute(
        select(TradingRelationship, visible_relationships(work))
        .where(TradingRelationship.buyer_id == buyer_id, is_open(work))
        .order_by(TradingRelationship.valid_from, TradingRelationship.id)
    )
    return rows.all()


async def _visible_above(work: Work, ids: Collection[UUID]) -> dict[UUID, list[UUID]]:
    """Find who stands above each of two organisations, itself included, the nearest first."""
    rows = await work.session.execute(
        select(OrganisationAncestry.descendant_id, Organisation.id)
        .join(Organisation, Organisation.id == OrganisationAncestry.ancestor_id)
        .where(OrganisationAncestry.descendant_id.in_(ids), visible_organisations(work))
        .order_by(OrganisationAncestry.distance)
    )
    found: dict[UUID, list[UUID]] = {key: [] for key in ids}
    for below, above in rows:
        found[below].append(above)
    return found


async def _size(work: Work, top: UUID) -> int:
    statement = (
        select(func.count())
        .select_from(Organisation)
        .join(OrganisationAncestry, OrganisationAncestry.descendant_id == Organisation.id)
        .where(OrganisationAncestry.ancestor_id == top, visible_organisations(work))
    )
    return await work.session.scalar(statement) or 0
