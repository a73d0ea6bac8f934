"""What a branch's seller is asked as the grantor of a band, for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id

ASKED = """{ pricesOutsideBand { edges { node {
  id changeSetId prices { edges { node { id } } } } } } }"""


async def add_requests(branch: Any) -> None:
    """Let the retailer propose prices below a floor that the seller granted, twice."""
    sku = branch["Sku@network"]
    await branch.do(
        "seller",
        "grantPriceBand",
        idempotencyKey=new_id().hex,
        audience="ALL_BUYERS",
        skuId=sku,
        limits={"floor": branch.figures["floor granted"], "outside": "APPROVAL"},
    )
    shelf = await branch.do(
        "buyer",
        "createPriceList",
        idempotencyKey=new_id().hex,
        kind="BASE",
        name=f"{branch.secret} shelf",
        validFrom="2199-01-01",
    )
    row = {"priceListId": shelf["id"], "skuId": sku, "amount": branch.figures["shelf price"]}
    for name in ("PriceChangeSet:ASKED", "PriceChangeSet:ASKED:2"):
        await _propose(branch, name, row)
    answer = await branch.seller.ask(ASKED)
    request = answer.data["pricesOutsideBand"]["edges"][0]["node"]
    branch.things |= {
        "PriceBandRequest": request["id"],
        "PriceOutsideBand": request["prices"]["edges"][0]["node"]["id"],
    }


async def _propose(branch: Any, name: str, row: dict[str, str]) -> None:
    made = await branch.do(
        "buyer",
        "createPriceChangeSet",
        idempotencyKey=new_id().hex,
        name=f"{branch.secret} shelf prices",
        effectiveFrom="2199-01-01",
    )
    branch.things[name] = made["id"]
    await branch.do("buyer", "putPriceChanges", changeSetId=made["id"], rows=[row])
    await branch.do("buyer", "submitPriceChangeSet", changeSetId=made["id"])
