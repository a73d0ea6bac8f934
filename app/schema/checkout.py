"""Orders paid online (R0-33), also by WeChat Pay and Alipay (R1-12)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.checkout import commands, models, queries
from app.checkout.choosing import each_provider
from app.checkout.errors import ProviderUnavailable
from app.checkout.models import OnlinePaymentState
from app.checkout.operations.merchants import callback_path
from app.checkout.provider import ProviderSilent
from app.checkout.rules.accounts import WantedAccount
from app.checkout.rules.keys import ProviderKeys
from app.checkout.rules.merchants import CheckoutKind
from app.checkout.terms import CheckoutTerms
from app.orders import queries as orders
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.orders.types import Order
from app.schema.refusals import Refusal

strawberry.enum(OnlinePaymentState, description=OnlinePaymentState.__doc__)
strawberry.enum(CheckoutKind, description=CheckoutKind.__doc__)


@strawberry.type
class CheckoutAccount:
    """The own organisation's account at a payment provider, which reports at `callbackPath`."""

    address: str
    merchant: str
    kind: CheckoutKind
    callback_path: str
    secret: str | None = strawberry.field(
        description="With which both sides sign; shown once, when it is set, for SIGNED_JSON alone."
    )

    @classmethod
    def of(cls, row: models.CheckoutAccount, secret: str | None = None) -> "CheckoutAccount":
        """Show an account."""
        return cls(
            address=row.address,
            merchant=row.merchant,
            kind=CheckoutKind(row.kind),
            callback_path=callback_path(row),
            secret=secret,
        )


@strawberry.type
class OnlinePayment(relay.Node):
    """One attempt to pay an order at the seller's provider: the buyer pays at `redirectUrl`.

    That of WeChat Pay begins with `weixin://`: the buyer scans it as a code.
    """

    id: relay.NodeID[UUID]
    state: OnlinePaymentState
    amount: Decimal
    currency: str
    redirect_url: str | None
    begun_at: datetime
    decided_at: datetime | None
    order_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def order(payments: list["OnlinePayment"], info: Info) -> list[Order | None]:
        """What it is for."""
        keys = [each.order_id for each in payments]
        async with info.context.read() as work:
            found = await orders.orders_by_id(work, keys)
        return [Order.of(found[key]) if key in found else None for key in keys]

    @classmethod
    def of(cls, row: models.OnlinePayment) -> "OnlinePayment":
        """Show a payment."""
        return cls(
            id=row.id,
            state=OnlinePaymentState(row.state),
            amount=row.amount,
            currency=row.currency,
            redirect_url=row.redirect_url,
            begun_at=row.begun_at,
            decided_at=row.decided_at,
            order_id=row.order_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OnlinePayment | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.online_payments_by_id(work, keys)
        return [OnlinePayment.of(found[key]) if key in found else None for key in keys]


@strawberry.input
class CheckoutKeysInput:
    """Keys at WeChat Pay or Alipay, as PEM: kept sealed, and never shown again.

    Of Alipay the first two alone.
    """

    private_key: str = strawberry.field(description="The seller's own; signs what we send.")
    provider_key: str = strawberry.field(description="The provider's public key.")
    app_id: str = strawberry.field(default="", description="The seller's appid at WeChat.")
    certificate_serial: str = strawberry.field(
        default="", description="The number of the certificate of the seller's own key."
    )
    provider_key_id: str = strawberry.field(
        default="", description="What WeChat Pay calls its public key: `PUB_KEY_ID_…`."
    )
    api_v3_key: str = strawberry.field(
        default="", description="32 characters, by which WeChat Pay enciphers what it reports."
    )

    def __repr__(self) -> str:
        """Show nothing of them in logs."""
        return "CheckoutKeysInput()"

    def keys(self) -> ProviderKeys:
        """Return what was given."""
        return ProviderKeys(
            self.private_key,
            self.provider_key,
            self.app_id,
            self.certificate_serial,
            self.provider_key_id,
            self.api_v3_key,
        )


@strawberry.input
class SetCheckoutAccountInput:
    """Where the provider is, how it speaks, and what the own organisation is called there.

    `merchant` is the mchid at WeChat Pay and the app_id at Alipay.
    """

    address: str
    merchant: str
    kind: CheckoutKind = CheckoutKind.SIGNED_JSON
    keys: CheckoutKeysInput | None = None


@strawberry.input
class BeginOnlinePaymentInput:
    """An own order that waits for its payment."""

    idempotency_key: str
    order_id: relay.GlobalID


CheckoutAccountResult = Annotated[
    CheckoutAccount | Refusal, strawberry.union("CheckoutAccountResult")
]
OnlinePaymentResult = Annotated[OnlinePayment | Refusal, strawberry.union("OnlinePaymentResult")]


@strawberry.type
class CheckoutQuery:
    """Questions about paying online."""

    @query(queries.checkout_account)
    async def checkout_account(self, info: Info) -> CheckoutAccount | None:
        """The own organisation's account at a payment provider; null without one."""
        async with info.context.read() as work:
            found = await queries.checkout_account(work)
        return CheckoutAccount.of(found) if found else None

    @query(queries.online_payment)
    async def online_payment(self, info: Info, id: relay.GlobalID) -> OnlinePayment:
        """One attempt to pay online, for the two parties."""
        async with info.context.read() as work:
            found = await queries.online_payment(work, key_of(id, "OnlinePayment"))
        return OnlinePayment.of(found)


@strawberry.type
class CheckoutMutation:
    """What can be done about paying online."""

    @mutation(commands.set_checkout_account)
    async def set_checkout_account(
        self, info: Info, input: SetCheckoutAccountInput
    ) -> CheckoutAccountResult:
        """Let the own organisation take payments at a provider; the secret is shown this once."""
        terms, keys = _terms(info), input.keys.keys() if input.keys else None
        wanted = WantedAccount(input.address, input.merchant, input.kind, keys)
        row, secret = await info.context.write(
            lambda work: commands.set_checkout_account(work, wanted, terms)
        )
        return CheckoutAccount.of(row, secret)

    @mutation(commands.begin_online_payment)
    async def begin_online_payment(
        self, info: Info, input: BeginOnlinePaymentInput
    ) -> OnlinePaymentResult:
        """Begin to pay an order at the seller's provider; the buyer goes on at `redirectUrl`."""
        order_id, terms = key_of(input.order_id, "Order"), _terms(info)
        begun = await info.context.write(
            lambda work: commands.begin_online_payment(work, order_id, input.idempotency_key, terms)
        )
        if begun.redirect_url is None:
            provider = each_provider(allows_loopback=terms.allows_loopback)
            now = info.context.services.clock()
            try:
                address = await provider.begin(begun.merchant, begun.asked, now)
            except ProviderSilent:
                raise ProviderUnavailable from None
            await info.context.write(lambda work: commands.note_redirect(work, begun.id, address))
        async with info.context.read() as work:
            return OnlinePayment.of(await queries.online_payment(work, begun.id))


def _terms(info: Info) -> CheckoutTerms:
    terms = info.context.services.checkout
    if terms is None:
        msg = "this process calls nobody"
        raise LookupError(msg)
    return terms
