"""Books read from the tables: whose lists, which version, as known when, with drafts laid over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.catalog.operations import sku_facts
from app.kernel.quantity import PackagingLevel
from app.organisations.models import (
    CustomerGroup,
    CustomerGroupMember,
    CustomerLevel,
    Territory,
    TradingRelationship,
)
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceEntry, PriceListTerms
from app.pricing.operations import (
    Asker,
    Audience,
    Enquiry,
    LineRequest,
    asked_lines,
    book_for,
    book_of,
)
from app.pricing.rules import PricedLine, price_lines, problems
from tests.support.world import LONG_AGO, World

NOW = datetime(2026, 6, 15, 12, tzinfo=UTC)
DAY = timedelta(days=1)


class Market(NamedTuple):
    """A brand that sells one SKU to a distributor, and the distributor on to a shop."""

    world: World
    brand: UUID
    middle: UUID
    shop: UUID
    relationship: UUID
    sku: UUID

    async def asked(self, **enquiry: Any) -> tuple[Any, Any]:
        """Read the book of the shop for one piece, and its first answer."""

        async def command(work: Any) -> Any:
            chosen = select(TradingRelationship).where(TradingRelationship.id == self.relationship)
            terms = await work.session.scalar(chosen)
            facts = await sku_facts(work, [self.sku])
            lines = asked_lines(facts, [_one(self.sku)])
            given = {"instant": NOW} | enquiry
            request, book = await book_for(work, terms, Enquiry(facts, lines, **given))
            return price_lines(request, book)[0], book

        return await self.world.run(command)

    async def amount(self, **enquiry: Any) -> Decimal | None:
        """Tell what one piece costs the shop, or none."""
        answer, _ = await self.asked(**enquiry)
        return answer.amount if isinstance(answer, PricedLine) else None

    async def change(self, **terms: Any) -> None:
        """Change the shop's trading relationship."""
        statement = update(TradingRelationship).values(**terms)
        chosen = statement.where(TradingRelationship.id == self.relationship)
        await self.world.run(lambda work: work.session.execute(chosen))


def _one(sku: UUID) -> LineRequest:
    return LineRequest("one", sku, PackagingLevel.PIECE, Decimal(1))


@pytest.fixture
async def market(world: World) -> Market:
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        middle = await world.organisation("Middle", "DISTRIBUTOR", brand)
        shop = await world.organisation("Shop", "RETAILER", middle)
        await world.relationship(brand, middle)
        relationship = await world.relationship(middle, shop)
        return Market(world, brand, middle, shop, relationship, await world.sku(brand))


async def test_each_audience_of_the_buyer_brings_its_list(market: Market) -> None:
    world, middle = market.world, market.middle
    group = CustomerGroup(seller_id=middle, name="Friends")
    region = Territory(seller_id=middle, name="North")
    await world.save(group, region)
    city = Territory(seller_id=middle, name="City", parent_id=region.id)
    parent = CustomerLevel(seller_id=middle, name="All", parent_id=None)
    await world.save(city, parent)
    level = await world.level(middle, "Retailer", parent.id)
    await market.change(level_id=level, territory_id=city.id, sales_channel="WHOLESALE")
    await world.save(
        CustomerGroupMember(
            group_id=group.id, relationship_id=market.relationship, added_at=LONG_AGO
        )
    )
    await world.price(middle, {market.sku: "10"})
    kinds: list[dict[str, Any]] = [
        {"kind": "CHANNEL", "sales_channel": "WHOLESALE"},
        {"kind": "TERRITORY", "territory_id": region.id, "priority": 1},
        {"kind": "GROUP", "group_id": group.id, "priority": 2},
        {"kind": "LEVEL", "level_id": parent.id},
        {"kind": "LEVEL", "level_id": level},
        {"kind": "BUYER", "relationship_id": market.relationship},
        {"kind": "CONTRACT", "relationship_id": market.relationship},
    ]

    seen = [await market.amount()]
    for step, audience in enumerate(kinds, start=1):
        await world.price(middle, {market.sku: f"{10 + step}"}, **audience)
        seen.append(await market.amount())

    assert seen == [Decimal(10 + step) for step in range(8)]


async def test_lists_of_other_audiences_are_not_even_read(market: Market) -> None:
    other = await market.world.level(market.middle, "Other")
    await market.world.price(market.middle, {market.sku: "1"}, kind="LEVEL", level_id=other)

    answer, book = await market.asked(of_all_time=True)

    assert answer.losers == ()
    assert book.lists == {}


async def test_a_list_brings_all_that_it_derives_from(market: Market) -> None:
    world, middle = market.world, market.middle
    hidden = await world.level(middle, "Hidden")
    level = await world.level(middle, "Gold")
    await market.change(level_id=level)
    root = await world.price(middle, {market.sku: "10"}, kind="LEVEL", level_id=hidden)
    middle_list = await world.price(
        middle, {}, kind="LEVEL", level_id=hidden, parent_id=root, percent=Decimal(90)
    )
    await world.price(
        middle, {}, kind="LEVEL", level_id=level, parent_id=middle_list, amount_added=Decimal(-1)
    )

    answer, book = await market.asked()

    assert answer.amount == Decimal("8.00")
    assert len(book.lists) == 3
    assert problems(book) == ()


