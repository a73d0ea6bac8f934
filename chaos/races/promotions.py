"""Races for what a seller gives away: the last of a budget, the last use of a coupon."""

from collections.abc import Sequence
from decimal import Decimal
from functools import partial
from uuid import UUID

from sqlalchemy import func, select

from app.kernel.ids import new_id
from app.orders.models import Order
from app.promotions.models import Coupon, CouponUse, GrantedBenefit, SchemeBudget, SchemeStanding
from app.promotions.rules.terms import Limits
from chaos.races.calls import Told, call, client
from chaos.races.race import Faults, Judge, Race, Round
from chaos.races.scene import TWO_CASES, line, place
from tests.support.promotions import Trade
from tests.support.world import LONG_AGO, gid

_OFF = Decimal(10)
_WITH_TEN_OFF = "131.89"


class _Giving(Race):
    """One scheme a round, ended after it."""

    async def prepare(self) -> None:
        await super().prepare()
        chain = self.scene.chain
        terms = (chain.world, chain.distributor, chain.retailer, chain.downstream, chain.sku)
        self.trade = Trade(*terms)
        self.scheme = UUID(int=0)

    async def tidy(self) -> None:
        given = {"schemeId": gid("TradeScheme", self.scheme)}
        told = await call(
            self.scene.admin, "endTradeScheme", "EndTradeSchemeInput", given, thing=""
        )
        if not told.is_done:
            msg = f"the scheme could not be ended: {told}"
            raise AssertionError(msg)

    def _round(self, judge: Judge, **more: object) -> Round:
        lines = [line(self.scene.chain.sku)]
        clients = [
            client(place, buyer, shop.relationship, _WITH_TEN_OFF, lines, **more)
            for buyer, shop in self.scene.buyers
        ]
        return Round(clients, judge)

    async def _expect_grants(self, faults: Faults, number: int) -> None:
        """Exactly so many orders were given the benefit, and count in every book."""
        scene, mine = self.scene, self.scheme
        given = await scene.all(
            select(func.count(), func.sum(GrantedBenefit.money)).where(
                GrantedBenefit.scheme_id == mine
            )
        )
        faults.expect("benefits granted, money", tuple(given[0]), (number, number * _OFF))
        stood = await scene.all(
            select(func.sum(SchemeStanding.uses), func.sum(SchemeStanding.money)).where(
                SchemeStanding.scheme_id == mine
            )
        )
        faults.expect("counted for buyers", tuple(stood[0]), (number, number * _OFF))


class LastOfBudget(_Giving):
    """Every client orders at a total with 10.00 off; the budget is enough for a few of them."""

    name = "last-of-budget"
    promise = (
        "As many orders as the budget pays for are CONFIRMED at the total that was seen; every"
        " other is refused with PRICE_CHANGED and the total without the benefit, and leaves"
        " nothing. The budget is used to the last cent."
    )

    async def round(self) -> Round:
        """Give a scheme with a new budget."""
        payable = min(self.random.choice((1, 1, 2, 3)), self.clients - 1)
        self.scheme = await self.trade.scheme(limits=Limits(money=payable * _OFF))
        before = await self.scene.count(Order)
        return self._round(partial(self._judge, payable, before))

    async def _judge(self, payable: int, before: int, told: Sequence[Told]) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        faults.expect_outcomes(told, CONFIRMED=payable, PRICE_CHANGED=len(told) - payable)
        refused = {each.detail("now") for each in told if not each.is_done}
        faults.expect("totals told to the refused", refused, {TWO_CASES})
        faults.expect("orders written", await scene.count(Order) - before, payable)
        budget = await scene.all(
            select(SchemeBudget.money_used, SchemeBudget.uses).where(
                SchemeBudget.scheme_id == self.scheme
            )
        )
        faults.expect("budget used, uses", tuple(budget[0]), (payable * _OFF, payable))
        await self._expect_grants(faults, payable)
        return faults.found


class LastCoupon(_Giving):
    """Every client orders with the same coupon, which is good for one order, or for two."""

    name = "last-coupon"
    promise = (
        "As many orders as the coupon is good for are CONFIRMED; every other is refused with"
        " COUPON_REFUSED and leaves nothing."
    )

    async def prepare(self) -> None:
        """Give one scheme for those who have a coupon."""
        await super().prepare()
        self.scheme = await self.trade.scheme(needs_coupon=True)

    async def round(self) -> Round:
        """Give out a new coupon."""
        uses = min(self.random.choice((1, 1, 2)), self.clients - 1)
        code = f"R{self.number:05}{new_id().hex[-6:]}".upper().replace("O", "0")
        before = await self.scene.count(Order), await self.scene.count(CouponUse)
        coupon = Coupon(
            seller_id=self.scene.chain.distributor,
            scheme_id=self.scheme,
            batch_id=new_id(),
            code=code,
            uses_limit=uses,
            valid_from=LONG_AGO,
            issued_at=LONG_AGO,
        )
        await self.scene.world.save(coupon)
        judge = partial(self._judge, coupon.id, uses, before)
        return self._round(judge, couponCodes=[code])

    async def _judge(
        self, coupon: UUID, uses: int, before: tuple[int, int], told: Sequence[Told]
    ) -> Sequence[str]:
        scene, faults = self.scene, Faults.none_yet()
        faults.expect_outcomes(told, CONFIRMED=uses, COUPON_REFUSED=len(told) - uses)
        used = await scene.one(select(Coupon.uses).where(Coupon.id == coupon))
        faults.expect("uses of the coupon", used, uses)
        after = await scene.count(Order), await scene.count(CouponUse)
        new = tuple(now - then for now, then in zip(after, before, strict=True))
        faults.expect("orders, coupons used", new, (uses, uses))
        return faults.found

    async def tidy(self) -> None:
        """Leave the scheme: the coupon is spent."""
