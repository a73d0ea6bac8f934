"""Placing uses what is remembered: a change counts for the next order, whoever made it and when."""

from contextlib import contextmanager
from decimal import Decimal

import pytest
from sqlalchemy import Engine, event

from app.db.revisions import forget_all
from app.promotions.rules.terms import SchemeTier
from tests.support.chain import Chain
from tests.support.order_terms import place, placement, trade_of
from tests.support.tenant_rows import standing_in

SEEN = "143.19"
"""Two cases of 24 at 2.64, with tax."""

HALF = "UPDATE price_entry SET amount = 1.32 WHERE amount = 2.64"
HALF_SEEN = "71.60"
CLOSED = "UPDATE trading_relationship SET valid_until = now() WHERE valid_until IS NULL"
LARGER = "UPDATE sku_packaging SET factor = 48 WHERE factor = 24"


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


@pytest.fixture
async def buyer(chain):
    buyer = await chain.world.member(chain.retailer, "BUYER")
    assert (await ordered(buyer, chain))["total"] == SEEN
    return buyer


async def ordered(buyer, chain, seen=SEEN):
    return await place(buyer, chain, seen=seen)


async def asked(person, chain):
    """The whole answer to an order for two cases."""
    document = """mutation($input: PlaceOrderInput!) { placeOrder(input: $input) { __typename } }"""
    return await person.ask(document, input=placement(chain, SEEN))


def change(access, chain, statement):
    """Another process writes, and commits."""
    with standing_in(access.owner_dsn, chain.world.tenant_id) as connection:
        assert connection.execute(statement).rowcount


@contextmanager
def as_placing_begins(do):
    """Do something once, after a placing has looked who acts and before it has read anything."""
    waiting = [do]

    def look(_connection, _cursor, statement, *_):
        if waiting and "INTO idempotency_key" in statement:
            waiting.pop()()

    event.listen(Engine, "before_cursor_execute", look)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", look)
    assert not waiting


@pytest.mark.parametrize(
    ("statement", "code"),
    [(HALF, "PRICE_CHANGED"), (LARGER, "PRICE_CHANGED"), (CLOSED, "RELATIONSHIP_CLOSED")],
)
async def test_a_change_counts_for_the_very_next_order(chain, buyer, access, statement, code):
    change(access, chain, statement)

    assert (await ordered(buyer, chain))["code"] == code


async def test_a_new_scheme_and_its_end_count_for_the_very_next_order(chain, buyer, access):
    await trade_of(chain).scheme(tiers=(SchemeTier(threshold=Decimal(1), benefit=Decimal(10)),))

    cheaper = await ordered(buyer, chain)
    change(access, chain, "UPDATE trade_scheme SET ended_at = '2020-01-01'")

    assert cheaper["code"] == "PRICE_CHANGED"
    assert (await ordered(buyer, chain))["total"] == SEEN


async def test_a_price_changed_as_placing_begins_is_the_one_of_its_start(chain, buyer, access):
    with as_placing_begins(lambda: change(access, chain, HALF)):
        order = await ordered(buyer, chain)

    assert order["total"] == SEEN
    assert (await ordered(buyer, chain))["code"] == "PRICE_CHANGED"
    assert (await ordered(buyer, chain, HALF_SEEN))["total"] == HALF_SEEN


async def test_who_remembers_nothing_never_mixes_two_states(chain, buyer, access):
    forget_all()

    with as_placing_begins(lambda: change(access, chain, HALF)):
        order = await ordered(buyer, chain)

    assert order["code"] == "PRICE_CHANGED"
    assert (await ordered(buyer, chain, HALF_SEEN))["total"] == HALF_SEEN


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE membership SET ended_at = now()", "UNAUTHENTICATED"),
        ("DELETE FROM membership_role", "FORBIDDEN"),
    ],
)
async def test_a_right_taken_away_counts_for_the_very_next_order(
    chain, buyer, access, statement, code
):
    change(access, chain, statement)

    assert (await asked(buyer, chain)).error_codes == [code]


async def test_a_stranger_is_told_the_same_of_a_remembered_relationship(chain, buyer):
    shop = await chain.world.organisation("Stranger", "RETAILER", parent=chain.distributor)
    stranger = await chain.world.member(shop, "BUYER")
    assert (await ordered(buyer, chain))["total"] == SEEN

    answer = await asked(stranger, chain)

    assert answer.error_codes == ["NOT_FOUND"]
