"""Measure reading: bare SQL, the loader, the engine alone, and whole operations."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.kernel.paging import PageRequest
from app.pricing.operations import LineRequest, book_for, request_line
from app.pricing.operations.audience import Enquiry
from app.pricing.operations.scope import Asked
from app.pricing.rules import PriceBook, PriceRequest, offers
from app.promotions.operations import Offered
from app.quotes.operations import QuoteLine, quote_lines
from app.quotes.operations.asking import asked_of
from app.quotes.operations.buying import BuyersView, ShownToBuyer, buyers_view
from app.quotes.operations.offering import OfferKey
from app.quotes.queries import CatalogueFilter, CatalogueSort, PriceWish, catalogue
from app.quotes.rules import QuoteRequest
from app.quotes.rules.waterfall import quote
from bench.keys import Kind, key
from bench.sizes import PAGE_PRODUCTS, Size
from bench.stage import SUPPLIED, TENANT, Stage, buyer, relationship_of
from bench.timing import Measured, on_processor, repeated

PAGE_MS, CART_MS, ORDER_MS = 1.5, 1.0, 100.0
_MANY, _FEW = 200, 7
_BARE = """
    SELECT id, price_list_id, sku_id, brand_id, category_id, packaging_level, from_quantity,
           amount, percent_of_list, valid_from, valid_until
    FROM price_entry
    WHERE tenant_id = %(tenant)s AND price_list_id = ANY(%(lists)s)
      AND sku_id = ANY(%(skus)s) AND known_until IS NULL
      AND valid_from <= now() AND (valid_until IS NULL OR valid_until > now())
