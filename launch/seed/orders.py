"""A few orders, each at another place of its life, carried there by the people concerned."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.catalog.models import Sku
from app.db.work import Work
from app.finance.models import PaymentMethod
from app.fulfilment.commands.prepare import finish_preparation, start_preparation
from app.fulfilment.commands.receive import Signature, confirm_receipt, sign_delivery
from app.fulfilment.commands.ship import Booking, book_carrier, hand_over
from app.kernel.quantity import PackagingLevel
from app.orders.commands.allocate import allocate_order
from app.orders.commands.pay import PaymentWish, record_order_payment, settle_order
from app.orders.commands.place import Placement, create_order, place_order
from app.orders.models import Order
from app.orders.operations.drafting import priced
from app.orders.operations.placing import relationship_to_order_in
from app.orders.operations.wishes import LineWish, OrderWish
from app.orders.rules.states import OrderChannel
from launch.seed.network import BRAND
from launch.seed.stage import Stage

SELLER = "East Harbour Distribution"
SHELF = {"TEA-01A": 5, "TEA-02B": 3, "CHP-02B": 2, "SUN-02A": 1}
TRUCK = {"TEA-01B": 30, "COL-01A": 40, "CHP-01A": 25, "NDL-01A": 40}


@dataclass(frozen=True)
class Trade:
    """One order on its way: who sells, who buys, and when it began."""

    stage: Stage
    seller: str
    buyer: str
    days_ago: float

    def at(self, role: str, hours_later: float) -> Work:
        """Give the seller's people the transaction, some hours after placing."""
        return self.stage.as_(role, self.seller, days_ago=self.days_ago - hours_later / 24)

    def buyers(self, hours_later: float = 0) -> Work:
        """Give the buyer the transaction, some hours after placing."""
        days_ago = self.days_ago - hours_later / 24
        return self.stage.as_("ENTERPRISE_ADMIN", self.buyer, days_ago=days_ago)

    async def place(self, cases: dict[str, int]) -> UUID:
        """Order cases by SKU code, as the buyer."""
        work = self.buyers()
        relationship_id = self.stage.relationships[self.seller, self.buyer]
        wish = OrderWish(relationship_id, await lines_of(work, cases))
        relationship = await relationship_to_order_in(work, relationship_id)
        quote = await priced(work, relationship, wish)
        key = f"sample {self.buyer} {self.days_ago}"
        return await place_order(work, Placement(wish, quote.total, key))

    async def prepare(self, order: UUID) -> UUID:
        """Set stock aside, pick it and book a carrier; returns the shipment."""
        await allocate_order(self.at("WAREHOUSE", 2), order)
        await start_preparation(self.at("WAREHOUSE", 3), order)
        await finish_preparation(self.at("WAREHOUSE", 5), order)
        booking = Booking(
            order,
            "Yangtze Express",
            tracking_number="YE2048613",
            idempotency_key=f"sample {order}",
        )
        return await book_carrier(self.at("WAREHOUSE", 6), booking)


async def trade(stage: Stage) -> None:
    """Write the orders."""
    await _completed(Trade(stage, SELLER, "Lotus Corner Shop", 12), SHELF)
    await _on_the_way(Trade(stage, SELLER, "Bund Convenience", 1.5), SHELF)
    await _on_the_way(Trade(stage, BRAND, SELLER, 2), TRUCK)
    await _preparing(Trade(stage, SELLER, "Lotus Corner Shop", 0.5))
    await Trade(stage, SELLER, "Jing'an Family Mart", 0.25).place({"COL-01A": 4, "CHP-01A": 2})
    await Trade(stage, SELLER, "Hongqiao Express", 0.2).place({"WAT-01B": 10, "NDL-01B": 3})
    await Trade(stage, SELLER, "Huangpu Wholesale", 0.3).place(
        {"OIL-01B": 12, "RIC-01B": 10, "TEA-01B": 20, "MLK-01A": 15}
    )
    await Trade(stage, "Pearl Delta Trading", "Tianhe Daily", 0.4).place({"COF-01B": 3})
    await Trade(stage, "Northern Gate Supply", "Chaoyang Market", 0.6).place({"YOG-01B": 5})
    await _drafted_by_rep(Trade(stage, SELLER, "Bund Convenience", 0.1))


async def lines_of(work: Work, cases: dict[str, int]) -> list[LineWish]:
    """Turn cases by SKU code into lines, in the given order."""
    rows = await work.session.execute(select(Sku.code, Sku.id).where(Sku.code.in_(cases)))
    known = dict(rows.tuples().all())
    return [
        LineWish(known[code], PackagingLevel.CASE, Decimal(count)) for code, count in cases.items()
    ]


async def _on_the_way(run: Trade, cases: dict[str, int]) -> tuple[UUID, UUID]:
    order = await run.place(cases)
    shipment = await run.prepare(order)
    await hand_over(run.at("WAREHOUSE", 8), shipment, "Driver Wang")
    return order, shipment


async def _completed(run: Trade, cases: dict[str, int]) -> None:
    order, shipment = await _on_the_way(run, cases)
    await sign_delivery(run.buyers(30), Signature(shipment, run.buyers().actor.name))
    await confirm_receipt(run.buyers(31), order)
    await settle_order(run.at("ENTERPRISE_ADMIN", 40), order)
    total = await run.stage.work.session.scalar(select(Order.total).where(Order.id == order))
    wish = PaymentWish(
        order, total or Decimal(0), PaymentMethod.BANK_TRANSFER, "ICBC 20417", f"sample {order}"
    )
    await record_order_payment(run.at("ENTERPRISE_ADMIN", 90), wish)


async def _preparing(run: Trade) -> None:
    order = await run.place({"COK-01A": 2, "JUI-03A": 4, "TEA-05B": 2})
    await allocate_order(run.at("WAREHOUSE", 1), order)
    await start_preparation(run.at("WAREHOUSE", 2), order)


async def _drafted_by_rep(run: Trade) -> None:
    work = run.at("SALES", 0)
    relationship = run.stage.relationships[run.seller, run.buyer]
    lines = await lines_of(work, {"NRG-01A": 4, "SPK-02A": 6})
    wish = OrderWish(relationship, lines, channel=OrderChannel.SALES_REP, note="Asked for by phone")
    await create_order(work, wish, "sample draft")
