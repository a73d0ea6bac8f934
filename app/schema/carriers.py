"""Carriers that a seller keeps: who they are, and what they reported."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from uuid import UUID

import strawberry
from strawberry import relay

from app.carriers import models, operations, queries
from app.carriers.models import CarrierAdapter, ReportOutcome
from app.carriers.rules import choosing
from app.carriers.rules.messages import ReportedStatus
from app.fulfilment.queries import performance_by_carrier
from app.rbac.permissions import Permission
from app.schema.batch import batch
from app.schema.carrier_terms import CarrierAgreement, CarrierPerformance, CarrierRule
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.operation import query

strawberry.enum(CarrierAdapter, description=CarrierAdapter.__doc__)
strawberry.enum(ReportOutcome, name="CarrierReportOutcome", description=ReportOutcome.__doc__)
strawberry.enum(ReportedStatus, name="CarrierReportStatus", description=ReportedStatus.__doc__)

REPORTS = "/carriers/{tenant}/{carrier}/reports"
"""The path at which a carrier reports to us."""


@strawberry.type
class CarrierService:
    """A service level of a carrier."""

    code: str
    name: str
    days: int | None = strawberry.field(
        description="In so many days it brings goods; null where it does not say."
    )


@strawberry.type
class CarrierSecret:
    """That two secrets are valid; they themselves were shown once, and are shown never again."""

    created_at: datetime
    expires_at: datetime | None = strawberry.field(
        description="Null for the present ones; those before them end here."
    )


@strawberry.type
class CarrierReport:
    """What a carrier reported, and what became of it."""

    message_id: str
    status: ReportedStatus
    named: str = strawberry.field(description="By which reference or number it named the goods.")
    place: str
    note: str
    happened_at: datetime
    received_at: datetime
    outcome: ReportOutcome
    shipment_id: relay.GlobalID | None

    @classmethod
    def of(cls, row: models.CarrierReport) -> "CarrierReport":
        """Show a report."""
        shipment = row.shipment_id
        return cls(
            message_id=row.message_id,
            status=ReportedStatus(row.status),
            named=row.named,
            place=row.place,
            note=row.note,
            happened_at=row.happened_at,
            received_at=row.received_at,
            outcome=ReportOutcome(row.outcome),
            shipment_id=relay.GlobalID("Shipment", str(shipment)) if shipment else None,
        )


@strawberry.type
class Carrier(relay.Node):
    """Who carries goods for the own organisation (R0-11, R3-23)."""

    id: relay.NodeID[UUID]
    name: str
    adapter: CarrierAdapter
    url: str | None = strawberry.field(description="Where its software is asked; null by people.")
    tracking_address: str = strawberry.field(
        description="Where it shows where goods are, with {trackingNumber} in it."
    )
    services: list[CarrierService] = sized(5)
    rules: list[CarrierRule] = sized(5)
    is_active: bool
    created_at: datetime
    changed_at: datetime
    report_path: str = strawberry.field(
        description="Where on this server it reports, signed, where goods are."
    )
    row: strawberry.Private[models.Carrier]

    @list_size(3)
    @batch
    @staticmethod
    async def agreements(
        carriers: list["Carrier"], info: Info
    ) -> list[list[CarrierAgreement] | None]:
        """What was agreed with it, as it was given; null for who may not set it."""
        async with info.context.read() as work:
            if not work.actor.may(Permission.CARRIER_WRITE):
                return [None for _ in carriers]
        return [
            [CarrierAgreement.of(each) for each in operations.agreements_of(row.row)]
            for row in carriers
        ]

    @batch
    @staticmethod
    async def performance(
        carriers: list["Carrier"], info: Info, since: date | None = None, until: date | None = None
    ) -> list[CarrierPerformance | None]:
        """How well it carried what it was given from a day to another, both included.

        Without days, in the thirty until today. Null for whoever may not keep carriers.
        """
        async with info.context.read() as work:
            if not work.actor.may(Permission.CARRIER_WRITE):
                return [None for _ in carriers]
            ids = [row.id for row in carriers]
            found = await performance_by_carrier(work, ids, since, until)
        return [CarrierPerformance.of(found[row.id]) for row in carriers]

    @list_size(2)
    @batch
    @staticmethod
    async def valid_secrets(
        carriers: list["Carrier"], info: Info
    ) -> list[list[CarrierSecret] | None]:
        """Since when, and until when, its secrets are valid; null for who may not set them."""
        async with info.context.read() as work:
            if not work.actor.may(Permission.CARRIER_WRITE):
                return [None for _ in carriers]
            found = await queries.secrets_by_carrier(work, [row.id for row in carriers])
        return [
            [
                CarrierSecret(created_at=each.created_at, expires_at=each.expires_at)
                for each in found.get(row.id, [])
            ]
            for row in carriers
        ]

    @list_size(queries.MOST_REPORTS)
    @batch
    @staticmethod
    async def latest_reports(carriers: list["Carrier"], info: Info) -> list[list[CarrierReport]]:
        """What it reported last, the newest first; twenty at most."""
        async with info.context.read() as work:
            found = await queries.reports_by_carrier(work, [row.id for row in carriers])
        return [[CarrierReport.of(each) for each in found.get(row.id, [])] for row in carriers]

    @classmethod
    def of(cls, row: models.Carrier) -> "Carrier":
        """Show a carrier."""
        services = operations.services_of(row)
        return cls(
            id=row.id,
            name=row.name,
            adapter=CarrierAdapter(row.adapter),
            url=row.url,
            tracking_address=row.tracking_address,
            services=[
                CarrierService(code=each.code, name=each.name, days=each.days) for each in services
            ],
            rules=[CarrierRule.of(choosing.CarrierRule.read(each)) for each in row.rules],
            is_active=row.is_active,
            created_at=row.created_at,
            changed_at=row.changed_at,
            report_path=REPORTS.format(tenant=row.tenant_id, carrier=row.id),
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Carrier | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await carriers_by_id(info, [UUID(key) for key in node_ids])


async def carriers_by_id(info: Info, ids: Sequence[UUID]) -> list[Carrier | None]:
    """Load carriers in the order of `ids`; null where one is another's."""
    async with info.context.read() as work:
        found = await queries.carriers_by_id(work, ids)
    return [Carrier.of(found[key]) if key in found else None for key in ids]


@strawberry.type
class CarriersQuery:
    """Questions about carriers."""

    @list_size(20)
    @query(queries.carriers)
    async def carriers(self, info: Info) -> list[Carrier]:
        """The own organisation's carriers, by name."""
        async with info.context.read() as work:
            return [Carrier.of(row) for row in await queries.carriers(work)]
