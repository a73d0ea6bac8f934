"""Let orders be paid at a provider, and hear what became of it (R0-33, R1-12)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.checkout import locks
from app.checkout.errors import NoProvider, NotPayableOnline, OnlyInYuan
from app.checkout.models import (
    CallbackOutcome,
    CheckoutAccount,
    OnlinePayment,
    OnlinePaymentState,
)
from app.checkout.operations.asking import FIRST_ASKED, LAST_ASKED, UNCLEAR
from app.checkout.operations.hearing import take_report
from app.checkout.operations.merchants import merchant_of, sealed
from app.checkout.rules.accounts import WantedAccount, check_account
from app.checkout.rules.fen import CURRENCY, NotWholeFen, fen_of, yuan_of
from app.checkout.rules.merchants import Asked, CheckoutKind, Merchant
from app.checkout.rules.reports import Report
from app.checkout.terms import CheckoutTerms
from app.db.idempotency import once
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.orders.models import Order
from app.orders.rules.states import OrderState
from app.organisations.models import PaymentWay
from app.organisations.operations import organisations_named
from app.outbound.addresses import AddressRefused, target_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.webhooks.rules.signing import shown


@dataclass(frozen=True, slots=True)
class Begun:
    """A payment that is to be begun at a provider now, unless it has been."""

    id: UUID
    merchant: Merchant
    asked: Asked
    redirect_url: str | None


@requires(Permission.ORGANISATION_WRITE)
async def set_checkout_account(
    work: Work, wanted: WantedAccount, terms: CheckoutTerms
) -> tuple[CheckoutAccount, str | None]:
    """Let the own organisation take payments at a provider; a new secret comes with each call.

    Returns the account and, where both sides sign with it, the secret, which is never shown again.
    Raises `Invalid` for an address that may not be called and keys that cannot be used.
    """
    check_account(wanted)
    try:
        target_of(wanted.address, allows_loopback=terms.allows_loopback)
    except AddressRefused as refused:
        raise Invalid("address", refused.problem) from None
    secret_id = new_id()
    values = {
        "address": wanted.address,
        "merchant": wanted.merchant.strip(),
        "kind": wanted.kind,
        "secret_id": secret_id,
        "sealed_keys": sealed(terms.sealer, secret_id, wanted.keys),
        "changed_at": work.now,
    }
    own = work.actor.own_organisation
    statement = insert(CheckoutAccount).values(
        tenant_id=work.tenant_id, id=new_id(), seller_id=own, **values
    )
    kept = statement.on_conflict_do_update(index_elements=["tenant_id", "seller_id"], set_=values)
    account = (await work.session.scalars(kept.returning(CheckoutAccount))).one()
    after = {"address": account.address, "merchant": account.merchant, "kind": account.kind}
    record(work, "SET_CHECKOUT_ACCOUNT", "checkout_account", own, after=after)
    if wanted.kind is not CheckoutKind.SIGNED_JSON:
        return account, None
    return account, shown(terms.keys.key(work.tenant_id, account.id, account.secret_id))


@requires(Permission.ORDER_PLACE)
async def begin_online_payment(work: Work, order_id: UUID, key: str, terms: CheckoutTerms) -> Begun:
    """Begin to pay what is open of an own order that waits for its payment.

    The caller takes it to the provider after this is committed. Raises `NotPayableOnline`,
    `NoProvider`, `OnlyInYuan`, and `NotFound` for an order of which the own organisation is not
    the buyer.
    """

    async def command(payment_id: UUID) -> None:
        order = await _payable(work, order_id)
        account = await _account_of(work, order)
        _check_money(account, order)
        payment = OnlinePayment(
            id=payment_id,
            account_id=account.id,
            order_id=order.id,
            relationship_id=order.relationship_id,
            amount=order.total - order.paid,
            currency=order.currency,
            begun_at=work.now,
            ask_at=work.now + FIRST_ASKED,
        )
        await work.save(payment)
        after = {"amount": str(payment.amount), "order_id": str(order_id)}
        record(work, "BEGIN_ONLINE_PAYMENT", "online_payment", payment_id, after=after)

    made = await once(work, key, "beginOnlinePayment", [order_id], new_id(), command)
    statement = (
        select(OnlinePayment, CheckoutAccount, Order.number)
        .join(CheckoutAccount, CheckoutAccount.id == OnlinePayment.account_id)
        .join(Order, Order.id == OnlinePayment.order_id)
        .where(OnlinePayment.id == made)
    )
    payment, account, number = (await work.session.execute(statement)).one()
    asked = Asked(payment.id, payment.amount, payment.currency, number)
    return Begun(made, merchant_of(account, terms), asked, payment.redirect_url)


@requires(Permission.ORDER_PLACE)
async def note_redirect(work: Work, payment_id: UUID, redirect_url: str) -> None:
    """Note where the provider lets the buyer pay; one decided meanwhile stays so."""
    payment = await locks.online_payment(work, payment_id)
    if payment is None:
        raise NotFound("OnlinePayment")
    if payment.state == OnlinePaymentState.STARTED:
        payment.state = OnlinePaymentState.PENDING
        payment.redirect_url = redirect_url


@requires(Permission.PAYMENT_RECORD)
async def hear_report(work: Work, report: Report, account_id: UUID) -> CallbackOutcome:
    """Let what a provider reported of an account's payment count, its signature being checked.

    Raises `NotFound` for a payment of another account.
    """
    statement = select(OnlinePayment.id).where(
        OnlinePayment.id == report.online_payment_id, OnlinePayment.account_id == account_id
    )
    if await work.session.scalar(statement) is None:
        raise NotFound("OnlinePayment")
    return await take_report(work, report)


@requires(Permission.PAYMENT_RECORD)
async def ask_about_payment(work: Work, payment_id: UUID) -> UUID:
    """Have the provider asked about a payment whose outcome is unknown, and later the next time."""
    payment = await locks.online_payment(work, payment_id)
    if payment is None or payment.ask_at is None or payment.ask_at > work.now:
        return payment_id
    payment.times_asked += 1
    is_last = payment.times_asked >= LAST_ASKED
    payment.ask_at = work.now + FIRST_ASKED * 2**payment.times_asked
    if is_last:
        payment.state, payment.ask_at = OnlinePaymentState.FAILED, None
        payment.decided_at = work.now
        return payment_id
    work.tell(DomainEvent(UNCLEAR, "online_payment", payment_id, {}))
    return payment_id


async def _payable(work: Work, order_id: UUID) -> Order:
    statement = select(Order).where(
        Order.id == order_id, Order.buyer_id == work.actor.own_organisation
    )
    order = (await work.session.scalars(statement)).first()
    if order is None:
        raise NotFound("Order").at("orderId")
    if order.payment_way != PaymentWay.ONLINE:
        raise NotPayableOnline("it is to be paid in another way")
    if order.state != OrderState.PENDING_PAYMENT or order.total - order.paid <= Decimal(0):
        raise NotPayableOnline("it does not wait for its payment")
    return order


def _check_money(account: CheckoutAccount, order: Order) -> None:
    """Refuse what WeChat Pay and Alipay cannot take, before anything is kept or sent."""
    if account.kind == CheckoutKind.SIGNED_JSON:
        return
    left, is_taken = order.total - order.paid, order.currency == CURRENCY
    try:
        left = yuan_of(fen_of(left))
    except NotWholeFen:
        is_taken = False
    if not is_taken:
        name = "WeChat Pay" if account.kind == CheckoutKind.WECHAT_PAY else "Alipay"
        raise OnlyInYuan(name, left, order.currency)


async def _account_of(work: Work, order: Order) -> CheckoutAccount:
    statement = select(CheckoutAccount).where(CheckoutAccount.seller_id == order.seller_id)
    account = (await work.session.scalars(statement)).first()
    if account is None:
        names = await organisations_named(work, [order.seller_id])
        raise NoProvider(names[order.seller_id].name)
    return account
