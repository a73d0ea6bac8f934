"""Standing orders are made once on each of their days, and whatever goes wrong is told."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from app.catalog.models import Product, Sku
from app.db.outbox import OutboxEvent
from app.kernel.ids import new_id
from app.notifications.rules import announcement_of
from app.orders.models import Order
from app.organisations.models import TradingRelationship
from app.rbac.models import Membership
from tests.support.chain import Chain
from tests.support.ordering import give, saved, wanted_line
from tests.support.world import gid
from workers.clock import tick_in_tenant

STANDING = """id state weekdays everyWeeks timeZone at nextDays cart { name }
    runs { dueOn outcome told orderId }"""
DAILY = ["MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY"]
FIRST = datetime(2030, 5, 6, tzinfo=UTC)  # A Monday


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    return await chain.world.member(chain.retailer, "BUYER")


def day(number):
    return f"{FIRST + timedelta(days=number):%Y-%m-%d}"


async def standing(buyer, chain, *lines, key=None, **calendar):
    """A standing order of a list, each day at seven in the morning, UTC, unless told."""
    wanted = lines or (wanted_line(chain.sku, "2", "CASE"),)
    cart = await saved(buyer, chain, "Daily", purpose="LIST", lines=list(wanted))
    times = {"weekdays": DAILY, "at": "07:00", "startsOn": day(0), "timeZone": "UTC"}
    return await give(
        buyer,
        "createStandingOrder",
        "StandingOrder",
        STANDING,
        idempotencyKey=key or new_id().hex,
        savedCartId=cart["id"],
        calendar=times | calendar,
    )


async def tick(world, days, hours=8):
    """The clock ticks at eight of a day, counted from the first."""
    instant = FIRST + timedelta(days=days, hours=hours)
    await tick_in_tenant(world.database, world.tenant_id, lambda: instant)


async def shown(person, row):
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on StandingOrder {{ {STANDING} }} }} }}"
    return (await person.ask(document, id=row["id"])).data["node"]


async def outcomes(person, row):
    found = await shown(person, row)
    return [(run["dueOn"], run["outcome"]) for run in reversed(found["runs"])]


async def orders_in(world):
    count = select(func.count(Order.id))
    return await world.run(lambda work: work.session.scalar(count))


async def heard(world):
    """What whom was told of standing orders, in order."""

    async def read(work):
        asked = OutboxEvent.kind.like("standing_order%")
        rows = await work.session.scalars(select(OutboxEvent).where(asked).order_by(OutboxEvent.id))
        return [(row.data["recipients"], announcement_of(row.kind, row.data).text) for row in rows]

    return await world.run(read)


async def test_an_order_is_made_once_on_each_day_at_the_price_of_the_day(chain, buyer):
    world = chain.world
    row = await standing(buyer, chain, key="k1")

    await tick(world, 0, hours=6)
    before = await orders_in(world)
    await tick(world, 0)
    await tick(world, 0, hours=9)
    await world.price(chain.distributor, {chain.sku: "3"}, name="New", priority=1)
    await tick(world, 1)

    found = await shown(buyer, row)
    assert (before, await orders_in(world)) == (0, 2)
    assert await outcomes(buyer, row) == [(day(0), "ORDERED"), (day(1), "ORDERED")]
    assert found["nextDays"] == [day(number) for number in range(2, 7)]
    document = "query($id: ID!) { order(id: $id) { total state } }"
    orders = [await buyer.ask(document, id=run["orderId"]) for run in reversed(found["runs"])]
    assert [answer.data["order"] for answer in orders] == [
        {"total": "143.19", "state": "CONFIRMED"},
        {"total": "162.72", "state": "CONFIRMED"},
    ]
    assert await heard(world) == []


async def test_missed_days_are_made_up_for_by_one_order_and_said(chain, buyer):
    row = await standing(buyer, chain)

    await tick(chain.world, 3)

    assert await outcomes(buyer, row) == [
        (day(0), "MISSED"),
        (day(1), "MISSED"),
        (day(2), "MISSED"),
        (day(3), "ORDERED"),
    ]
    assert await orders_in(chain.world) == 1
    ((people, text),) = await heard(chain.world)
    assert people == [str(buyer.membership_id)]
    assert "3 days before it were missed." in text


async def test_a_day_is_skipped_once_and_a_pause_is_not_made_up_for(chain, buyer):
    row = await standing(buyer, chain)
    given = {"standingOrderId": row["id"]}

    async def change(**what):
        return await give(buyer, "changeStandingOrder", "StandingOrder", STANDING, **given, **what)

    skipping = {**given, "day": day(0)}
    skipped = await give(buyer, "skipStandingOrder", "StandingOrder", STANDING, **skipping)
    again = await give(buyer, "skipStandingOrder", "StandingOrder", STANDING, **skipping)
    await tick(chain.world, 0)
    paused = await change(state="PAUSED")
    await tick(chain.world, 5)
    resumed = await change(
        state="ACTIVE",
        calendar={
            "weekdays": ["FRIDAY"],
            "at": "07:00",
            "startsOn": day(7),
            "timeZone": "UTC",
        },
    )
    await tick(chain.world, 11)
    ended = await change(state="ENDED")
    late = await change(state="ACTIVE")

    assert skipped["nextDays"][0] == day(1)
    assert (again["code"], again["field"]) == ("NOT_ITS_DAY", "day")
    assert (paused["state"], paused["nextDays"]) == ("PAUSED", [])
    assert resumed["nextDays"][:2] == [day(11), day(18)]
    assert await outcomes(buyer, row) == [(day(0), "SKIPPED"), (day(11), "ORDERED")]
    assert (ended["state"], late["code"]) == ("ENDED", "STANDING_ORDER_ENDED")


async def test_what_cannot_be_ordered_is_left_out_or_refused_and_told(chain, buyer):
    world = chain.world
    going = await world.sku(chain.brand, "Going soon")
    await world.price(chain.distributor, {going: "1"}, name="More")
    row = await standing(buyer, chain, wanted_line(chain.sku, "2", "CASE"), wanted_line(going, "9"))
    product = select(Sku.product_id).where(Sku.id == going).scalar_subquery()
    terms = update(TradingRelationship).where(TradingRelationship.id == chain.downstream)

    async def run(statement):
        await world.run(lambda work: work.session.execute(statement))

    await run(update(Product).where(Product.id == product).values(status="DELISTED"))
    await tick(world, 0)
    await run(terms.values(is_credit_unlimited=False, credit_limit=1))
    await tick(world, 1)
    await run(terms.values(minimum_order_value=1_000))
    await tick(world, 2)
    await run(terms.values(minimum_order_value=0, is_credit_unlimited=True))
    await run(update(Membership).where(Membership.id == buyer.membership_id).values(ended_at=FIRST))
    colleague = await world.member(chain.retailer, "BUYER")
    await tick(world, 3)

    assert await outcomes(colleague, row) == [
        (day(0), "PARTLY_ORDERED"),
        (day(1), "PARTLY_ORDERED"),
        (day(2), "REFUSED"),
        (day(3), "REFUSED"),
    ]
    assert await orders_in(world) == 2
    told = await heard(world)
    maker, others = [str(buyer.membership_id)], [str(colleague.membership_id)]
    assert [people for people, _ in told] == [maker, maker, maker, others]
    expected = ["Left out: 9 PIECE of Going soon", "credit limit", "minimum", "works here no more"]
    assert all(words in text for words, (_, text) in zip(expected, told, strict=True))


async def test_a_standing_order_is_its_houses_own_and_a_calendar_must_come(chain, buyer):
    world = chain.world
    rep = await world.member(chain.distributor, "ENTERPRISE_ADMIN")
    row = await standing(buyer, chain)
    refused = [
        await standing(buyer, chain, endsOn=day(-1)),
        await standing(buyer, chain, weekdays=["SUNDAY"], endsOn=day(3)),
    ]
    document = """mutation($input: ChangeStandingOrderInput!) { changeStandingOrder(input: $input) {
        __typename } }"""

    theirs, unknown = [
        await rep.ask(document, input={"standingOrderId": key, "state": "ENDED"})
        for key in (row["id"], gid("StandingOrder", new_id()))
    ]

    assert [each["code"] for each in refused] == ["CALENDAR_EMPTY", "CALENDAR_EMPTY"]
    assert theirs.body["errors"] == unknown.body["errors"]
    assert await shown(rep, row) is None
    assert (await shown(buyer, row))["state"] == "ACTIVE"
