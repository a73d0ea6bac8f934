"""Shortages of the acting organisation, and the supply that will cover them (R1-22)."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import select

from app.db.bulk import update_rows
from app.db.work import Work
from app.kernel.errors import NotFound
from app.orders import locks
from app.orders.models import Shortage


async def orderable_shortages(work: Work, shortage_ids: Sequence[UUID]) -> Sequence[Shortage]:
    """Lock and return open shortages with no supply yet: those named, or all, oldest first.

    Raises `NotFound` when one of those named is not the organisation's.
    """
    own = work.actor.own_organisation
    if shortage_ids:
        known = select(Shortage.id).where(
            Shortage.id.in_(shortage_ids), Shortage.organisation_id == own
        )
        if len((await work.session.scalars(known)).all()) != len(set(shortage_ids)):
            raise NotFound("Shortage").at("shortageIds")
    return await locks.unsupplied_shortages(work, own, shortage_ids)


async def link_supply(work: Work, supply_lines: Mapping[UUID, UUID]) -> None:
    """Say which line of the organisation's own order covers each shortage, by shortage id."""
    rows = [{"id": key, "supply_line_id": line} for key, line in supply_lines.items()]
    await update_rows(work, Shortage, rows)
