"""What may be read of accounts at providers, and of payments under way there."""

from collections.abc import Collection
from uuid import UUID

from sqlalchemy import ColumnElement, or_, select

from app.checkout.models import CheckoutAccount, OnlinePayment
from app.db.work import Work
from app.finance.operations.sight import parties_see
from app.kernel.errors import NotFound
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.ORGANISATION_WRITE)
async def checkout_account(work: Work) -> CheckoutAccount | None:
    """Return the own organisation's account at a provider, if it has one."""
    own = CheckoutAccount.seller_id == work.actor.own_organisation
    return (await work.session.scalars(select(CheckoutAccount).where(own))).first()


@requires(Permission.INVOICE_READ, Permission.ORDER_PLACE)
async def online_payment(work: Work, payment_id: UUID) -> OnlinePayment:
    """Return a payment at a provider between the own organisation and another; or `NotFound`."""
    found = (await online_payments_by_id(work, [payment_id])).get(payment_id)
    if found is None:
        raise NotFound("OnlinePayment")
    return found


@requires()
async def online_payments_by_id(work: Work, ids: Collection[UUID]) -> dict[UUID, OnlinePayment]:
    """Return payments at providers of the own trade, by id; only for who reads or makes them."""
    seen: list[ColumnElement[bool]] = []
    if work.actor.may(Permission.INVOICE_READ):
        seen.append(parties_see(work))
    if work.actor.may(Permission.ORDER_PLACE):
        seen.append(TradingRelationship.buyer_id == work.actor.own_organisation)
    if not seen:
        return {}
    statement = (
        select(OnlinePayment)
        .join(TradingRelationship, TradingRelationship.id == OnlinePayment.relationship_id)
        .where(OnlinePayment.id.in_(set(ids)), or_(*seen))
    )
    return {row.id: row for row in await work.session.scalars(statement)}


@requires(Permission.PAYMENT_RECORD)
async def account_by_id(work: Work, account_id: UUID) -> CheckoutAccount | None:
    """Return an account, to check who reports; for the system alone."""
    if not work.actor.is_system:
        return None
    statement = select(CheckoutAccount).where(CheckoutAccount.id == account_id)
    return (await work.session.scalars(statement)).first()
