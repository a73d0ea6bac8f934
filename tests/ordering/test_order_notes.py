"""Notes on an order: each side's own stay its own, those for both are read by both."""

import pytest

from app.kernel.ids import new_id
from tests.support.chain import Chain
from tests.support.ordering import give
from tests.support.world import gid

NOTES = "notes { text audience authorName isOurs }"


@pytest.fixture
async def chain(world):
    return await Chain.create(world, upstream_visibility="ORDERS")


async def write(person, order, text, audience="INTERNAL", key=None):
    return await give(
        person,
        "addOrderNote",
        "Order",
        NOTES,
        idempotencyKey=key or new_id().hex,
        orderId=order["id"],
        text=text,
        audience=audience,
    )


async def read(person, order):
    document = f"query($id: ID!) {{ order(id: $id) {{ {NOTES} }} }}"
    answer = await person.ask(document, id=order["id"])
    return [note["text"] for note in answer.data["order"]["notes"]]


async def test_internal_notes_stay_with_their_side_and_others_are_read_by_both(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER", name="Shop keeper Li")
    service = await world.member(chain.distributor, "SERVICE")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    order = await chain.place(buyer)

    for _ in range(2):
        await write(buyer, order, "Watch the bill", key="k1")
    await write(service, order, "Pays late")
    told = await write(buyer, order, "Ring the bell", "BOTH_SIDES")

    assert await read(buyer, order) == ["Watch the bill", "Ring the bell"]
    assert await read(service, order) == ["Pays late", "Ring the bell"]
    assert await read(brand, order) == []  # It sees the order, and is no party to it.
    assert told["notes"][-1] == {
        "text": "Ring the bell",
        "audience": "BOTH_SIDES",
        "authorName": "Shop keeper Li",
        "isOurs": True,
    }


async def test_only_the_parties_write_and_strangers_learn_nothing(chain):
    world = chain.world
    buyer = await world.member(chain.retailer, "BUYER")
    brand = await world.member(chain.brand, "ENTERPRISE_ADMIN")
    rep = await world.member(chain.distributor, "SALES")
    order = await chain.place(buyer)
    document = "mutation($input: AddOrderNoteInput!) { addOrderNote(input: $input) { __typename } }"

    for stranger in (brand, rep):
        theirs, unknown = [
            await stranger.ask(
                document, input={"idempotencyKey": "k", "orderId": key, "text": "Hello"}
            )
            for key in (order["id"], gid("Order", new_id()))
        ]
        assert theirs.body["errors"] == unknown.body["errors"]
    assert await read(buyer, order) == []