async def test_a_loop_of_lists_is_read_to_its_end_and_reported(market: Market) -> None:
    world, middle = market.world, market.middle
    first = await world.price(middle, {market.sku: "10"}, name="First")
    second = await world.price(middle, {}, name="Second", parent_id=first)

    async def close(work: Any) -> None:
        loop = update(PriceListTerms).where(PriceListTerms.price_list_id == first)
        await work.session.execute(loop.values(parent_id=second))

    await world.run(close)

    answer, book = await market.asked()

    assert answer.amount == Decimal(10)
    assert {problem.name for problem in problems(book)} == {"First", "Second"}


async def test_inheritable_lists_of_the_organisations_above_answer_if_asked(
    market: Market,
) -> None:
    await market.world.price(market.brand, {market.sku: "7"}, is_inheritable=True)
    await market.world.price(market.brand, {market.sku: "5"})

    without = await market.amount()
    await market.change(inherits_prices=True)
    inherited = await market.amount()
    await market.world.price(market.middle, {market.sku: "9"})

    assert (without, inherited, await market.amount()) == (None, Decimal(7), Decimal(9))


async def test_a_price_is_asked_as_it_was_known(market: Market) -> None:
    await market.world.price(market.middle, {market.sku: "10"})

    async def correct(work: Any) -> None:
        row = (await work.session.scalars(select(PriceEntry))).one()
        row.known_until = NOW
        await work.save(
            PriceEntry(
                price_list_id=row.price_list_id,
                sku_id=row.sku_id,
                amount=Decimal(12),
                valid_from=LONG_AGO,
                known_from=NOW,
            )
        )

    await market.world.run(correct)

    assert await market.amount() == Decimal(12)
    assert await market.amount(known_at=NOW) == Decimal(12)
    assert await market.amount(known_at=NOW - DAY) == Decimal(10)


async def test_drafts_are_laid_over_the_rows_in_force(market: Market) -> None:
    world = market.world
    list_id = await world.price(market.middle, {market.sku: "10"})
    change = PriceChangeSet(
        seller_id=market.middle, name="May", effective_from=NOW - DAY, created_at=LONG_AGO
    )
    gone = PriceChangeSet(
        seller_id=market.middle, name="June", effective_from=NOW, created_at=LONG_AGO
    )
    await world.save(change, gone)
    common = {"price_list_id": list_id, "sku_id": market.sku, "position": 1}
    await world.save(
        PriceChangeRow(change_set_id=change.id, amount=Decimal(11), valid_from=NOW - DAY, **common),
        PriceChangeRow(change_set_id=gone.id, is_removed=True, valid_from=NOW, **common),
    )
    both = (change.id, gone.id)

    seen = [
        await market.amount(),
        await market.amount(change_set_ids=(change.id,)),
        await market.amount(change_set_ids=(change.id,), instant=NOW - 2 * DAY),
        await market.amount(change_set_ids=both),
        await market.amount(change_set_ids=both, instant=NOW - DAY),
    ]

    assert seen == [Decimal(10), Decimal(11), Decimal(10), None, Decimal(11)]


async def test_an_imagined_buyer_of_a_level_asks_like_a_real_one(market: Market) -> None:
    parent = await market.world.level(market.middle, "All")
    level = await market.world.level(market.middle, "Gold", parent)
    await market.world.price(market.middle, {market.sku: "8"}, kind="LEVEL", level_id=parent)

    async def command(work: Any) -> Any:
        facts = await sku_facts(work, [market.sku])
        lines = asked_lines(facts, [_one(market.sku)])
        asker = Asker(
            seller_id=market.middle,
            buyer_id=market.middle,
            currency="CNY",
            audience=Audience(level_ids=(level,)),
        )
        request, book = await book_of(work, asker, Enquiry(facts, lines, NOW))
        return request.level_ids, price_lines(request, book)[0]

    level_ids, answer = await market.world.run(command)

    assert level_ids == (level, parent)
    assert answer.amount == Decimal(8)


@pytest.mark.parametrize("lists", [1, 6])
@pytest.mark.parametrize("of_all_time", [False, True])
async def test_a_book_of_any_size_takes_two_statements(
    market: Market,
    statements: Any,
    lists: int,
    of_all_time: bool,  # noqa: FBT001 - pytest names it
) -> None:
    parent = None
    for _ in range(lists):
        parent = await market.world.price(market.middle, {market.sku: "10"}, parent_id=parent)
    await market.change(inherits_prices=True)

    with statements.counting() as sent:
        await market.asked(of_all_time=of_all_time)

    # begin, relationship, packs, SKUs, lists, rows, commit
    assert len(sent) == 7


async def test_an_imagined_buyer_without_relationship_reads_no_bound_list(market: Market) -> None:
    bound = {"kind": "CONTRACT", "relationship_id": market.relationship}
    await market.world.price(market.middle, {market.sku: "1"}, **bound)
    await market.world.price(
        market.middle, {market.sku: "2"}, kind="CHANNEL", sales_channel="HORECA"
    )

    async def command(work: Any) -> Any:
        facts = await sku_facts(work, [market.sku])
        lines = asked_lines(facts, [_one(market.sku)])
        asker = Asker(seller_id=market.middle, buyer_id=market.middle, currency="CNY")
        return (await book_of(work, asker, Enquiry(facts, lines, NOW)))[1]

    assert (await market.world.run(command)).lists == {}
