"""Ask for prices, each side with what it may know of how they came about (R3-50)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from app.db.work import Work
from app.kernel.errors import Invalid
from app.pricing.operations import LineRequest, explain_lines, quote_lines
from app.pricing.operations.scope import ASKING, asked_relationship, open_relationship
from app.pricing.rules import Quote, as_buyer_sees
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_LINES = 500


@requires(*ASKING)
async def quote(work: Work, relationship_id: UUID, lines: Sequence[LineRequest]) -> Quote:
    """Price lines now, for the buyer or for who sells to it, with every step (F5, R3-50).

    Raises `NotFound` for a relationship that is not the actor's and `RelationshipClosed` for one
    that is not valid now.
    """
    _check(lines)
    asked = await open_relationship(work, relationship_id)
    if asked.is_seller:
        return await explain_lines(work, asked.relationship, lines, work.now)
    return as_buyer_sees(await quote_lines(work, asked.relationship, lines, work.now))


@requires(Permission.PRICE_READ)
async def price_at(
    work: Work, relationship_id: UUID, lines: Sequence[LineRequest], at: datetime
) -> Quote:
    """Price lines of an own customer at any instant, past or future (F5); raises `NotFound`."""
    _check(lines)
    asked = await asked_relationship(work, relationship_id, seller_only=True)
    return await explain_lines(work, asked.relationship, lines, at)


def _check(lines: Sequence[LineRequest]) -> None:
    if not 1 <= len(lines) <= MOST_LINES:
        raise Invalid("lines", f"must be 1 to {MOST_LINES}")
