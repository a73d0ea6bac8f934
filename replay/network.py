"""Write the record's network into a database: whom the replay's requests then act for."""

import secrets
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import func, insert, select

from app.catalog.models import (
    Brand,
    Category,
    CategoryAncestry,
    ListingStatus,
    Product,
    Sku,
    SkuPackaging,
    TaxCategory,
)
from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.identities.models import Identity, TenantAccess
from app.identities.passwords import hash_password
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.organisations.models import (
    Organisation,
    OrganisationKind,
    OrganisationStatus,
    PaymentTerms,
    ShortagePolicy,
    TradingRelationship,
)
from app.organisations.operations import plant
from app.pricing.models import PriceEntry, PriceList, PriceListTerms
from app.pricing.rules import PriceKind
from app.rbac.built_in import BUYER, ENTERPRISE_ADMIN, WAREHOUSE, BuiltInRole
from app.rbac.operations import add_membership, create_built_in_roles
from app.tenants import operations as tenants
from replay.folder import Place, Record

CURRENCY = "USD"
TIME_ZONE = "UTC"
SINCE = datetime(1998, 1, 1, tzinfo=UTC)
BRAND_OWNER = Place(0, "Brand owner", "", "", "")


@dataclass(frozen=True, slots=True)
class Account:
    """With what somebody signs in."""

    email: str
    password: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Network:
    """What was written: global ids by the record's numbers, and the people who act."""

    tenant_id: UUID
    skus: Mapping[int, str]
    relationships: Mapping[tuple[int, int], str]
    keepers: Mapping[int, Account]
    administrators: Mapping[int, Account]
    buyers: Mapping[int, Account]


async def load_network(database: Database, record: Record) -> Network:
    """Write a tenant with everything but stock and orders."""
    slug = f"replay-{new_id().hex}"
    made = await perform(
        database,
        None,
        acting_as(system_actor(None, "replay")),
        lambda work: tenants.create(
            work, slug=slug, name="Replay", time_zone=TIME_ZONE, currency=CURRENCY
        ),
    )
    password = secrets.token_urlsafe()
    hashed = await hash_password(password)
    actor = system_actor(made.id, "replay")
    return await perform(
        database,
        made.id,
        acting_as(actor),
        lambda work: _load(work, record, _Staffing(slug, password, hashed)),
    )


@dataclass(frozen=True, slots=True)
class _Staffing:
    """What all accounts share; the password is hashed once, since hashing is slow on purpose."""

    domain: str
    password: str = field(repr=False)
    password_hash: str = field(repr=False)


async def _load(work: Work, record: Record, staffing: _Staffing) -> Network:
    roles = await create_built_in_roles(work)
    brand_owner = await _plant(work, None, OrganisationKind.BRAND, BRAND_OWNER)
    sellers = {
        place.id: await _plant(work, brand_owner, OrganisationKind.DISTRIBUTOR, place)
        for place in record.warehouses
    }
    pairs = _pairs(record)
    above = {store: sellers[warehouse] for warehouse, store in reversed(pairs)}
    buyers = {
        place.id: await _plant(work, above[place.id], OrganisationKind.RETAILER, place)
        for place in record.stores
    }
    skus = await _write_products(work, record, brand_owner)
    await _write_prices(work, record, skus, list(sellers.values()))
    await _relate(work, [(brand_owner, seller) for seller in sellers.values()])
    related = await _relate(work, [(sellers[left], buyers[right]) for left, right in pairs])

    async def staff(role: BuiltInRole, places: Mapping[int, UUID]) -> dict[int, Account]:
        return {
            key: await _employ(work, organisation, role, roles[role.code], f"{key}", staffing)
            for key, organisation in places.items()
        }

    given = zip(pairs, related, strict=True)
    return Network(
        tenant_id=work.tenant_id,
        skus={key: global_id("Sku", sku) for key, sku in skus.items()},
        relationships={pair: global_id("TradingRelationship", key) for pair, key in given},
        keepers=await staff(WAREHOUSE, sellers),
        administrators=await staff(ENTERPRISE_ADMIN, sellers),
        buyers=await staff(BUYER, buyers),
    )


def global_id(type_name: str, key: UUID) -> str:
    """Return the API's id of a row that was written directly."""
    return b64encode(f"{type_name}:{key}".encode()).decode()


def _pairs(record: Record) -> list[tuple[int, int]]:
    """Return warehouse and store of every relationship; the one beside a store comes first."""
    beside = [
        (place.id, store.id)
        for place in record.warehouses
        for store in record.stores
        if place.serves == store.id
    ]
    ordered = [(order.warehouse_id, order.store_id) for order in record.orders]
    return list(dict.fromkeys([*beside, *ordered]))


async def _plant(work: Work, parent: UUID | None, kind: OrganisationKind, place: Place) -> UUID:
    organisation = Organisation(
        id=new_id(),
        parent_id=parent,
        kind=kind,
        name=place.name,
        status=OrganisationStatus.ACTIVE,
        city=place.city,
        region=place.region,
        country=place.country,
        created_at=SINCE,
    )
    return (await plant(work, organisation)).id


async def _relate(work: Work, parties: Sequence[tuple[UUID, UUID]]) -> list[UUID]:
    """On unlimited account; what cannot be shipped is closed short, as the record has it."""
    relationships = [
        TradingRelationship(
            id=new_id(),
            seller_id=seller,
            buyer_id=buyer,
            currency=CURRENCY,
            payment_terms=PaymentTerms.ON_ACCOUNT,
            is_credit_unlimited=True,
            shortage_policy=ShortagePolicy.SHORT_CLOSE,
            valid_from=SINCE,
        )
        for seller, buyer in parties
    ]
    await work.save(*relationships)
    return [relationship.id for relationship in relationships]


