"""A brand, two distributors, a sub-distributor and shops, with unmistakable prices between them.

Everything of interest is the distributor's trade with its sub-distributor: what it pays, asks,
bounds, funds and grants. Each amount stands nowhere else, so that an answer that holds it leaks it.
"""

from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.inventory.operations import Receipt, receive
from app.kernel.ids import new_id
from app.pricing.models import PriceEntry
from app.promotions.models import Coupon
from tests.isolation.scene import Unknown
from tests.support.branches import key
from tests.support.documents import command_document
from tests.support.people import membership
from tests.support.world import Person, World, gid

LEVELS = ("brand", "distributor", "sibling", "sub", "shop", "other shop")
ROLES = {
    "admin": "ENTERPRISE_ADMIN",
    "rep": "SALES",
    "other rep": "SALES",
    "service": "SERVICE",
    "warehouse": "WAREHOUSE",
    "buyer": "BUYER",
}
QUOTE = "query($input: QuoteInput!) { quote(input: $input) { gross } }"
APPROVERS_WORDS = "still above what Mallard asks"
DISCOUNT_REASON = "matches what Pochard offers"


@dataclass
class PricedScene:
    """People by level and role; global ids by name; the secrets that only the scene makes."""

    world: World
    organisations: dict[str, UUID] = field(default_factory=dict)
    people: dict[tuple[str, str], Person] = field(default_factory=dict)
    things: dict[str, str] = field(default_factory=dict)
    made: dict[str, str] = field(default_factory=dict)
    unknown: Unknown = field(default_factory=Unknown)

    def __getitem__(self, name: str) -> str:
        return self.things.get(name) or self.unknown[name]

    @classmethod
    async def create(cls, world: World) -> "PricedScene":
        scene = cls(world)
        await _network(scene)
        await _prices(scene)
        await _bounds(scene)
        await _promotions(scene)
        await _order(scene)
        await _waiting(scene)
        return scene

    async def do(self, level: str, command: str, role: str = "admin", **given: Any) -> Any:
        """Give a command as one of the people; it must succeed."""
        answer = await self.people[level, role].ask(command_document(command), input=given)
        done = answer.data[command]
        assert done["__typename"] != "Refusal", (command, done)
        return done

    async def read(self, statement: Any) -> UUID:
        return await self.world.run(lambda work: work.session.scalar(statement))


async def _network(scene: PricedScene) -> None:
    world, brand = scene.world, await scene.world.organisation("Teal Brand", "BRAND")
    distributor = await world.organisation("Heron Trade", parent=brand)
    sub = await world.organisation("Egret Trade", "SUB_DISTRIBUTOR", parent=distributor)
    scene.organisations = {
        "brand": brand,
        "distributor": distributor,
        "sibling": await world.organisation("Stork Trade", parent=brand),
        "sub": sub,
        "shop": await world.organisation("Wren Shop", "RETAILER", parent=sub),
        "other shop": await world.organisation("Finch Shop", "RETAILER", parent=distributor),
    }
    terms: dict[str, Any] = {
        "payment_terms": "ON_ACCOUNT",
        "is_credit_unlimited": False,
        "credit_limit": Decimal("646464.46"),
        "cash_discount_percent": Decimal("3.7373"),
        "allows_fallback_price": True,
    }
    for name, seller, buyer, more in (
        ("upstream", "brand", "distributor", {}),
        ("beside", "brand", "sibling", {}),
        ("TradingRelationship", "distributor", "sub", terms),
        ("other customer", "distributor", "other shop", {}),
        ("downstream", "sub", "shop", {}),
    ):
        ends = scene.organisations[seller], scene.organisations[buyer]
        scene.things[name] = gid("TradingRelationship", await world.relationship(*ends, **more))
    for level, organisation in scene.organisations.items():
        for role, code in ROLES.items():
            name = f"{level} {role}"
            scene.people[level, role] = await world.member(organisation, code, name=name)
    for level, name in (
        ("brand", "upstream"),
        ("distributor", "TradingRelationship"),
        ("sub", "downstream"),
    ):
        await world.assign_rep(key(scene[name]), scene.people[level, "rep"])
    scene.things |= {
        "Organisation": gid("Organisation", distributor),
        "Organisation:BUYER": gid("Organisation", sub),
        "TradingRelationship:UPSTREAM": scene["upstream"],
        "Membership": membership(scene.people["distributor", "rep"]),
    }


