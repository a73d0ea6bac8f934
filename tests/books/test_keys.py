"""What was done under idempotency keys adds up, also where its result changed or is gone."""

import pytest

from app.books import AT_REST, check_tenant
from tests.support.chain import Chain
from tests.support.ordering import give, put, saved, wanted_line
from tests.support.world import gid


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def test_carts_that_were_filled_several_times_and_deleted_are_in_order(chain):
    world, relationship = chain.world, gid("TradingRelationship", chain.downstream)
    buyer = await world.member(chain.retailer, "BUYER")
    kept, gone = [
        await saved(buyer, chain, name, lines=[wanted_line(chain.sku, "2")])
        for name in ("Kept", "Gone")
    ]
    await put(buyer, chain.downstream, wanted_line(chain.sku, "3"))
    for number in range(2):
        given = {"idempotencyKey": f"fill {number}", "relationshipId": relationship}
        ends = {"fromSavedCartId": kept["id"], "toSavedCartId": gone["id"], "keeps": True}
        moved = await give(buyer, "moveCartLines", "MovedCartLines", "savedCartId", **given, **ends)
        assert moved["savedCartId"] == gone["id"]
    deleted = {"savedCartId": gone["id"]}
    await give(buyer, "deleteSavedCart", "DeletedSavedCart", "savedCartId", **deleted)

    found = await check_tenant(world.database, world.tenant_id, AT_REST)

    assert found.sentences() == []
