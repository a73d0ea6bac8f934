"""Filling a cart with many lines at once: what each becomes, then all that is good goes in."""

from collections.abc import Sequence
from uuid import UUID

from app.db.work import Work
from app.ordering.operations.lines import Target, add_lines, added_up
from app.ordering.operations.reach import locked_cart
from app.ordering.rules.filling import LineOutcome, without_prices
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import LineWish
from app.quotes.operations import QuoteLine, quote_lines


async def target_of(work: Work, relationship_id: UUID | None, cart_id: UUID | None) -> Target:
    """Return where to put lines: into a saved cart, which is locked, or the caller's own cart.

    Raises `NotFound` for what is out of reach.
    """
    saved = await locked_cart(work, cart_id) if cart_id else None
    if saved is not None:
        saved.changed_at = work.now
    wanted = saved.relationship_id if saved else relationship_id
    assert wanted is not None, "one of the two is given"
    return Target(await relationship_to_order_in(work, wanted), saved)


async def priced_outcomes(
    work: Work, target: Target, outcomes: Sequence[LineOutcome]
) -> list[LineOutcome]:
    """Take back what has no price in the relationship; the statements of one quote, if any."""
    wanted = taken(outcomes)
    if not wanted:
        return list(outcomes)
    asked = [
        QuoteLine(str(place), line.sku_id, line.packaging_level, line.quantity)
        for place, line in enumerate(wanted)
    ]
    quote = await quote_lines(work, target.relationship, asked, work.now)
    return without_prices(outcomes, {each.sku_id: each.reason for each in quote.refused})


async def fill(work: Work, target: Target, outcomes: Sequence[LineOutcome]) -> None:
    """Add everything that is taken to the cart."""
    await add_lines(work, target, taken(outcomes))


def taken(outcomes: Sequence[LineOutcome]) -> list[LineWish]:
    """Return what goes into the cart, one line a SKU and packaging unit."""
    return added_up(
        LineWish(each.sku_id, each.level, each.quantity)
        for each in outcomes
        if each.is_taken and each.sku_id and each.level and each.quantity
    )
