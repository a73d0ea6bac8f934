"""Software hears of announcements that are for its organisation, and of requests for orders."""

from app.kernel.ids import new_id
from tests.announcements.test_announcements import announced
from tests.support.hooks import hook
from tests.support.ordering import give, put, wanted_line
from tests.support.world import gid

WORDS = "{ ... on Announcement { words { title } } }"
REQUEST = "{ ... on OrderRequest { state note } }"


async def test_each_side_hears_what_is_its_own(post, chain, buyer, seller, receiver):
    world = chain.world
    beside = await world.organisation("Beside", "RETAILER", parent=chain.distributor)
    await world.relationship(chain.distributor, beside)
    for shop, path in ((chain.retailer, "told"), (beside, "untold")):
        owner = await world.member(shop, "ENTERPRISE_ADMIN")
        url = f"http://127.0.0.1:{receiver.port}/{path}"
        await hook(owner, url, "ANNOUNCEMENT_BEGUN", selection=WORDS)
    await hook(seller, receiver.url, "ORDER_REQUESTED", selection=REQUEST)
    terms = gid("TradingRelationship", chain.downstream)

    await announced(seller, {"relationshipIds": [terms]})
    await put(buyer, chain.downstream, wanted_line(chain.sku))
    await give(
        buyer,
        "sendOrderRequest",
        "OrderRequest",
        "id",
        idempotencyKey=new_id().hex,
        relationshipId=terms,
        note="Soon please",
    )
    await post.deliver()

    heard = {got.path: got.message for got in receiver.received}
    assert {message["type"] for message in heard.values()} == {
        "ANNOUNCEMENT_BEGUN",
        "ORDER_REQUESTED",
    }
    assert "/untold" not in heard
    titles = [each["title"] for each in heard["/told"]["data"]["words"]]
    assert titles == ["Spring tea", "春茶"]
    assert heard["/hook?of=east"]["data"]["note"] == "Soon please"
