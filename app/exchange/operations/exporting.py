"""Tables on their way out: the lines of one instant, with the columns of imports."""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import Date, Text, and_, case, cast, func, literal, or_, select
from sqlalchemy.orm import aliased

from app.catalog.models import Brand, Category, Product, Sku, SkuPackaging, TaxCategory
from app.db.work import Work
from app.exchange.rules.kinds import UNLIMITED, TableKind
from app.finance.models import Invoice
from app.finance.operations.sight import visible_invoices
from app.inventory.models import LotBalance, StockLot, Warehouse
from app.kernel.quantity import PackagingLevel
from app.orders.models import Order, OrderLine
from app.orders.operations.visibility import reachable
from app.organisations.models import (
    CustomerLevel,
    DeliveryAddress,
    Organisation,
    TradingRelationship,
)
from app.organisations.operations import is_open, visible_relationships
from app.pricing.models import PriceEntry, PriceList
from app.pricing.operations.scope import own_lists
from app.rbac.permissions import Permission
from app.tenants.models import Tenant

_AT_ONCE = 2_000
_LAST = PriceEntry.valid_until - timedelta(microseconds=1)


def products(work: Work) -> Any:
    """Return the own SKUs, in the order of the columns of PRODUCTS."""
    packs = {level: aliased(SkuPackaging) for level in PackagingLevel}
    outer = [
        column
        for level in (PackagingLevel.INNER, PackagingLevel.CASE, PackagingLevel.PALLET)
        for column in (packs[level].factor, packs[level].gtin)
    ]
    statement = (
        select(
            Sku.code,
            Product.name,
            Brand.name,
            Category.name,
            TaxCategory.name,
            Sku.name,
            Product.description,
            Sku.shelf_life_days,
            packs[PackagingLevel.PIECE].gtin,
            *outer,
        )
        .join(Product, Product.id == Sku.product_id)
        .join(Brand, Brand.id == Product.brand_id)
        .join(Category, Category.id == Product.category_id)
        .join(TaxCategory, TaxCategory.id == Sku.tax_category_id)
        .where(Product.owner_id == work.actor.own_organisation)
        .order_by(Product.name, Sku.code)
    )
    for level, pack in packs.items():
        statement = statement.outerjoin(pack, and_(pack.sku_id == Sku.id, pack.level == level))
    return statement


def stock(work: Work) -> Any:
    """Return what lies in the own warehouses, in the order of the columns of STOCK."""
    return (
        select(
            Warehouse.name,
            Sku.code,
            StockLot.code,
            LotBalance.on_hand,
            literal(PackagingLevel.PIECE.value),
            StockLot.produced_on,
            StockLot.expires_on,
        )
        .join(Warehouse, Warehouse.id == LotBalance.warehouse_id)
        .join(StockLot, StockLot.id == LotBalance.lot_id)
        .join(Sku, Sku.id == LotBalance.sku_id)
        .where(Warehouse.organisation_id == work.actor.own_organisation)
        .order_by(Warehouse.name, Sku.code, StockLot.code)
    )


def prices(work: Work) -> Any:
    """Return the prices of own lists that are or will be valid, in the order of PRICES' columns.

    A price that counts already names no first day: sent back, it would count from now.
    """
    zone = select(Tenant.time_zone).where(Tenant.id == work.tenant_id).scalar_subquery()
    first, last = func.timezone(zone, PriceEntry.valid_from), func.timezone(zone, _LAST)
    return (
        select(
            PriceList.name,
            Sku.code,
            Brand.name,
            Category.name,
            PriceEntry.packaging_level,
            PriceEntry.from_quantity,
            PriceEntry.amount,
            PriceEntry.percent_of_list,
            case((PriceEntry.valid_from > work.now, cast(first, Date))),
            cast(last, Date),
            literal(""),
            PriceList.currency,
        )
        .join(PriceList, PriceList.id == PriceEntry.price_list_id)
        .outerjoin(Sku, Sku.id == PriceEntry.sku_id)
        .outerjoin(Brand, Brand.id == PriceEntry.brand_id)
        .outerjoin(Category, Category.id == PriceEntry.category_id)
        .where(
            own_lists(work),
            PriceEntry.known_until.is_(None),
            or_(PriceEntry.valid_until.is_(None), PriceEntry.valid_until > work.now),
        )
        .order_by(PriceList.name, PriceEntry.id)
    )


