"""Schemes and orders for tests of promotions, written as the API would write them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from strawberry import relay

from app.db.work import Work
from app.kernel.document import to_plain
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import TradingRelationship
from app.promotions.models import (
    Coupon,
    MembershipTier,
    PointsLot,
    PointsProgramme,
    SchemeBudget,
    TradeScheme,
    TradeSchemeVersion,
)
from app.promotions.operations import Granted, Offered, earn, give_back, grant, offered
from app.promotions.rules.coupons import normalised
from app.promotions.rules.outcome import SchemeBenefit
from app.promotions.rules.terms import Limits, SchemeTerms, SchemeTier
from app.promotions.rules.words import BenefitKind, Calculation, Lane, Measure, SchemeStatus
from tests.support.world import LONG_AGO, Person, World


def terms(**changes: Any) -> SchemeTerms:
    """10.00 off from 100.00 on, once an order, unless told otherwise."""
    values: dict[str, Any] = {
        "lane": Lane.ORDER,
        "benefit": BenefitKind.AMOUNT_OFF,
        "measure": Measure.AMOUNT,
        "calculation": Calculation.STEP,
        "tiers": (SchemeTier(threshold=Decimal(100), benefit=Decimal(10)),),
        "currency": "CNY",
    }
    return SchemeTerms(**values | changes)


@dataclass
class Trade:
    """A brand that sells to one shop, and schemes of the brand."""

    world: World
    seller: UUID
    buyer: UUID
    relationship: UUID
    sku: UUID
    versions: dict[UUID, UUID] = field(default_factory=dict)

    @classmethod
    async def create(cls, world: World) -> "Trade":
        async with world.at_once():
            seller = await world.organisation("Riverside Brand", "BRAND")
            buyer = await world.organisation("Corner Shop", "RETAILER", seller)
            relationship = await world.relationship(seller, buyer)
            sku = await world.sku(seller, "Riverside Tea 500 ml", case=24)
            return cls(world, seller, buyer, relationship, sku)

    async def scheme(self, name: str = "", *, active: bool = True, **changes: Any) -> UUID:
        """A scheme without end, active since long ago."""
        written = terms(**changes)
        scheme = TradeScheme(
            seller_id=self.seller,
            name=name or f"Scheme {new_id().hex[-8:]}",
            status=SchemeStatus.ACTIVE if active else SchemeStatus.DRAFT,
            created_at=LONG_AGO,
            activated_at=LONG_AGO if active else None,
        )
        await self.world.save(scheme)
        version = TradeSchemeVersion(
            scheme_id=scheme.id,
            number=1,
            terms=to_plain(written),
            valid_from=LONG_AGO,
            known_from=LONG_AGO,
        )
        await self.world.save(version)
        limits: Limits = written.limits
        if active and (limits.uses, limits.money, limits.goods) != (None, None, None):
            await self.world.save(
                SchemeBudget(
                    scheme_id=scheme.id,
                    money_limit=limits.money,
                    goods_limit=limits.goods,
                    uses_limit=limits.uses,
                )
            )
        self.versions[scheme.id] = version.id
        return scheme.id

    async def orders(self, number: int = 1, relationship: UUID | None = None) -> list[UUID]:
        """Empty drafts, for what is granted to have an order to stand on."""
        rows = [
            Order(
                id=new_id(),
                number=f"SO-{new_id().hex[-12:]}",
                seller_id=self.seller,
                buyer_id=self.buyer,
                relationship_id=relationship or self.relationship,
                currency="CNY",
                channel="WEBSITE",
                delivery_mode="DELIVERY",
                placed_by_organisation_id=self.buyer,
                state="DRAFT",
                net=Decimal(0),
                tax=Decimal(0),
                total=Decimal(0),
                price_instant=LONG_AGO,
                note="",
                created_at=LONG_AGO,
                changed_at=LONG_AGO,
            )
            for _ in range(number)
        ]
        await self.world.save(*rows)
        return [row.id for row in rows]

    def benefit(self, scheme_id: UUID, **given: Any) -> SchemeBenefit:
        """What a scheme gives an order: 10.00 unless told."""
        values: dict[str, Any] = {"money": Decimal(10)} | given
        return SchemeBenefit(
            scheme_id=scheme_id,
            version_id=self.versions[scheme_id],
            name="Scheme",
            benefit=BenefitKind.AMOUNT_OFF,
            **values,
        )

    async def grant(self, order_id: UUID, *benefits: SchemeBenefit, **more: Any) -> None:
        """Grant an order benefits, in a transaction of its own."""
        values: dict[str, Any] = {"currency": "CNY", "net": Decimal(100)} | more
        granted = Granted(benefits=benefits, **values)

        async def command(work: Work) -> None:
            await grant(work, order_id, 1, await related(work, self.relationship), granted)

        await self.world.run(command)

    async def give_back(self, order_id: UUID, revision: int | None = None) -> None:
        await self.world.run(lambda work: give_back(work, order_id, revision))

    async def earn(self, order_id: UUID, at: datetime | None = None) -> None:
        await self.world.run(lambda work: earn(work, order_id), at)

    async def coupon(self, scheme_id: UUID, code: str, **more: Any) -> UUID:
        """A coupon for anyone, used once, valid since long ago."""
        values: dict[str, Any] = {"valid_from": LONG_AGO, "issued_at": LONG_AGO}
        coupon = Coupon(
            seller_id=self.seller,
            scheme_id=scheme_id,
            batch_id=new_id(),
            code=normalised(code),
            **values | more,
        )
        await self.world.save(coupon)
        return coupon.id

    async def programme(self, days_valid: int | None = None, value: str = "0.01") -> None:
        await self.world.save(
            PointsProgramme(
                seller_id=self.seller,
                currency="CNY",
                value_per_point=Decimal(value),
                days_valid=days_valid,
                changed_at=LONG_AGO,
            )
        )

    async def tier(self, name: str, threshold: str) -> UUID:
        tier = MembershipTier(
            seller_id=self.seller,
            name=name,
            currency="CNY",
            threshold=Decimal(threshold),
            created_at=LONG_AGO,
        )
        await self.world.save(tier)
        return tier.id

    async def lots(self) -> list[PointsLot]:
        async def read(work: Work) -> list[PointsLot]:
            return list(await work.session.scalars(select(PointsLot)))

        return await self.world.run(read)

    async def offer(
        self, instant: datetime | None = None, relationship: UUID | None = None, **more: Any
    ) -> Offered:
        """What is offered to the shop at an instant, or now."""

        async def command(work: Work) -> Offered:
            buyer = await related(work, relationship or self.relationship)
            return await offered(work, buyer, instant or work.now, **more)

        return await self.world.run(command)

    async def offers_of(self) -> list[UUID]:
        """The schemes that speak to the shop now."""
        return [one.scheme_id for one in (await self.offer()).book.schemes]

    async def tiers_at(self, instant: datetime, known_at: datetime | None = None) -> list[Decimal]:
        """The benefit of each scheme's first tier at an instant."""
        book = (await self.offer(instant, known_at=known_at)).book
        return [one.terms.tiers[0].benefit for one in book.schemes]

    async def read_versions(self) -> None:
        """Learn which versions of schemes are known, to grant what they give."""

        async def command(work: Work) -> None:
            known = select(TradeSchemeVersion).where(TradeSchemeVersion.known_until.is_(None))
            for row in await work.session.scalars(known):
                self.versions[row.scheme_id] = row.id

        await self.world.run(command)

    async def one(self, statement: Any) -> Any:
        """The only row of a select."""
        return await self.world.run(lambda work: _one(work, statement))