async def _prices(scene: PricedScene) -> None:
    """Two SKUs: one that everybody prices, one that the distributor passes on with its margin."""
    world, of = scene.world, scene.organisations
    sku, passed_on = [await world.sku(of["brand"], name, case=24) for name in ("Tea", "Rice")]
    scene.things |= {
        "Sku@network": gid("Sku", sku),
        "passed on": gid("Sku", passed_on),
        "Category@network": gid("Category", world.category_id or ""),
        "Brand@network": gid("Brand", world.brand_id or ""),
    }
    for_distributor = {"kind": "BUYER", "relationship_id": key(scene["upstream"])}
    for_sub = {"kind": "BUYER", "relationship_id": key(scene["TradingRelationship"])}
    for_other = {"kind": "CONTRACT", "relationship_id": key(scene["other customer"])}
    await world.price(of["brand"], {sku: "9.9931"}, name="Teal base")
    await world.price(of["brand"], {sku: "3.3331", passed_on: "4.4441"}, **for_distributor)
    await world.price(of["distributor"], {sku: "8.7713"}, name="Heron base")
    of_sub = await world.price(of["distributor"], {sku: "7.5557"}, name="Bittern", **for_sub)
    of_other = await world.price(of["distributor"], {sku: "5.5519"}, name="Grebe", **for_other)
    of_shops = await world.price(of["sub"], {sku: "11.1193"}, name="Egret base")
    entry = select(PriceEntry.id).where(PriceEntry.price_list_id == of_sub)
    scene.things |= {
        "PriceList": gid("PriceList", of_sub),
        "sub list": gid("PriceList", of_shops),
        "other list": gid("PriceList", of_other),
        "PriceEntry": gid("PriceEntry", await scene.read(entry)),
        "PriceVersion": gid("PriceVersion", await scene.read(entry)),
    }
    derivation = {
        "parentId": scene["PriceList"],
        "percent": "2.2929",
        "amountAdded": "0.3737",
        "multiple": "0.0101",
        "floor": "1.1313",
        "ceiling": "98.1919",
    }
    derived = await scene.do(
        "distributor",
        "createPriceList",
        idempotencyKey=new_id().hex,
        kind="CHANNEL",
        salesChannel="MODERN_TRADE",
        name="Godwit",
        validFrom="2198-01-01",
        derivation=derivation,
    )
    scene.things["derived list"] = derived["id"]
    made = await scene.do(
        "distributor",
        "createPriceChangeSet",
        idempotencyKey=new_id().hex,
        name="Dunlin",
        effectiveFrom="2199-01-01",
    )
    row = {"priceListId": scene["PriceList"], "skuId": scene["Sku@network"], "amount": "8.1811"}
    await scene.do("distributor", "putPriceChanges", changeSetId=made["id"], rows=[row])
    scene.things["PriceChangeSet"] = made["id"]


async def _bounds(scene: PricedScene) -> None:
    """Bands from above, for oneself and for the level below; the margin; a rep's authority."""
    own = {"floor": "6.6617", "minimumMarginPercent": "57.57", "outside": "APPROVAL"}
    above = {"floor": "2.2237", "ceiling": "88.8893"}
    below = {"floor": "7.1171", "recommendedRetailPrice": "19.1937"}
    for name, level, more in (
        ("own band", "distributor", {"audience": "OWN", "limits": own}),
        ("band above", "brand", {"limits": above, "relationshipId": scene["upstream"]}),
        (
            "PriceBand",
            "distributor",
            {"limits": below, "relationshipId": scene["TradingRelationship"]},
        ),
    ):
        given = {"idempotencyKey": new_id().hex, "audience": "RELATIONSHIP"} | more
        made = await scene.do(level, "grantPriceBand", skuId=scene["Sku@network"], **given)
        scene.things[name] = made["id"]
    await scene.do(
        "distributor", "changeOrganisation", name="Heron Trade", standardMarginPercent="17.3719"
    )
    authority = await scene.do(
        "distributor",
        "setDiscountAuthority",
        membershipId=scene["Membership"],
        limitPercent="13.3137",
    )
    scene.things["DiscountAuthority"] = authority["id"]
    given_away = [{"kind": "DISCOUNT", "number": "43.4343"}]
    total = {"threshold": "31313131.31", "currency": "CNY"}
    rule = {"party": "SELLER", **total, "conditions": given_away}
    made = await scene.do("distributor", "createApprovalRule", **rule)
    scene.things["ApprovalRule"] = made["id"]


async def _promotions(scene: PricedScene) -> None:
    """A funded scheme with a budget for holders of coupons; one for another customer; points."""
    everyone = {
        "needsCoupon": True,
        "isClaimable": True,
        "funding": {
            "organisationId": gid("Organisation", scene.organisations["brand"]),
            "percent": "61.6161",
        },
        "limits": {
            "money": "919191.91",
            "goods": "717171.71",
            "uses": 707,
            "moneyPerBuyer": "81818.18",
            "goodsPerBuyer": "71717.17",
            "usesPerBuyer": 70,
        },
    }
    scene.things["TradeScheme"] = await _scheme(scene, "Curlew", everyone)
    only_other = {"eligibility": {"relationshipIds": [scene["other customer"]]}}
    scene.things["other scheme"] = await _scheme(scene, "Plover", only_other)
    for name in ("TradingRelationship", "other customer"):
        given = {"schemeId": scene["TradeScheme"], "relationshipId": scene[name]}
        await scene.do("distributor", "issueCoupons", idempotencyKey=new_id().hex, **given)
        held = Coupon.relationship_id == key(scene[name])
        scene.things[f"Coupon:{name}"] = gid(
            "Coupon", await scene.read(select(Coupon.id).where(held))
        )
        scene.made[f"coupon of {name}"] = str(await scene.read(select(Coupon.code).where(held)))
    await scene.do("distributor", "setPointsProgramme", currency="CNY", valuePerPoint="0.0137")
    await scene.do(
        "distributor",
        "adjustPoints",
        idempotencyKey=new_id().hex,
        relationshipId=scene["TradingRelationship"],
        points=7717717,
        reason="Opening balance",
    )
    tier = await scene.do(
        "distributor",
        "createMembershipTier",
        idempotencyKey=new_id().hex,
        name="Gannet",
        currency="CNY",
        threshold="515151.15",
    )
    scene.things["MembershipTier"] = tier["id"]