async def _employ(  # noqa: PLR0913, PLR0917  # a person has this many particulars
    work: Work,
    organisation: UUID,
    role: BuiltInRole,
    role_id: UUID,
    name: str,
    staffing: _Staffing,
) -> Account:
    email = f"{role.code}.{name}@{staffing.domain}.example.com".lower()
    identity = Identity(
        id=new_id(),
        email=email,
        name=f"{role.name} {name}",
        password_hash=staffing.password_hash,
        is_system_admin=False,
        created_at=SINCE,
    )
    await work.save(identity)
    await work.save(TenantAccess(identity_id=identity.id, tenant_id=work.tenant_id))
    await add_membership(work, identity.id, organisation, identity.name, email, [role_id])
    return Account(email, staffing.password)


async def _write_products(work: Work, record: Record, owner: UUID) -> dict[int, UUID]:
    brands = {name: new_id() for name in dict.fromkeys(item.brand for item in record.products)}
    await work.insert(Brand, [{"id": key, "name": name} for name, key in brands.items()])
    categories = await _write_categories(work, record)
    products = {item.id: new_id() for item in record.products}
    rows = [
        {
            "id": products[item.id],
            "owner_id": owner,
            "brand_id": brands[item.brand],
            "category_id": categories[item.path],
            "name": item.name,
            "status": ListingStatus.LISTED,
            "created_at": SINCE,
            "listed_at": SINCE,
        }
        for item in record.products
    ]
    await work.insert(Product, rows)
    return await _write_skus(work, record, products)


async def _write_skus(work: Work, record: Record, products: Mapping[int, UUID]) -> dict[int, UUID]:
    tax = TaxCategory(id=new_id(), name="None", rate_percent=Decimal(0))
    await work.save(tax)
    skus = {item.id: new_id() for item in record.products}
    rows = [
        {
            "id": skus[item.id],
            "product_id": products[item.id],
            "tax_category_id": tax.id,
            "code": item.code,
            "name": item.name,
        }
        for item in record.products
    ]
    await work.insert(Sku, rows)
    packaging = [
        {"sku_id": skus[item.id], "level": level, "factor": factor}
        for item in record.products
        for level, factor in (
            (PackagingLevel.PIECE, 1),
            (PackagingLevel.CASE, item.pieces_per_case),
            (PackagingLevel.PALLET, item.pieces_per_case * item.cases_per_pallet),
        )
    ]
    await work.insert(SkuPackaging, packaging)
    return skus


async def _write_categories(work: Work, record: Record) -> dict[tuple[str, ...], UUID]:
    paths = {item.path[:depth] for item in record.products for depth in range(1, 5)}
    ids = {path: new_id() for path in sorted(paths, key=len)}
    for depth in range(1, 5):
        rows = [
            {"id": key, "parent_id": ids.get(path[:-1]), "name": path[-1]}
            for path, key in ids.items()
            if len(path) == depth
        ]
        await work.insert(Category, rows)
    ancestry = [
        {"ancestor_id": ids[path[:top]], "descendant_id": key, "distance": len(path) - top}
        for path, key in ids.items()
        for top in range(1, len(path) + 1)
    ]
    await work.insert(CategoryAncestry, ancestry)
    return ids


async def _write_prices(
    work: Work, record: Record, skus: Mapping[int, UUID], sellers: Sequence[UUID]
) -> None:
    lists = [
        PriceList(
            id=new_id(),
            seller_id=seller,
            kind=PriceKind.BASE,
            name="Suggested retail prices",
            currency=CURRENCY,
            created_at=SINCE,
        )
        for seller in sellers
    ]
    await work.save(*lists)
    await work.save(
        *(
            PriceListTerms(price_list_id=price_list.id, valid_from=SINCE, known_from=SINCE)
            for price_list in lists
        )
    )
    first, others = lists[0].id, [price_list.id for price_list in lists[1:]]
    entries = [
        {
            "id": new_id(),
            "price_list_id": first,
            "sku_id": skus[item.id],
            "amount": item.price,
            "valid_from": SINCE,
            "known_from": SINCE,
        }
        for item in record.products
    ]
    await work.insert(PriceEntry, entries)
    await _copy_prices(work, first, others)


async def _copy_prices(work: Work, source: UUID, targets: Sequence[UUID]) -> None:
    """Give every seller the same prices in one statement: they are tens of thousands of rows."""
    copied = {
        "tenant_id": PriceEntry.tenant_id,
        "id": func.gen_random_uuid(),
        "price_list_id": PriceList.id,
        "sku_id": PriceEntry.sku_id,
        "from_quantity": PriceEntry.from_quantity,
        "amount": PriceEntry.amount,
        "valid_from": PriceEntry.valid_from,
        "known_from": PriceEntry.known_from,
    }
    is_target = (PriceList.tenant_id == PriceEntry.tenant_id) & PriceList.id.in_(targets)
    rows = (
        select(*copied.values())
        .join_from(PriceEntry, PriceList, is_target)
        .where(PriceEntry.tenant_id == work.tenant_id, PriceEntry.price_list_id == source)
    )
    await work.session.execute(insert(PriceEntry).from_select(list(copied), rows))
