"""What a branch's retailer asks of its seller as the grantor of a band, for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id
from tests.support.world import gid

ASKED = """{ pricesOutsideBand { edges { node {
  id changeSetId prices { edges { node { id } } } } } } }"""


async def ask_grantor(branch: Any) -> None:
    """Have the retailer submit two price changes above the ceiling that the seller granted it."""
    name = f"{branch.secret} shelf"
    own = await branch.world.price(branch.retailer, {branch.sku: "4"}, name=name)
    row = {"priceListId": gid("PriceList", own), "skuId": branch["Sku@network"], "amount": "1500"}
    for place in ("PriceChangeSet:ASKED", "PriceChangeSet:ASKED:2"):
        made = await branch.do(
            "buyer",
            "createPriceChangeSet",
            idempotencyKey=new_id().hex,
            name=name,
            effectiveFrom="2199-01-01" if place.endswith("ASKED") else "2198-01-01",
        )
        branch.things[place] = made["id"]
        await branch.do("buyer", "putPriceChanges", changeSetId=made["id"], rows=[row])
        await branch.do("buyer", "submitPriceChangeSet", changeSetId=made["id"])
    answer = await branch.seller.ask(ASKED)
    request = answer.data["pricesOutsideBand"]["edges"][0]["node"]
    branch.things |= {
        "PriceBandRequest": request["id"],
        "PriceOutsideBand": request["prices"]["edges"][0]["node"]["id"],
    }
