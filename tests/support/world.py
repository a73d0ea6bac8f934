"""A world for tests: one tenant, filled row by row, and its people's hands on the API."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import httpx2
from strawberry import relay

from app.catalog import models as catalog
from app.config import Settings
from app.db.database import Database
from app.db.work import Identify, Work, acting_as, begin, perform
from app.identities.models import Identity, SignInSession, TenantAccess
from app.identities.tokens import AccessClaims, TokenKeys
from app.inventory import models as inventory
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from app.organisations import models as organisations
from app.organisations.operations import plant
from app.pricing import models as pricing
from app.rbac.operations import add_membership, built_in_role_ids, create_built_in_roles
from app.tenants.models import Tenant
from tests.support.owner import as_owner

LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "correct horse battery"


@dataclass(frozen=True)
class Answer:
    """A GraphQL answer; `data` fails loudly when there are errors."""

    status: int
    body: dict[str, Any]

    @property
    def data(self) -> dict[str, Any]:
        assert "errors" not in self.body, self.body["errors"]
        return self.body["data"]

    @property
    def error_codes(self) -> list[str]:
        return [error["extensions"]["code"] for error in self.body.get("errors", [])]


@dataclass(frozen=True)
class Person:
    """Somebody signed in, acting in one organisation."""

    world: "World"
    identity_id: UUID
    membership_id: UUID | None
    organisation_id: UUID | None
    session_id: UUID
    token: str
    email: str

    async def ask(self, document: str, **variables: Any) -> Answer:
        """Send one GraphQL operation over HTTP; variables are JSON-able."""
        return await self.world.ask(document, token=self.token, **variables)


@dataclass
class World:
    """One tenant's rows, written directly; names are made unique where they must be."""

    database: Database
    http: httpx2.AsyncClient
    settings: Settings
    tenant_id: UUID
    roles: dict[str, UUID] = field(default_factory=dict)
    tax_category_id: UUID | None = None
    brand_id: UUID | None = None
    category_id: UUID | None = None
    _arranging: Work | None = field(default=None, init=False, repr=False)

    @classmethod
    async def create(
        cls, database: Database, http: httpx2.AsyncClient, settings: Settings
    ) -> "World":
        world = cls(database, http, settings, new_id())

        async def provision(work: Work) -> None:
            slug = f"t{world.tenant_id.hex}"
            tenant = Tenant(
                id=world.tenant_id,
                slug=slug,
                name="Riverside network",
                time_zone="Asia/Shanghai",
                currency="CNY",
                created_at=LONG_AGO,
            )
            work.session.add(tenant)
            await work.session.flush()
            await create_built_in_roles(work)
            world.roles = await built_in_role_ids(work)

        await world.run(provision)
        return world

    async def run(self, command: Any, now: datetime | None = None) -> Any:
        """Run `command(work)` as the system, committed; `now` sets the instant.

        As the schema's owner, who may write a past that the application may not rewrite.
        """
        if self._arranging is not None:
            assert now is None, "what is arranged at once has one instant"
            return await command(self._arranging)
        clock = (lambda: now) if now else (lambda: datetime.now(UTC))
        owners = as_owner(self.database)
        return await perform(owners, self.tenant_id, self._identify, command, clock)

    @asynccontextmanager
    async def at_once(self) -> AsyncIterator[None]:
        """Arrange all of the block in one transaction; the server is asked after it."""
        if self._arranging is not None:
            yield
            return
        owners = as_owner(self.database)
        async with begin(owners, self.tenant_id, self._identify) as work:
            self._arranging = work
            try:
                yield
            finally:
                self._arranging = None

    async def save(self, *rows: object) -> None:
        await self.run(lambda work: work.save(*rows))

    async def organisation(
        self, name: str, kind: str = "DISTRIBUTOR", parent: UUID | None = None
    ) -> UUID:
        organisation = organisations.Organisation(
            name=name, kind=kind, parent_id=parent, created_at=LONG_AGO
        )
        await self.run(lambda work: plant(work, organisation))
        return organisation.id

    async def relationship(self, seller: UUID, buyer: UUID, **terms: Any) -> UUID:
        """A trading relationship, valid since long ago, on unlimited account unless told."""
        terms = {"payment_terms": "ON_ACCOUNT", "is_credit_unlimited": True} | terms
        relationship = organisations.TradingRelationship(
            seller_id=seller, buyer_id=buyer, currency="CNY", **{"valid_from": LONG_AGO} | terms
        )
        await self.save(relationship)
        return relationship.id

    async def level(self, seller: UUID, name: str, parent: UUID | None = None) -> UUID:
        level = organisations.CustomerLevel(seller_id=seller, name=name, parent_id=parent)
        await self.save(level)
        return level.id

    async def member(
        self, organisation_id: UUID | None, *role_codes: str, name: str = ""
    ) -> Person:
        """A new person with built-in roles, signed in; platform staff without an organisation."""
        email = f"{new_id().hex}@example.com"

        async def join(work: Work) -> Person:
            identity = Identity(
                email=email,
                name=name or f"{'/'.join(role_codes)} person",
                password_hash="none",
                is_system_admin=organisation_id is None,
                created_at=work.now,
            )
            work.session.add(identity)
            await work.session.flush()
            session = SignInSession(identity_id=identity.id, created_at=work.now)
            work.session.add(session)
            await work.session.flush()
            membership_id = None
            if organisation_id is not None:
                work.session.add(TenantAccess(identity_id=identity.id, tenant_id=self.tenant_id))
                roles = [self.roles[code] for code in role_codes]
                membership = await add_membership(
                    work, identity.id, organisation_id, identity.name, email, roles
                )
                membership_id = membership.id
            return Person(self, identity.id, membership_id, organisation_id, session.id, "", email)

        person: Person = await self.run(join)
        return self.signed_in(person)

    def signed_in(self, person: Person, lifetime: timedelta = timedelta(hours=1)) -> Person:
        """The same person with a fresh access token."""
        claims = AccessClaims(
            person.identity_id,
            person.session_id,
            self.tenant_id if person.membership_id else None,
            person.membership_id,
        )
        token = TokenKeys(self.settings.secret, lifetime, lifetime).sign(claims, datetime.now(UTC))
        return Person(**{**person.__dict__, "token": token})

    async def assign_rep(self, relationship_id: UUID, person: Person) -> None:
        await self.save(
            organisations.AssignedRep(
                relationship_id=relationship_id,
                membership_id=person.membership_id,
                assigned_at=LONG_AGO,
            )
        )

    async def sku(
        self, owner: UUID, name: str = "", status: str = "LISTED", **factors: Any
    ) -> UUID:
        """A listed product with one SKU: `case=24, pallet=960` are pieces; tax 13 %."""
        await self._catalogue_basics()
        name = name or f"Product {new_id().hex[-6:]}"
        product = catalog.Product(
            owner_id=owner,
            brand_id=self.brand_id,
            category_id=self.category_id,
            name=name,
            status=status,
            created_at=LONG_AGO,
            listed_at=None if status == "DRAFT" else LONG_AGO,
        )
        await self.save(product)
        sku = catalog.Sku(
            product_id=product.id,
            owner_id=owner,
            tax_category_id=self.tax_category_id,
            code=f"SKU-{new_id().hex[-12:]}",
            name=name,
        )
        await self.save(sku)
        levels = {"piece": 1} | factors
        await self.save(
            *(
                catalog.SkuPackaging(
                    sku_id=sku.id, owner_id=owner, level=level.upper(), factor=Decimal(factor)
                )
                for level, factor in levels.items()
            )
        )
        return sku.id

    async def price(self, seller: UUID, prices: dict[UUID, str], **of_list: Any) -> UUID:
        """A price list (BASE unless told) with one amount a piece for each SKU."""
        of_terms = {
            name: of_list.pop(name)
            for name in list(of_list)
            if name in pricing.PriceListTerms.__mapper__.attrs
            and name not in pricing.PriceList.__mapper__.attrs
        }
        given = {"kind": "BASE", "name": "List", "currency": "CNY", "created_at": LONG_AGO}
        price_list = pricing.PriceList(seller_id=seller, **given | of_list)
        await self.save(price_list)
        given = {"valid_from": LONG_AGO, "known_from": LONG_AGO}
        await self.save(pricing.PriceListTerms(price_list_id=price_list.id, **given | of_terms))
        await self.save(
            *(
                pricing.PriceEntry(
                    price_list_id=price_list.id,
                    sku_id=sku,
                    amount=Decimal(amount),
                    valid_from=LONG_AGO,
                    known_from=LONG_AGO,
                )
                for sku, amount in prices.items()
            )
        )
        return price_list.id

    async def warehouse(self, organisation_id: UUID, name: str = "Main", **more: Any) -> UUID:
        warehouse = inventory.Warehouse(
            organisation_id=organisation_id,
            name=name,
            time_zone="Asia/Shanghai",
            created_at=LONG_AGO,
            **more,
        )
        await self.save(warehouse)
        return warehouse.id

    async def ask(self, document: str, token: str | None = None, **variables: Any) -> Answer:
        """Send one GraphQL operation over HTTP."""
        assert self._arranging is None, "the server does not see what is being arranged"
        headers = {"authorization": f"Bearer {token}"} if token else {}
        response = await self.http.post(
            "/graphql", json={"query": document, "variables": variables}, headers=headers
        )
        return Answer(response.status_code, response.json())

    @property
    def _identify(self) -> Identify:
        return acting_as(system_actor(self.tenant_id, "test"))

    async def _catalogue_basics(self) -> None:
        if self.brand_id is not None:
            return
        brand, tax = (
            catalog.Brand(name="Riverside"),
            catalog.TaxCategory(name="Standard", rate_percent=Decimal(13)),
        )
        category = catalog.Category(name="Drinks")
        await self.save(brand, tax, category)
        await self.save(
            catalog.CategoryAncestry(ancestor_id=category.id, descendant_id=category.id, distance=0)
        )
        self.brand_id, self.tax_category_id, self.category_id = brand.id, tax.id, category.id


def gid(type_name: str, key: UUID | str) -> str:
    """The global id of a row."""
    return str(relay.GlobalID(type_name, str(key)))
