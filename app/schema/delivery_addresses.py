"""Where organisations take goods in, and when."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry import relay

from app.organisations import models
from app.organisations.commands import addresses as commands
from app.organisations.queries import addresses as queries
from app.organisations.rules.addresses import Address, Weekday, Window
from app.schema.batch import in_order
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(Weekday, description=Weekday.__doc__)


@strawberry.type
class DeliveryWindow:
    """Goods are taken from an hour to another of a weekday, as `HH:MM` of the place."""

    weekday: Weekday
    opens_at: str
    closes_at: str

    @classmethod
    def of(cls, stored: Mapping[str, str]) -> "DeliveryWindow":
        """Show a stored window."""
        return cls(
            weekday=Weekday(stored["weekday"]),
            opens_at=stored["opens_at"],
            closes_at=stored["closes_at"],
        )


@strawberry.type
class DeliveryAddress(relay.Node):
    """A place at which an organisation takes goods in; without windows, at any time."""

    id: relay.NodeID[UUID]
    label: str
    contact_name: str
    telephone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str = strawberry.field(description="Of the IANA; the windows are in it.")
    windows: list[DeliveryWindow] = sized(7)
    closed_days: list[date]
    is_default: bool
    added_at: datetime
    given_up_at: datetime | None

    @classmethod
    def of(cls, row: models.DeliveryAddress) -> "DeliveryAddress":
        """Show an address."""
        return cls(
            id=row.id,
            label=row.label,
            contact_name=row.contact_name,
            telephone=row.telephone,
            street=row.street,
            city=row.city,
            region=row.region,
            postal_code=row.postal_code,
            country=row.country,
            time_zone=row.time_zone,
            windows=[DeliveryWindow.of(each) for each in row.windows],
            closed_days=[date.fromisoformat(day) for day in row.closed_days],
            is_default=row.is_default,
            added_at=row.added_at,
            given_up_at=row.given_up_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["DeliveryAddress | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.addresses_by_id(work, ids), DeliveryAddress.of)


@strawberry.type
class PlacedAddress:
    """The address that an order goes to, as it was when the order was placed."""

    label: str
    contact_name: str
    telephone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str
    windows: list[DeliveryWindow] = sized(7)
    closed_days: list[date]

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> "PlacedAddress":
        """Show what an order keeps."""
        texts = {
            name: value for name, value in kept.items() if isinstance(value, str) and name != "id"
        }
        return cls(
            **texts,
            windows=[DeliveryWindow.of(each) for each in kept["windows"]],
            closed_days=[date.fromisoformat(day) for day in kept["closed_days"]],
        )


@strawberry.input
class DeliveryWindowInput:
    """From an hour to a later one of the same weekday, as `HH:MM` of the place."""

    weekday: Weekday
    opens_at: str
    closes_at: str


@strawberry.input
class AddressInput:
    """All that an address says; without windows goods are taken at any time."""

    label: str
    contact_name: str = ""
    telephone: str = ""
    street: str
    city: str
    region: str = ""
    postal_code: str = ""
    country: str = ""
    time_zone: str
    windows: list[DeliveryWindowInput] = strawberry.field(default_factory=list)
    closed_days: list[date] = strawberry.field(default_factory=list)

    def address(self) -> Address:
        """Return what the command understands."""
        given = {name: value for name, value in vars(self).items() if isinstance(value, str)}
        windows = [Window(each.weekday, each.opens_at, each.closes_at) for each in self.windows]
        return Address(**given, windows=windows, closed_days=self.closed_days)


@strawberry.input
class AddDeliveryAddressInput:
    """An address of the own organisation; the first one is the default."""

    address: AddressInput
    is_default: bool = False


@strawberry.input
class ChangeDeliveryAddressInput:
    """An own address, and all that it says from now on."""

    address_id: relay.GlobalID
    address: AddressInput
    is_default: bool = False


@strawberry.input
class ArchiveDeliveryAddressInput:
    """An own address to give up."""

    address_id: relay.GlobalID


AddDeliveryAddressResult = Annotated[
    DeliveryAddress | Refusal, strawberry.union("AddDeliveryAddressResult")
]
ChangeDeliveryAddressResult = Annotated[
    DeliveryAddress | Refusal, strawberry.union("ChangeDeliveryAddressResult")
]
ArchiveDeliveryAddressResult = Annotated[
    DeliveryAddress | Refusal, strawberry.union("ArchiveDeliveryAddressResult")
]


@strawberry.type
class DeliveryAddressesQuery:
    """Questions about where goods are taken in."""

    @query(queries.delivery_addresses)
    async def delivery_addresses(
        self,
        info: Info,
        organisation_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[DeliveryAddress]:
        """The own organisation's addresses by label, or those of a customer that one sees."""
        page, key = page_request(first, after), optional_key_of(organisation_id, "Organisation")
        async with info.context.read() as work:
            found = await queries.delivery_addresses(work, page, key)
            return connection(found, DeliveryAddress.of)


@strawberry.type
class DeliveryAddressesMutation:
    """What can be done about where goods are taken in."""

    @mutation(commands.add_delivery_address)
    async def add_delivery_address(
        self, info: Info, input: AddDeliveryAddressInput
    ) -> AddDeliveryAddressResult:
        """Add an address to the own organisation's."""
        address = input.address.address()
        row = await info.context.write(
            lambda work: commands.add_delivery_address(work, address, is_default=input.is_default)
        )
        return DeliveryAddress.of(row)

    @mutation(commands.change_delivery_address)
    async def change_delivery_address(
        self, info: Info, input: ChangeDeliveryAddressInput
    ) -> ChangeDeliveryAddressResult:
        """Replace an own address; orders keep it as it was when they were placed."""
        address, key = input.address.address(), key_of(input.address_id, "DeliveryAddress")
        row = await info.context.write(
            lambda work: commands.change_delivery_address(
                work, key, address, is_default=input.is_default
            )
        )
        return DeliveryAddress.of(row)

    @mutation(commands.archive_delivery_address)
    async def archive_delivery_address(
        self, info: Info, input: ArchiveDeliveryAddressInput
    ) -> ArchiveDeliveryAddressResult:
        """Give an own address up; orders that go there still do."""
        key = key_of(input.address_id, "DeliveryAddress")
        row = await info.context.write(lambda work: commands.archive_delivery_address(work, key))
        return DeliveryAddress.of(row)
