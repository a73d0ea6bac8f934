"""Lines of carts, the caller's own and saved ones alike: read, added up, taken out."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, cast, delete, func, literal, select, tuple_
from sqlalchemy.dialects.postgresql import insert

from app.assortments.operations import facts_for
from app.catalog.errors import NotListed
from app.catalog.rules import pieces
from app.db.work import Work
from app.kernel.errors import DomainError, NotFound
from app.kernel.quantity import PackagingLevel
from app.ordering.errors import CartFull
from app.ordering.models import SavedCart, SavedCartLine
from app.orders.models import CartLine
from app.orders.operations.carts import cart_wishes, open_cart
from app.orders.operations.drafting import MOST_LINES
from app.orders.operations.wishes import LineWish
from app.organisations.models import TradingRelationship

LineKey = tuple[UUID, PackagingLevel]


@dataclass(frozen=True, slots=True)
class Target:
    """Where lines stand: in a saved cart, or in the caller's own where none is named."""

    relationship: TradingRelationship
    saved: SavedCart | None = None


def added_up(wishes: Iterable[LineWish]) -> list[LineWish]:
    """Return one line a SKU and packaging unit, in the order of the first of each."""
    sums: dict[LineKey, Decimal] = defaultdict(Decimal)
    for wish in wishes:
        sums[wish.sku_id, wish.packaging_level] += wish.quantity
    return [LineWish(sku, level, quantity) for (sku, level), quantity in sums.items()]


async def lines_in(work: Work, target: Target) -> list[LineWish]:
    """Return the lines of a cart, in the order they were added; one statement."""
    if target.saved is None:
        return await cart_wishes(work, target.relationship.id)
    return (await lines_of(work, [target.saved.id])).get(target.saved.id, [])


async def lines_of(work: Work, cart_ids: Collection[UUID]) -> Mapping[UUID, list[LineWish]]:
    """Return the lines of many saved carts, each in the order they were added; one statement."""
    statement = (
        select(SavedCartLine)
        .where(SavedCartLine.cart_id.in_(cart_ids))
        .order_by(SavedCartLine.added_at, SavedCartLine.sku_id, SavedCartLine.packaging_level)
    )
    found: dict[UUID, list[LineWish]] = defaultdict(list)
    for line in await work.session.scalars(statement):
        level = PackagingLevel(line.packaging_level)
        found[line.cart_id].append(LineWish(line.sku_id, level, line.quantity))
    return found


async def add_lines(work: Work, target: Target, wishes: Sequence[LineWish]) -> None:
    """Add quantities to a cart whose row is locked; what is there already becomes more.

    Raises at `lines.N` what could never be ordered, and `CartFull`. Nothing for no lines.
    """
    wanted = added_up(wishes)
    if not wanted:
        return
    cart_id = target.saved.id if target.saved else await open_cart(work, target.relationship.id)
    there = {(line.sku_id, line.packaging_level): line for line in await lines_in(work, target)}
    sums = [_with(there, line) for line in wanted]
    await _check(work, target, sums)
    if len(there.keys() | {(line.sku_id, line.packaging_level) for line in sums}) > MOST_LINES:
        raise CartFull(MOST_LINES)
    await _put(work, target, cart_id, sums)


async def set_line(work: Work, target: Target, wish: LineWish) -> None:
    """Set one quantity in a saved cart whose row is locked; zero takes the line out."""
    if wish.quantity == 0:
        await take_out(work, target, [(wish.sku_id, wish.packaging_level)])
        return
    there = {(line.sku_id, line.packaging_level) for line in await lines_in(work, target)}
    if len(there | {(wish.sku_id, wish.packaging_level)}) > MOST_LINES:
        raise CartFull(MOST_LINES)
    await _check(work, target, [wish], path="")
    if target.saved:
        await _put(work, target, target.saved.id, [wish])


async def take_out(work: Work, target: Target, keys: Sequence[LineKey]) -> None:
    """Remove lines; without effect where they are not there. One statement."""
    table: Any = SavedCartLine if target.saved else CartLine
    cart_id = target.saved.id if target.saved else await open_cart(work, target.relationship.id)
    skus = cast(literal([sku for sku, _ in keys], ARRAY(Uuid())), ARRAY(Uuid()))
    levels = cast(literal([level.value for _, level in keys], ARRAY(Text())), ARRAY(Text()))
    given = func.unnest(skus, levels).table_valued("sku_id", "level").render_derived()
    await work.session.execute(
        delete(table)
        .where(
            table.cart_id == cart_id,
            tuple_(table.sku_id, table.packaging_level).in_(select(given.c.sku_id, given.c.level)),
        )
        .execution_options(synchronize_session=False)
    )


async def empty(work: Work, target: Target) -> None:
    """Remove every line of a saved cart."""
    if target.saved:
        statement = delete(SavedCartLine).where(SavedCartLine.cart_id == target.saved.id)
        await work.session.execute(statement.execution_options(synchronize_session=False))


def _with(there: Mapping[LineKey, LineWish], line: LineWish) -> LineWish:
    known = there.get((line.sku_id, line.packaging_level))
    quantity = line.quantity + known.quantity if known else line.quantity
    return LineWish(line.sku_id, line.packaging_level, quantity)


async def _check(
    work: Work, target: Target, lines: Sequence[LineWish], path: str = "lines.{place}."
) -> None:
    known = await facts_for(work, target.relationship, {line.sku_id for line in lines})
    for place, line in enumerate(lines):
        at, sku = path.format(place=place), known.get(line.sku_id)
        if sku is None:
            raise NotFound("Sku").at(f"{at}skuId")
        if not sku.is_listed:
            raise NotListed(sku=sku.name).at(f"{at}skuId")
        try:
            pieces(sku, line.packaging_level, line.quantity)
        except DomainError as wrong:
            raise wrong.at(f"{at}{wrong.path}") from None


async def _put(work: Work, target: Target, cart_id: UUID, lines: Sequence[LineWish]) -> None:
    table: Any = SavedCartLine if target.saved else CartLine
    statement = insert(table).values(
        [
            {
                "tenant_id": work.tenant_id,
                "cart_id": cart_id,
                "sku_id": line.sku_id,
                "packaging_level": line.packaging_level,
                "quantity": line.quantity,
                "added_at": _in_turn(work.now, place),
            }
            for place, line in enumerate(lines)
        ]
    )
    await work.session.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "cart_id", "sku_id", "packaging_level"],
            set_={"quantity": statement.excluded.quantity},
        )
    )


def _in_turn(now: datetime, place: int) -> datetime:
    """Give each line an instant of its own, so that a list keeps its order."""
    return now + timedelta(microseconds=place)