def customers(work: Work) -> Any:
    """Return who buys from the own organisation now, as far as the actor sees them."""
    terms, place = TradingRelationship, DeliveryAddress
    is_usual = and_(
        place.organisation_id == Organisation.id, place.is_default, place.given_up_at.is_(None)
    )
    there = [
        func.coalesce(getattr(place, name), getattr(Organisation, name))
        for name in ("city", "region", "country")
    ]
    return (
        select(
            Organisation.name,
            Organisation.kind,
            place.street,
            place.postal_code,
            *there,
            place.telephone,
            terms.currency,
            terms.payment_terms,
            case(
                (terms.is_credit_unlimited, UNLIMITED),
                else_=cast(func.trim_scale(terms.credit_limit), Text),
            ),
            terms.minimum_order_value,
            terms.delivery_days,
            terms.sales_channel,
            CustomerLevel.name,
            literal(""),
            literal(""),
        )
        .join(terms, terms.buyer_id == Organisation.id)
        .outerjoin(CustomerLevel, CustomerLevel.id == terms.level_id)
        .outerjoin(place, is_usual)
        .where(
            terms.seller_id == work.actor.own_organisation,
            is_open(work),
            visible_relationships(work),
        )
        .order_by(Organisation.name, terms.id)
    )


def orders(work: Work) -> Any:
    """Return the lines of orders on the own side, as far as the actor reaches them."""
    seller, buyer = aliased(Organisation), aliased(Organisation)
    own = work.actor.own_organisation
    return (
        select(
            Order.number,
            Order.state,
            seller.name,
            buyer.name,
            Order.submitted_at,
            Sku.code,
            OrderLine.quantity,
            OrderLine.packaging_level,
            OrderLine.net,
            OrderLine.tax,
            OrderLine.gross,
            Order.currency,
        )
        .join(Order, Order.id == OrderLine.order_id)
        .join(seller, seller.id == Order.seller_id)
        .join(buyer, buyer.id == Order.buyer_id)
        .join(Sku, Sku.id == OrderLine.sku_id)
        .where(
            OrderLine.revision == Order.revision,
            reachable(work, [Permission.ORDER_READ]),
            or_(Order.seller_id == own, Order.buyer_id == own),
        )
        .order_by(Order.id, OrderLine.position)
    )


def invoices(work: Work) -> Any:
    """Return invoices on the own side, as far as the actor sees them."""
    seller, buyer = aliased(Organisation), aliased(Organisation)
    return (
        select(
            Invoice.number,
            seller.name,
            buyer.name,
            Invoice.issued_at,
            Invoice.net,
            Invoice.tax,
            Invoice.deposits,
            Invoice.total,
            Invoice.paid,
            Invoice.currency,
        )
        .join(seller, seller.id == Invoice.seller_id)
        .join(buyer, buyer.id == Invoice.buyer_id)
        .where(visible_invoices(work))
        .order_by(Invoice.id)
    )


_TABLES: Mapping[TableKind, Callable[[Work], Any]] = {
    TableKind.PRODUCTS: products,
    TableKind.STOCK: stock,
    TableKind.PRICES: prices,
    TableKind.CUSTOMERS: customers,
    TableKind.ORDERS: orders,
    TableKind.INVOICES: invoices,
}


async def lines_of(work: Work, kind: TableKind) -> AsyncIterator[Sequence[str]]:
    """Return a table's lines as text; one statement, which holds few of them at a time."""
    found = await work.session.stream(
        _TABLES[kind](work), execution_options={"yield_per": _AT_ONCE}
    )
    async for row in found:
        yield [_shown(value) for value in row]


def _shown(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="seconds")
    return value.isoformat() if isinstance(value, date) else str(value)
