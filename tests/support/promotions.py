"""Schemes and orders for tests of promotions, written as the API would write them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.document import to_plain
from app.kernel.ids import new_id
from app.orders.models import Order
from app.organisations.models import TradingRelationship
from app.promotions.models import SchemeBudget, TradeScheme, TradeSchemeVersion
from app.promotions.operations import Granted, grant
from app.promotions.rules.outcome import SchemeBenefit
from app.promotions.rules.terms import Limits, SchemeTerms, SchemeTier
from app.promotions.rules.words import BenefitKind, Calculation, Lane, Measure, SchemeStatus
from tests.support.world import LONG_AGO, World


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