"""


async def measure_reading(stage: Stage, app_dsn: str) -> list[Measured]:
    """Measure a page of products, a cart and a large order."""
    page = await stage.read(lambda work: _page(work, stage.page_skus))
    cart = await stage.read(lambda work: _asked(work, stage.cart))
    order = await stage.read(lambda work: _asked(work, stage.order))
    return [
        *await _bare(stage, app_dsn),
        await _operation(stage, "Loader, page of products", _loading(stage.page_skus)),
        *_shown(await stage.read(lambda work: _view(work, stage.page_skus))),
        *_engine(page, cart, order),
        *await _whole(stage),
    ]


async def _page(work: Work, skus: Sequence[UUID]) -> tuple[PriceRequest, PriceBook]:
    facts = await sku_facts(work, skus)
    lines = tuple(
        request_line(sku, LineRequest(f"{sku.sku_id} {level}", sku.sku_id, level, Decimal(1)))
        for sku in facts.values()
        for level in sku.packaging
    )
    enquiry = Enquiry(facts, lines, work.now)
    return await book_for(work, await relationship_of(work), enquiry)


async def _asked(work: Work, lines: Sequence[QuoteLine]) -> tuple[QuoteRequest, PriceBook, Offered]:
    return await asked_of(work, await relationship_of(work), lines, work.now)


def _loading(skus: Sequence[UUID]) -> Callable[[Work], Awaitable[object]]:
    return lambda work: _page(work, skus)


async def _view(work: Work, skus: Sequence[UUID]) -> BuyersView:
    asked = Asked(await relationship_of(work), is_seller=False)
    return await buyers_view(work, asked, await sku_facts(work, skus), work.now)


def _shown(view: BuyersView) -> list[Measured]:
    facts = view.facts
    units = [(key, level) for key, sku in facts.items() for level in sku.packaging]
    smallest = [(key, next(iter(sku.packaging))) for key, sku in facts.items()]
    return [
        on_processor(
            f"Engine, page of {len(facts)} products, all schemes",
            lambda: _look(view, smallest),
            _MANY,
            PAGE_MS,
        ),
        on_processor(
            f"Engine, page of {len(facts)} products in {len(units)} units, all schemes",
            lambda: _look(view, units),
            _MANY,
        ),
    ]


def _look(view: BuyersView, units: Sequence[OfferKey]) -> None:
    shown = ShownToBuyer(replace(view, book=_fresh(view.book)))
    shown.units(units)
    for sku_id in view.facts:
        shown.schemes_of(sku_id)


def _engine(
    page: tuple[PriceRequest, PriceBook],
    cart: tuple[QuoteRequest, PriceBook, Offered],
    order: tuple[QuoteRequest, PriceBook, Offered],
) -> list[Measured]:
    rows = len(page[1].rows)
    return [
        on_processor(
            f"Engine, {len(page[0].lines)} prices of {rows} rows, no schemes",
            lambda: offers(page[0], _fresh(page[1])),
            _MANY,
        ),
        on_processor(
            f"Engine, cart of {len(cart[0].prices.lines)} lines with schemes",
            lambda: quote(cart[0], _fresh(cart[1]), cart[2].book),
            _MANY,
            CART_MS,
        ),
        on_processor(
            f"Engine, order of {len(order[0].prices.lines)} lines with schemes",
            lambda: quote(order[0], _fresh(order[1]), order[2].book),
            _FEW,
            ORDER_MS,
        ),
    ]


def _fresh(book: PriceBook) -> PriceBook:
    # Whoever asks has just read the rows: sorting them into a book is the engine's work too.
    return PriceBook(list(book.lists.values()), book.rows)


async def _whole(stage: Stage) -> list[Measured]:
    page = PageRequest(PAGE_PRODUCTS)
    wish = PriceWish(CatalogueSort.PRICE_LOW_FIRST)
    everything = CatalogueFilter()
    return [
        await _operation(
            stage,
            "Catalogue page of 50, whole",
            lambda work: catalogue(work, SUPPLIED, everything, page),
        ),
        await _operation(
            stage,
            f"Catalogue of {stage.size.skus:,} by price, whole",
            lambda work: catalogue(work, SUPPLIED, everything, page, wish),
            _FEW,
        ),
        await _operation(stage, "Quote of a cart, whole", _quoting(stage.cart)),
        await _operation(stage, "Quote of a large order, whole", _quoting(stage.order), _FEW),
    ]


def _quoting(lines: Sequence[QuoteLine]) -> Callable[[Work], Awaitable[object]]:
    async def ask(work: Work) -> object:
        return await quote_lines(work, await relationship_of(work), lines, work.now)

    return ask


async def _operation(
    stage: Stage, name: str, ask: Callable[[Work], Awaitable[object]], times: int = _MANY
) -> Measured:
    async def run() -> object:
        return await stage.read(ask, buyer(1))

    wall, cpu = await repeated(run, times)
    before = stage.statements
    await run()
    return Measured(name, wall, cpu, stage.statements - before)


async def _bare(stage: Stage, app_dsn: str) -> list[Measured]:
    async with await psycopg.AsyncConnection.connect(app_dsn, autocommit=True) as connection:
        await connection.execute(f"SET app.tenant_id = '{TENANT}'".encode())
        return [
            await _select(connection, "Bare SQL, page's rows", stage.size, stage.page_skus),
            await _select(
                connection, "Bare SQL, cart's rows", stage.size, [x.sku_id for x in stage.cart]
            ),
            await _select(
                connection, "Bare SQL, order's rows", stage.size, [x.sku_id for x in stage.order]
            ),
        ]


async def _select(
    connection: psycopg.AsyncConnection[tuple[Any, ...]],
    name: str,
    size: Size,
    skus: Sequence[UUID],
) -> Measured:
    level = key(Kind.BRAND_LIST, 1 + 1 % size.levels)
    lists = [key(Kind.BRAND_LIST), level, key(Kind.CONTRACT)]
    given = {"tenant": TENANT, "lists": lists, "skus": list(dict.fromkeys(skus))}
    found: list[int] = []

    async def run() -> None:
        rows = await (await connection.execute(_BARE, given)).fetchall()
        found.append(len(rows))

    wall, cpu = await repeated(run, _MANY)
    return Measured(name, wall, cpu, 1, note=f"{found[-1]:,} rows")
