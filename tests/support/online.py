"""An order of a branch that is being paid at a provider, without one."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from strawberry import relay

from app.checkout.models import CheckoutAccount, CheckoutReport, OnlinePayment
from app.kernel.ids import new_id
from tests.support.world import World, gid


class Placed(Protocol):
    """What a branch has of it."""

    @property
    def world(self) -> World: ...

    @property
    def secret(self) -> str: ...

    @property
    def distributor(self) -> UUID: ...

    @property
    def things(self) -> dict[str, str]: ...


def _key(global_id: str) -> UUID:
    return UUID(relay.GlobalID.from_id(global_id).node_id)


async def add_online_payment(branch: Placed) -> dict[str, str]:
    """The seller's account, a payment that is under way, and a report of it."""
    now, secret = datetime.now(UTC), branch.secret
    account = CheckoutAccount(
        seller_id=branch.distributor,
        address=f"https://{secret.lower()}.example",
        merchant=secret,
        secret_id=new_id(),
        changed_at=now,
    )
    await branch.world.save(account)
    payment = OnlinePayment(
        account_id=account.id,
        order_id=_key(branch.things["Order:CONFIRMED"]),
        relationship_id=_key(branch.things["TradingRelationship"]),
        state="PENDING",
        amount=Decimal(1),
        currency="CNY",
        redirect_url=f"https://{secret.lower()}.example/pay",
        begun_at=now,
        ask_at=now,
    )
    await branch.world.save(payment)
    report = CheckoutReport(
        online_payment_id=payment.id,
        event=secret,
        state="FAILED",
        outcome="OUTDATED",
        amount=Decimal(1),
        currency="CNY",
        heard_at=now,
    )
    await branch.world.save(report)
    return {"OnlinePayment": gid("OnlinePayment", payment.id)}
