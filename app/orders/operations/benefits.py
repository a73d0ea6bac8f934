"""What schemes, coupons and points give an order: granted when it is submitted, and given back.

A draft reserves nothing. An order that went out short keeps what it was granted: budgets and limits
count what was promised. What the order itself has still to write waits for the end of its command:
nothing here reads it, and written early it would be written twice.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.models import TradingRelationship
from app.promotions.models import GrantedBenefit, TradeScheme
from app.promotions.operations import Granted, Write, earn, give_back, grant
from app.promotions.rules.words import BenefitKind, BenefitStatus
from app.quotes.rules import Quote


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderBenefit:
    """What one scheme gave to one order's revision; goods are pieces, money the order's currency.

    `funder_id` will be claimed for `funded_money`.
    """

    order_id: UUID
    revision: int
    scheme_id: UUID
    name: str
    benefit: BenefitKind
    money: Decimal
    goods: Decimal
    goods_sku_id: UUID | None
    points: int
    rebate: Decimal
    is_given_back: bool
    funder_id: UUID | None
    funded_money: Decimal | None
    is_claimable: bool | None

    @property
    def as_buyer_sees(self) -> "OrderBenefit":
        """The benefit without who pays for it."""
        return replace(self, funder_id=None, funded_money=None, is_claimable=None)


async def grant_benefits(
    work: Work,
    order: Order,
    relationship: TradingRelationship,
    quote: Quote,
    write: Write | None = None,
) -> None:
    """Count all that the quote gives, within every limit; `TryAgain` when others were faster.

    An order that is not written yet tells how to `write` it.
    """
    granted = Granted(
        currency=order.currency,
        net=order.net,
        benefits=quote.benefits,
        coupon_ids=[
            each.coupon_id for each in quote.coupons if each.is_accepted and each.coupon_id
        ],
        points_redeemed=quote.points_redeemed,
    )
    with work.session.no_autoflush:
        await grant(work, order.id, order.revision, relationship, granted, write)


async def take_benefits_back(work: Work, order: Order) -> None:
    """Let others have what the order was granted; without effect where it was granted nothing."""
    with work.session.no_autoflush:
        await give_back(work, order.id)


async def take_back_if_cancelled(work: Work, order: Order, state: OrderState) -> None:
    """Take the benefits back from an order of which nothing is left to deliver."""
    if state is OrderState.CANCELLED:
        await take_benefits_back(work, order)


async def earn_benefits(work: Work, order: Order) -> None:
    """Give the points that a settled order earned (R0-51)."""
    with work.session.no_autoflush:
        await earn(work, order.id)


async def granted_to(work: Work, order_ids: Collection[UUID]) -> Sequence[OrderBenefit]:
    """Return what schemes granted to the orders, given back or not, by scheme; one statement."""
    statement = (
        select(GrantedBenefit, TradeScheme.name)
        .join(TradeScheme, TradeScheme.id == GrantedBenefit.scheme_id)
        .where(GrantedBenefit.order_id.in_(order_ids))
        .order_by(GrantedBenefit.granted_at, TradeScheme.name, GrantedBenefit.id)
    )
    rows = await work.session.execute(statement)
    return [_shown(row, name) for row, name in rows if _is_something(row)]


def _is_something(row: GrantedBenefit) -> bool:
    return bool(row.money or row.goods or row.points or row.rebate)


def _shown(row: GrantedBenefit, name: str) -> OrderBenefit:
    return OrderBenefit(
        order_id=row.order_id,
        revision=row.revision,
        scheme_id=row.scheme_id,
        name=name,
        benefit=BenefitKind(row.benefit),
        money=row.money,
        goods=row.goods,
        goods_sku_id=row.goods_sku_id,
        points=row.points,
        rebate=row.rebate,
        is_given_back=row.status == BenefitStatus.GIVEN_BACK,
        funder_id=row.funder_id,
        funded_money=row.funded_money,
        is_claimable=row.is_claimable,
    )
