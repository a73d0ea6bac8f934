"""How a branch's seller classes its customers and bounds prices, for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id


async def add_selling(branch: Any) -> None:
    """Give the branch a group with its customer in it, a territory, a band and an authority."""
    group = await branch.do("seller", "createCustomerGroup", name=f"{branch.secret} group")
    customer = branch["TradingRelationship"]
    await branch.do("seller", "addGroupMembers", groupId=group["id"], relationshipIds=[customer])
    territory = await branch.do("seller", "createTerritory", name=f"{branch.secret} area")
    band = await branch.do(
        "seller",
        "grantPriceBand",
        idempotencyKey=new_id().hex,
        audience="RELATIONSHIP",
        relationshipId=customer,
        skuId=branch["Sku@network"],
        limits={"ceiling": branch.figures["ceiling granted"], "outside": "APPROVAL"},
    )
    authority = await branch.do(
        "seller", "setDiscountAuthority", membershipId=branch["Membership"], limitPercent="3"
    )
    container = await branch.do(
        "seller", "createReturnableContainer", name=f"Crate {new_id().hex}", deposit="8"
    )
    branch.things |= {
        "CustomerGroup": group["id"],
        "Territory": territory["id"],
        "PriceBand": band["id"],
        "DiscountAuthority": authority["id"],
        "ReturnableContainer@network": container["id"],
    }
