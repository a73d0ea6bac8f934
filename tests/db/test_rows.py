"""Rows that go to the database as JSON come back as they were given (F6, F10)."""

from datetime import UTC, datetime
from decimal import Decimal

import orjson
import pytest
from sqlalchemy import select

from app.db.database import Access
from app.db.outbox import OutboxEvent
from app.db.rows import completed
from app.db.snapshots import once_read
from app.db.work import acting_as, begin
from app.inventory.models import StockBalance, Warehouse
from app.kernel.actor import system_actor
from app.kernel.document import WrittenJson
from app.kernel.ids import new_id
from app.organisations.models import TradingRelationship
from tests.support.world import LONG_AGO

NAME = 'Süd "Lager" \\ 北京 \u2028 %s :name'
INSTANT = datetime(2026, 2, 3, 4, 5, 6, 789_012, tzinfo=UTC)


def terms_of(seller, buyer, **more):
    given = {"currency": "CNY", "valid_from": INSTANT, "payment_terms": "ON_ACCOUNT"}
    return TradingRelationship(seller_id=seller, buyer_id=buyer, **given | more)


async def test_amounts_instants_and_words_come_back_exactly(world):
    owner = await world.organisation("Owner")
    warehouse = Warehouse(
        organisation_id=owner, name=NAME, time_zone="Asia/Shanghai", created_at=INSTANT
    )
    buyer = await world.organisation("Buyer", "RETAILER")
    relationship = terms_of(owner, buyer, credit_limit=Decimal("123456789012345.6789"))

    await world.run(lambda work: work.write(warehouse, relationship))

    rows = select(Warehouse.name, Warehouse.created_at, Warehouse.region)
    assert (await read_rows(world, rows)) == [(NAME, INSTANT, "")]
    rows = select(TradingRelationship.credit_limit, TradingRelationship.valid_until)
    assert (await read_rows(world, rows)) == [(Decimal("123456789012345.6789"), None)]


async def test_parents_and_children_go_in_one_statement(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    skus = [await world.sku(brand) for _ in range(3)]
    warehouse = Warehouse(
        organisation_id=brand, name="Main", time_zone="Asia/Shanghai", created_at=LONG_AGO
    )
    warehouse = completed(warehouse)
    balances = [
        StockBalance(warehouse_id=warehouse.id, sku_id=sku, on_hand=7, reserved=0) for sku in skus
    ]

    with statements.counting() as sent:
        await world.run(lambda work: work.write(*balances, warehouse))

    assert len(sent) == 3  # begin, rows, commit
    found = await read_rows(world, select(StockBalance.sku_id, StockBalance.on_hand))
    assert sorted(found) == sorted((sku, 7) for sku in skus)


@pytest.mark.parametrize("many", [1, 2])
async def test_a_document_that_was_written_already_comes_back_as_it_was(world, many):
    said = {"name": NAME, "amount": "1.20", "nothing": None, "all": [{"at": "2026"}]}
    about = {"kind": "said", "subject_kind": "word", "occurred_at": INSTANT}
    rows = [
        {**about, "id": new_id(), "subject_id": new_id(), "data": WrittenJson(orjson.dumps(said))}
        for _ in range(many)
    ]

    await world.run(lambda work: work.insert(OutboxEvent, rows))

    wanted = select(OutboxEvent.data).where(OutboxEvent.kind == "said")
    assert await read_rows(world, wanted) == [(said,)] * many


async def test_what_was_written_as_json_is_changed_like_any_object(world):
    brand = await world.organisation("Brand", "BRAND")
    warehouse = Warehouse(
        organisation_id=brand, name="Main", time_zone="Asia/Shanghai", created_at=LONG_AGO
    )

    async def command(work):
        await work.write(warehouse)
        warehouse.name = "North"
        assert await work.session.get(Warehouse, (work.tenant_id, warehouse.id)) is warehouse

    await world.run(command)

    assert await read_rows(world, select(Warehouse.name)) == [("North",)]


async def test_an_object_has_its_defaults_before_it_is_written(world):
    relationship = completed(terms_of(new_id(), new_id()))

    assert relationship.minimum_order_value == 0
    assert relationship.credit_limit is None
    assert relationship.id is not None


async def test_a_snapshot_reads_each_thing_once_and_a_change_reads_anew(world, database):
    asked = []

    async def read(keys):
        asked.append(sorted(keys))
        return {key: key.upper() for key in keys if key != "none"}

    async def twice(work):
        await once_read(work, "words", ["a", "none"], read)
        return await once_read(work, "words", ["b", "a", "none"], read)

    actor = acting_as(system_actor(world.tenant_id, "test"))
    async with begin(database, world.tenant_id, actor, access=Access.READ) as work:
        found = await twice(work)

    assert found == {"b": "B", "a": "A"}
    assert asked == [["a", "none"], ["b"]]

    asked.clear()
    assert await world.run(twice) == {"b": "B", "a": "A"}
    assert asked == [["a", "none"], ["a", "b", "none"]]


async def read_rows(world, statement):
    async def rows(work):
        return [tuple(row) for row in await work.session.execute(statement)]

    return await world.run(rows)
