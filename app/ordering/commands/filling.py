"""Filling carts from pasted lists and from what was ordered before (R1-10, R3-49)."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import islice
from tempfile import SpooledTemporaryFile
from typing import IO, Any, cast
from uuid import UUID

from sqlalchemy import select

from app.assortments.operations import facts_for
from app.db.idempotency import once
from app.db.work import Work
from app.finance.models import Invoice, InvoiceLine
from app.kernel.errors import Invalid, NotFound
from app.kernel.quantity import PackagingLevel
from app.ordering.errors import ListEmpty, ListTooLong
from app.ordering.operations.filling import fill, priced_outcomes, target_of
from app.ordering.operations.lines import Target
from app.ordering.operations.reach import ORDERING
from app.ordering.operations.suggesting import Asked, suggested_order
from app.ordering.rules.filling import (
    LineOutcome,
    LineOutcomeKind,
    Names,
    outcome_of,
    outcome_of_pasted,
    spellings,
)
from app.ordering.rules.pasted import MOST_LINES, PastedLine, read_cells, read_text
from app.ordering.rules.suggesting import reason_of
from app.orders.models import Order
from app.orders.operations.documents import lines_of
from app.orders.operations.visibility import reachable as reachable_orders
from app.pricing.operations.coded import packs_marked, skus_coded
from app.pricing.rules.price_file import csv_cells, sheet_cells
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.storage.operations import copy_out, uploaded
from app.storage.rules.purposes import FilePurpose
from app.storage.rules.tables import table_lines

_MOST_ROWS = 20 * MOST_LINES
_IN_MEMORY_BYTES = 1 << 20


class ListFormat(StrEnum):
    """How a list is given: TEXT as pasted, CSV as text, XLSX as base64 of the workbook."""

    TEXT = "TEXT"
    CSV = "CSV"
    XLSX = "XLSX"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuickOrder:
    """A list of codes or GTINs with quantities, or an uploaded file of one, and the cart it fills.

    One of `content` and `file_id` is given; a file tells its format itself.
    """

    content: str = ""
    format: ListFormat = ListFormat.TEXT
    file_id: UUID | None = None
    default_unit: PackagingLevel | None = None
    relationship_id: UUID | None = None
    cart_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reorder:
    """An earlier order or invoice, and the cart it goes into; its own relationship by default."""

    order_id: UUID | None = None
    invoice_id: UUID | None = None
    relationship_id: UUID | None = None
    cart_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Taking:
    """A suggestion to take into a cart, as it is at this moment."""

    asked: Asked
    relationship_id: UUID
    cart_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class _Before:
    """A line of an earlier document: so many packaging units of a SKU."""

    sku_id: UUID
    level: PackagingLevel
    quantity: Decimal


@requires(*ORDERING)
async def quick_order(work: Work, wanted: QuickOrder, key: str) -> list[LineOutcome]:
    """Put the good lines of a list into a cart, and say of every line what became of it.

    The same key puts them there once; the outcomes are those of this moment. The statements do not
    grow with the list. Raises `ListEmpty`, `ListTooLong`, `FileUnreadable` and `TableUnreadable`
    for no such file. An uploaded file is read and not put to use: it is gone a day later.
    """
    lines = await _lines_of(work, wanted)
    if not lines:
        raise ListEmpty
    if len(lines) > MOST_LINES:
        raise ListTooLong(MOST_LINES)
    target = await target_of(work, wanted.relationship_id, wanted.cart_id)
    names = await _names(work, target, lines)
    read = [outcome_of_pasted(line, names, wanted.default_unit) for line in lines]
    outcomes = await priced_outcomes(work, target, read)
    body = [wanted.content, wanted.format, wanted.default_unit]
    body += [wanted.relationship_id, wanted.cart_id]
    if wanted.file_id is not None:
        body.append(wanted.file_id)
    filled = target.relationship.id
    await once(work, key, "quickOrder", body, filled, _filling(work, target, outcomes))
    return outcomes


@requires(*ORDERING)
async def reorder(work: Work, wanted: Reorder, key: str) -> list[LineOutcome]:
    """Put what was ordered or billed before into a cart; what is no longer sold is said.

    Free goods are left out: schemes add them anew. Raises `NotFound` for documents out of reach.
    """
    relationship_id, lines = await _before(work, wanted)
    target = await target_of(work, wanted.relationship_id or relationship_id, wanted.cart_id)
    facts = await facts_for(work, target.relationship, {line.sku_id for line in lines})
    read: list[LineOutcome] = []
    for number, line in enumerate(lines, start=1):
        sku = facts.get(line.sku_id)
        bare = LineOutcome(
            number=number,
            text=f"{sku.code if sku else ''} {line.quantity:f} {line.level}".strip(),
            kind=LineOutcomeKind.TAKEN if sku else LineOutcomeKind.UNKNOWN,
            sku_id=line.sku_id if sku else None,
            possible=tuple(sku.packaging) if sku else (),
        )
        read.append(outcome_of(bare, sku, line.level, line.quantity) if sku else bare)
    outcomes = await priced_outcomes(work, target, read)
    body = [wanted.order_id, wanted.invoice_id, wanted.relationship_id, wanted.cart_id]
    filled = target.relationship.id
    await once(work, key, "reorder", body, filled, _filling(work, target, outcomes))
    return outcomes


@requires(*ORDERING)
async def take_suggestion(work: Work, wanted: Taking, key: str) -> list[LineOutcome]:
    """Put the suggested order of this moment into a cart of its relationship."""
    target = await target_of(work, wanted.relationship_id, wanted.cart_id)
    if target.relationship.id != wanted.relationship_id:
        raise NotFound("SavedCart").at("savedCartId")
    found = await suggested_order(work, target.relationship, wanted.asked)
    outcomes = [
        LineOutcome(
            number=number,
            text=reason_of(line, wanted.asked.horizon),
            kind=LineOutcomeKind.TAKEN,
            sku_id=line.flow.sku_id,
            level=line.level,
            quantity=Decimal(line.packs),
        )
        for number, line in enumerate(found.lines, start=1)
    ]
    asked, horizon = wanted.asked, wanted.asked.horizon
    body: list[object] = [
        wanted.relationship_id,
        wanted.cart_id,
        asked.history_days,
        horizon.lead_days,
    ]
    counted = sorted((str(key), str(pieces)) for key, pieces in asked.counted.items())
    body += [horizon.cycle_days, horizon.safety_days, counted]
    filled = target.relationship.id
    await once(work, key, "takeSuggestedOrder", body, filled, _filling(work, target, outcomes))
    return outcomes


def _filling(
    work: Work, target: Target, outcomes: Sequence[LineOutcome]
) -> Callable[[UUID], Awaitable[None]]:
    async def command(_relationship_id: UUID) -> None:
        await fill(work, target, outcomes)

    return command


async def _lines_of(work: Work, wanted: QuickOrder) -> list[PastedLine]:
    if wanted.file_id is None:
        return await asyncio.to_thread(_read, wanted)
    file = await uploaded(work, wanted.file_id, FilePurpose.IMPORT)
    with SpooledTemporaryFile(max_size=_IN_MEMORY_BYTES) as spooled:
        content = cast("IO[bytes]", spooled)
        await copy_out(work, file.id, content)
        return await asyncio.to_thread(_read_file, content, file.media_type)


def _read_file(content: IO[bytes], media_type: str | None) -> list[PastedLine]:
    with closing(table_lines(content, media_type)) as rows:
        return _read_rows(rows)


def _read(wanted: QuickOrder) -> list[PastedLine]:
    if wanted.format is ListFormat.TEXT:
        return read_text(wanted.content)
    cells = csv_cells if wanted.format is ListFormat.CSV else sheet_cells
    return _read_rows(cells(wanted.content))


def _read_rows(rows: Iterable[Sequence[str]]) -> list[PastedLine]:
    """Read lines, the empty ones passed over; of a file without end no more than is refused."""
    found = list(islice(rows, _MOST_ROWS + 1))
    if len(found) > _MOST_ROWS:
        raise ListTooLong(MOST_LINES)
    return read_cells(found)


async def _names(work: Work, target: Target, lines: Sequence[PastedLine]) -> Names:
    """Look up what all words mean; two statements, and two for what is known of them."""
    words = {line.word for line in lines}
    codes = words | {word.upper() for word in words}
    skus = await skus_coded(work, codes)
    packs = await packs_marked(work, {each for word in words for each in spellings(word)})
    meant = {key for found in skus.values() for key in found}
    meant |= {key for found in packs.values() for key, _ in found}
    facts = await facts_for(work, target.relationship, meant)
    return Names(
        skus={word: [key for key in found if key in facts] for word, found in skus.items()},
        packs={word: [each for each in found if each[0] in facts] for word, found in packs.items()},
        facts=facts,
    )


async def _before(work: Work, wanted: Reorder) -> tuple[UUID, list[_Before]]:
    if (wanted.order_id is None) == (wanted.invoice_id is None):
        raise Invalid("orderId", "or invoiceId must be given, and not both")
    if wanted.order_id is not None:
        order = await _order(work, Order.id == wanted.order_id)
        if order is None:
            raise NotFound("Order").at("orderId")
        return order.relationship_id, await _ordered(work, order)
    billed = select(Invoice.source_id).where(Invoice.id == wanted.invoice_id)
    order = await _order(work, Order.id.in_(billed)) if _reads_invoices(work) else None
    if order is None:
        raise NotFound("Invoice").at("invoiceId")
    return order.relationship_id, await _billed(work, order, wanted.invoice_id)


def _reads_invoices(work: Work) -> bool:
    return work.actor.may(Permission.INVOICE_READ)


async def _order(work: Work, which: Any) -> Order | None:
    reach = reachable_orders(work, [Permission.ORDER_READ])
    return await work.session.scalar(select(Order).where(which, reach))


async def _ordered(work: Work, order: Order) -> list[_Before]:
    return [
        _Before(line.sku_id, PackagingLevel(line.packaging_level), line.quantity)
        for line in await lines_of(work, order)
        if not line.is_free
    ]


async def _billed(work: Work, order: Order, invoice_id: UUID | None) -> list[_Before]:
    """Return what was billed, by the unit that it was ordered by where that comes out even."""
    statement = select(InvoiceLine.source_line_id, InvoiceLine.quantity).where(
        InvoiceLine.invoice_id == invoice_id
    )
    billed = {row.source_line_id: row.quantity for row in await work.session.execute(statement)}
    found: list[_Before] = []
    for line in await lines_of(work, order):
        quantity = billed.get(line.id, Decimal(0))
        if line.is_free or quantity <= 0:
            continue
        is_even = quantity % line.unit_factor == 0
        level = PackagingLevel(line.packaging_level) if is_even else PackagingLevel.PIECE
        packs = quantity / line.unit_factor if is_even else quantity
        found.append(_Before(line.sku_id, level, packs))
    return found
