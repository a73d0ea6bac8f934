"""Orders with schemes, coupons, points, discounts and guards: how tests ask for them."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.pricing.models import DiscountAuthority, PriceBand
from app.promotions.models import BuyerStanding, Coupon, PointsLot, PointsProgramme, SchemeBudget
from app.promotions.rules.terms import Gift, SchemeTier
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.support.chain import REFUSAL, Chain, mutate, on_order
from tests.support.promotions import Trade
from tests.support.world import LONG_AGO, Person, World, gid

PRICED = """
    id number state revision net tax deposits total paid couponCodes pointsToRedeem approvalStatus
    lines { id position quantity packagingLevel net tax gross deposit isFree discountPercent
      sku { name }
      quantities { ordered cancelled allocated shipped received }
      priced { net gross discountReason discountGivenBy guard guardReasons { limit text }
        steps { name before after reason } losers { listName } } }
    benefits { name benefit money goods points rebate isGivenBack fundedMoney isClaimable
      funder { name } goodsSku { name } }
    approvals { because status }
    quote { net gross }
    invoice { net tax deposits total lines { net tax deposit quantity } }
"""


def trade_of(chain: Chain) -> Trade:
    """The chain's second link, to give it schemes."""
    return Trade(chain.world, chain.distributor, chain.retailer, chain.downstream, chain.sku)


def line(sku: UUID, quantity: str = "2", level: str = "CASE", **more: Any) -> dict[str, Any]:
    return {"skuId": gid("Sku", sku), "quantity": quantity, "packagingLevel": level, **more}


async def give(
    person: Person, name: str, input_type: str, given: dict[str, Any], fields: str = PRICED
) -> dict[str, Any]:
    """Give one command; the answer is the order with all its prices, or the refusal."""
    document = f"""mutation($input: {input_type}!) {{ {name}(input: $input) {{
        __typename ... on Order {{ {fields} }} {REFUSAL} }} }}"""
    return (await person.ask(document, input=given)).data[name]


def placement(chain: Chain, seen: str, *lines: dict[str, Any], **more: Any) -> dict[str, Any]:
    """What placing takes; without lines, two cases of the chain's SKU."""
    return {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "seenTotal": seen,
        "lines": list(lines) or [line(chain.sku)],
        **more,
    }


async def place(
    person: Person, chain: Chain, *lines: dict[str, Any], seen: str, **more: Any
) -> dict[str, Any]:
    """Place an order at a total; without lines, two cases of the chain's SKU."""
    given = placement(chain, seen, *lines, **more)
    return await give(person, "placeOrder", "PlaceOrderInput", given)


async def see(person: Person, order_id: str) -> dict[str, Any] | None:
    """The order with all its prices as this person sees it, or none."""
    answer = await person.ask(f"query($id: ID!) {{ order(id: $id) {{ {PRICED} }} }}", id=order_id)
    return None if answer.error_codes == ["NOT_FOUND"] else answer.data["order"]


async def cancel(person: Person, order_id: str) -> dict[str, Any]:
    return await on_order(person, "cancelOrder", order_id, "OrderReasonInput", reason="Not needed")


async def deliver(chain: Chain, keeper: Person, buyer: Person, order_id: str) -> None:
    """Carry an order from its confirmation to its receipt."""
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        answer = await on_order(keeper, name, order_id, kind)
        assert answer["__typename"] == "Order", answer
    given = {"idempotencyKey": order_id, "orderId": order_id, "carrier": "SF Express"}
    shipment = await mutate(keeper, "bookCarrier", "BookCarrierInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "handedOverTo": "Driver Wang"}
    await mutate(keeper, "handOver", "HandOverInput", given, "Shipment")
    given = {"shipmentId": shipment["id"], "signedBy": "Shop keeper Li"}
    await mutate(buyer, "signDelivery", "SignDeliveryInput", given, "Shipment")


def ten_plus_one() -> dict[str, Any]:
    """One case free on top of every ten (P7)."""
    return {
        "lane": Lane.FREE_GOODS,
        "benefit": BenefitKind.FREE_GOODS,
        "measure": Measure.PACKS,
        "calculation": Calculation.RECURRING,
        "packaging_level": PackagingLevel.CASE,
        "tiers": (SchemeTier(threshold=Decimal(10), benefit=Decimal(1)),),
        "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.CASE),
    }


def point_a_yuan() -> dict[str, Any]:
    """One point for every yuan paid."""
    return {
        "lane": Lane.POINTS,
        "benefit": BenefitKind.POINTS,
        "measure": Measure.AMOUNT,
        "calculation": Calculation.RECURRING,
        "tiers": (SchemeTier(threshold=Decimal(1), benefit=Decimal(1)),),
    }


async def coupon(chain: Chain, scheme_id: UUID, code: str, uses: int = 1) -> None:
    await chain.world.save(
        Coupon(
            seller_id=chain.distributor,
            scheme_id=scheme_id,
            batch_id=new_id(),
            code=code,
            uses_limit=uses,
            valid_from=LONG_AGO,
            issued_at=LONG_AGO,
        )
    )


async def points(chain: Chain, number: int, value: str = "0.10") -> None:
    """Points that the retailer has already, and what each is worth."""
    await chain.world.save(
        PointsProgramme(
            seller_id=chain.distributor,
            currency="CNY",
            value_per_point=Decimal(value),
            changed_at=LONG_AGO,
        ),
        BuyerStanding(relationship_id=chain.downstream, points=number, changed_at=LONG_AGO),
        PointsLot(
            relationship_id=chain.downstream, points=number, remaining=number, earned_at=LONG_AGO
        ),
    )


async def balance(chain: Chain) -> int:
    return await _scalar(chain.world, select(BuyerStanding.points))


async def budget_used(chain: Chain) -> Decimal:
    return await _scalar(chain.world, select(SchemeBudget.money_used))


async def rep_of(chain: Chain, limit: str | None = None, *more: str) -> Person:
    """A rep of the distributor's who looks after the retailer and may discount up to a limit."""
    rep = await chain.world.member(chain.distributor, "SALES", *more, name="Rep Chen")
    await chain.world.assign_rep(chain.downstream, rep)
    if limit is not None:
        await authority(chain, rep, limit)
    return rep


async def authority(chain: Chain, person: Person, limit: str) -> None:
    await chain.world.save(
        DiscountAuthority(
            organisation_id=chain.distributor,
            membership_id=person.membership_id,
            limit_percent=Decimal(limit),
            created_at=LONG_AGO,
        )
    )


async def band(chain: Chain, outside: str, grantor: UUID | None = None, **limits: str) -> None:
    """Limits per piece without tax over what the distributor may ask; its own unless told."""
    who = {"audience": "ALL_BUYERS"} if grantor else {"audience": "OWN"}
    await chain.world.save(
        PriceBand(
            grantor_id=grantor or chain.distributor,
            currency="CNY",
            outside=outside,
            created_at=LONG_AGO,
            valid_from=LONG_AGO,
            **who,
            **{name: Decimal(limit) for name, limit in limits.items()},
        )
    )


async def _scalar(world: World, statement: Any) -> Any:
    return await world.run(lambda work: work.session.scalar(statement))