async def _scheme(scene: PricedScene, name: str, more: dict[str, Any]) -> str:
    terms = {
        "lane": "ORDER",
        "benefit": "AMOUNT_OFF",
        "measure": "AMOUNT",
        "calculation": "STEP",
        "tiers": [{"threshold": "100", "benefit": "12.12"}],
        "currency": "CNY",
    }
    given = {"idempotencyKey": new_id().hex, "name": name, "terms": terms | more}
    made = await scene.do("distributor", "createTradeScheme", **given)
    await scene.do("distributor", "activateTradeScheme", schemeId=made["id"])
    return made["id"]


async def _order(scene: PricedScene) -> None:
    """An order by the rep with a discount below the own floor: approved, and on to its invoice."""
    sku, distributor = key(scene["Sku@network"]), scene.organisations["distributor"]
    receipts = [Receipt(sku, Decimal(500), "L1", None, None)]
    await scene.world.run(lambda work: receive(work, distributor, None, receipts, "test", None))
    asked = {
        "relationshipId": scene["TradingRelationship"],
        "lines": [
            {
                "skuId": scene["Sku@network"],
                "quantity": "100",
                "discountPercent": "10.1019",
                "discountReason": DISCOUNT_REASON,
            }
        ],
        "couponCodes": [scene.made["coupon of TradingRelationship"]],
    }
    quote = await scene.people["distributor", "rep"].ask(QUOTE, input=asked)
    given = {"idempotencyKey": new_id().hex, "seenTotal": quote.data["quote"]["gross"], **asked}
    placed = await scene.do("distributor", "placeOrder", "rep", **given)
    order = {"orderId": placed["id"]}
    await scene.do("distributor", "approveOrder", **order, reason=APPROVERS_WORDS)
    for command in ("allocateOrder", "startPreparation", "finishPreparation"):
        await scene.do("distributor", command, **order)
    booked = {"idempotencyKey": new_id().hex, "carrier": "SF", **order}
    shipment = {"shipmentId": (await scene.do("distributor", "bookCarrier", **booked))["id"]}
    await scene.do("distributor", "handOver", **shipment, handedOverTo="Driver")
    await scene.do("sub", "signDelivery", **shipment, signedBy="Door")
    await scene.do("sub", "confirmReceipt", **order)
    await scene.do("distributor", "settleOrder", **order)
    await scene.do(
        "distributor",
        "recordPayment",
        idempotencyKey=new_id().hex,
        **order,
        amount="21.21",
        method="CASH",
        reference="Turnstone",
    )
    admin = scene.people["distributor", "admin"]
    seen = await admin.ask(
        "query($id: ID!) { order(id: $id) { total net invoice { id } } }", id=placed["id"]
    )
    found = seen.data["order"]
    scene.made |= {"total": found["total"], "net": found["net"]}
    scene.things |= {
        "Order:SHIPPED": placed["id"],
        "Order:CONFIRMED": placed["id"],
        "OrderLine": placed["lines"][0]["id"],
        "Invoice": found["invoice"]["id"],
    }
    await _credit(scene)


async def _credit(scene: PricedScene) -> None:
    """A piece of the invoice is taken back, and money comes in beside it and ahead."""
    again = {"idempotencyKey": new_id().hex}
    note = await scene.do(
        "distributor",
        "creditInvoice",
        **again,
        invoiceId=scene["Invoice"],
        lines=[{"position": 1, "quantity": "50", "cause": "DAMAGED"}],
        reason="Turnstone",
    )
    terms = {"relationshipId": scene["TradingRelationship"], "reference": "Turnstone"}
    again = {"idempotencyKey": new_id().hex}
    await scene.do("distributor", "topUpPrepaidBalance", **again, **terms, amount="7.07")
    scene.things["CreditNote"] = note["id"]


async def _waiting(scene: PricedScene) -> None:
    """A second order with such a discount, which nobody has approved yet."""
    line = {
        "skuId": scene["Sku@network"],
        "quantity": "70",
        "discountPercent": "10.1019",
        "discountReason": DISCOUNT_REASON,
    }
    asked = {"relationshipId": scene["TradingRelationship"], "lines": [line]}
    quote = await scene.people["distributor", "rep"].ask(QUOTE, input=asked)
    given = {"idempotencyKey": new_id().hex, "seenTotal": quote.data["quote"]["gross"], **asked}
    await scene.do("distributor", "placeOrder", "rep", **given)
