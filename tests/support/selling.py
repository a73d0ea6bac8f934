"""How a branch's seller classes its customers and bounds prices, for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id


async def add_selling(branch: Any) -> None:
    """Give the branch a group with its customer in it, a territory, a band, assortments."""
    group = await branch.do("seller", "createCustomerGroup", name=f"{branch.secret} group")
    customer = branch["TradingRelationship"]
    await branch.do("seller", "addGroupMembers", groupId=group["id"], relationshipIds=[customer])
    territory = await branch.do("seller", "createTerritory", name=f"{branch.secret} area")
    who = {"territoryId": territory["id"], "membershipIds": [branch["Membership"]]}
    await branch.do("seller", "assignTerritory", **who)
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
    days = {"weekdays": ["MONDAY"], "holidays": ["2199-01-01"], "leadDays": 2}
    await branch.do("seller", "setDeliveryCalendar", relationshipId=customer, **days)
    await branch.do("seller", "setDeliveryCalendar", territoryId=territory["id"], **days)
    container = await branch.do(
        "seller", "createReturnableContainer", name=f"Crate {new_id().hex}", deposit="8"
    )
    for name, purpose in (("range", "SOLD"), ("must", "MUST_SELL")):
        made = await branch.do(
            "seller",
            "createAssortment",
            idempotencyKey=new_id().hex,
            name=f"{branch.secret} {name}",
            purpose=purpose,
            goods=[{"skuId": branch["Sku@network"]}],
        )
        branch.things["Assortment" if purpose == "SOLD" else "Assortment:MUST_SELL"] = made["id"]
    held, must = branch["Assortment"], branch["Assortment:MUST_SELL"]
    level = branch["CustomerLevel"]  # In which nobody is: all its goods are sold on.
    await branch.do("seller", "giveAssortment", assortmentId=held, levelId=level)
    await branch.do("seller", "giveAssortment", assortmentId=must, relationshipId=customer)
    branch.things |= {
        "CustomerGroup": group["id"],
        "Territory": territory["id"],
        "PriceBand": band["id"],
        "DiscountAuthority": authority["id"],
        "ReturnableContainer@network": container["id"],
    }
