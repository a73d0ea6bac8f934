"""Sellers' accounts at providers, payments that are under way there, and what was reported."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.checkout.rules.merchants import CheckoutKind
from app.db.tables import AMOUNT, Identified, Table, belongs_to, one_of


class OnlinePaymentState(StrEnum):
    """Where a payment at a provider stands; a PAID one stays so, a FAILED one may still be paid."""

    STARTED = "STARTED"
    PENDING = "PENDING"
    PAID = "PAID"
    FAILED = "FAILED"


class CallbackOutcome(StrEnum):
    """What came of a report of a provider.

    ACCEPTED moved the payment; REPEATED was heard before; OUTDATED is of a state that is over;
    MISMATCHED names another amount or currency than was asked for.
    """

    ACCEPTED = "ACCEPTED"
    REPEATED = "REPEATED"
    OUTDATED = "OUTDATED"
    MISMATCHED = "MISMATCHED"


class CheckoutAccount(Identified, Table):
    """A seller's account at a provider; our own secret is never stored (decision 21).

    Keys of WeChat Pay and Alipay are, in `sealed_keys`, good under this `secret_id` alone.
    """

    __tablename__ = "checkout_account"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        one_of("kind", CheckoutKind),
        CheckConstraint("(kind = 'SIGNED_JSON') = (sealed_keys IS NULL)", name="keys"),
        UniqueConstraint("tenant_id", "seller_id"),
    )

    seller_id: Mapped[UUID]
    address: Mapped[str]
    merchant: Mapped[str]
    secret_id: Mapped[UUID]
    kind: Mapped[str] = mapped_column(default=CheckoutKind.SIGNED_JSON)
    sealed_keys: Mapped[str | None]
    changed_at: Mapped[datetime]


class OnlinePayment(Identified, Table):
    """One attempt to pay an order at a provider; `payment_id` is the money that came of it.

    While the outcome is unknown the provider is asked at `ask_at`, less and less often.
    """

    __tablename__ = "online_payment"
    __table_args__ = (
        belongs_to("account_id", "checkout_account"),
        belongs_to("order_id", "orders"),
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("payment_id", "payment"),
        one_of("state", OnlinePaymentState),
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("(state = 'PAID') = (payment_id IS NOT NULL)", name="paid"),
        Index(None, "tenant_id", "order_id"),
        Index(
            "ix_online_payment_unclear",
            "tenant_id",
            "ask_at",
            postgresql_where=text("ask_at IS NOT NULL"),
        ),
    )

    account_id: Mapped[UUID]
    order_id: Mapped[UUID]
    relationship_id: Mapped[UUID]
    state: Mapped[str] = mapped_column(default=OnlinePaymentState.STARTED)
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]
    redirect_url: Mapped[str | None]
    provider_reference: Mapped[str | None]
    payment_id: Mapped[UUID | None]
    begun_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    ask_at: Mapped[datetime | None]
    times_asked: Mapped[int] = mapped_column(default=0)


class CheckoutReport(Identified, Table):
    """A verified report of a provider, each event once, and what came of it."""

    __tablename__ = "checkout_report"
    __table_args__ = (
        belongs_to("online_payment_id", "online_payment"),
        one_of("outcome", CallbackOutcome),
        UniqueConstraint("tenant_id", "online_payment_id", "event"),
    )

    online_payment_id: Mapped[UUID]
    event: Mapped[str]
    state: Mapped[str]
    outcome: Mapped[str]
    amount: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]
    heard_at: Mapped[datetime]