async def related(work: Work, relationship_id: UUID) -> TradingRelationship:
    return (
        await work.session.scalars(
            select(TradingRelationship).where(TradingRelationship.id == relationship_id)
        )
    ).one()


async def _one(work: Work, statement: Any) -> Any:
    return (await work.session.scalars(statement)).one()


def now() -> datetime:
    return datetime.now(UTC)


TERMS: dict[str, Any] = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "100", "benefit": "10"}],
    "currency": "CNY",
}
_TERMS = """terms { tiers { threshold benefit } scope { skuIds }
    limits { money usesPerBuyer } }"""
_SHOWN = {
    "TradeScheme": f"""id name kind status validFrom validUntil {_TERMS}
        budget {{ moneyLimit moneyUsed moneyLeft usesLimit uses }}""",
    "CouponBatch": "batchId quantity scheme { id }",
    "PointsProgramme": "currency valuePerPoint daysValid",
    "AdjustedPoints": "points",
    "MembershipTier": "id name threshold",
}
_GIVES = {
    "issueCoupons": "CouponBatch",
    "withdrawCoupons": "CouponBatch",
    "setPointsProgramme": "PointsProgramme",
    "adjustPoints": "AdjustedPoints",
    "createMembershipTier": "MembershipTier",
}


async def mutate(person: Person, name: str, /, **given: Any) -> dict[str, Any]:
    """Give one command of promotions; the answer is the thing, or the refusal."""
    thing = _GIVES.get(name, "TradeScheme")
    document = f"""mutation($input: {name[0].upper()}{name[1:]}Input!) {{ {name}(input: $input) {{
        __typename ... on {thing} {{ {_SHOWN[thing]} }}
        ... on Refusal {{ code message field }} }} }}"""
    return (await person.ask(document, input=given)).data[name]


async def drafted(person: Person, **given: Any) -> dict[str, Any]:
    """Draft a scheme: 10.00 off from 100.00 on."""
    values = {
        "idempotencyKey": new_id().hex,
        "name": f"Scheme {new_id().hex[-8:]}",
        "terms": TERMS,
    }
    return await mutate(person, "createTradeScheme", **values | given)


async def activated(person: Person, scheme: dict[str, Any]) -> dict[str, Any]:
    return await mutate(person, "activateTradeScheme", schemeId=scheme["id"])


async def scheme_of(person: Person, scheme_id: str, **known: Any) -> list[dict[str, Any]]:
    """All versions of a scheme, or those known at `knownAt`."""
    ask = f"""query($id: ID!, $knownAt: DateTime) {{ tradeScheme(id: $id) {{
        versions(knownAt: $knownAt) {{ edges {{ node {{
            number validFrom validUntil knownFrom knownUntil {_TERMS} }} }} }} }} }}"""
    found = (await person.ask(ask, id=scheme_id, **known)).data["tradeScheme"]["versions"]
    return [edge["node"] for edge in found["edges"]]


def key_of(thing: dict[str, Any]) -> UUID:
    """The row's identifier behind an answer's global id."""
    return UUID(relay.GlobalID.from_id(thing["id"]).node_id)
