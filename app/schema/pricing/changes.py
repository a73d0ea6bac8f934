"""Price changes with four eyes: drafted by one person, approved by another (R3-36, R3-53)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.approvals.models import ApprovalStep
from app.kernel.quantity import PackagingLevel
from app.pricing import models, queries
from app.pricing.operations.change_sets import Closing, SeenChangeSet
from app.pricing.rules.change import ChangeSetStatus
from app.pricing.rules.changes import ChangeSetAction, ChangeSetState, actions_from
from app.schema.approvals import StepStatus
from app.schema.batch import batch, given, in_order
from app.schema.catalog import Brand, Category, Sku, brands_by_id, categories_by_id, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.pricing.impact import PriceChangeImpact, impacts_of
from app.schema.pricing.lists import PriceEntry, PriceList, price_lists_by_id

for _words in (ChangeSetStatus, ChangeSetAction, ChangeSetState):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class PriceChangeRow(relay.Node):
    """One price that a change sets, or takes away; `position` is its place, from 1."""

    id: relay.NodeID[UUID]
    position: int
    packaging_level: PackagingLevel | None
    from_quantity: Decimal = strawberry.field(description="From how many pieces on it counts.")
    amount: Decimal | None = strawberry.field(description="In the list's currency.")
    percent_of_list: Decimal | None
    is_removed: bool
    valid_from: datetime = strawberry.field(
        description="Its start, or the approval where that is later."
    )
    valid_until: datetime | None = strawberry.field(description="The first instant without it.")
    price_list_id: strawberry.Private[UUID]
    sku_id: strawberry.Private[UUID | None]
    brand_id: strawberry.Private[UUID | None]
    category_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def price_list(rows: list["PriceChangeRow"], info: Info) -> list[PriceList | None]:
        """The list whose price it is."""
        return await price_lists_by_id(info, [row.price_list_id for row in rows])

    @batch
    @staticmethod
    async def sku(rows: list["PriceChangeRow"], info: Info) -> list[Sku | None]:
        """The SKU, when the price is for one."""
        return await skus_by_id(info, [row.sku_id for row in rows])

    @batch
    @staticmethod
    async def brand(rows: list["PriceChangeRow"], info: Info) -> list[Brand | None]:
        """The brand, when the price is for one within a category."""
        return await brands_by_id(info, [row.brand_id for row in rows])

    @batch
    @staticmethod
    async def category(rows: list["PriceChangeRow"], info: Info) -> list[Category | None]:
        """The category, when the price is for one and all below it."""
        return await categories_by_id(info, [row.category_id for row in rows])

    @classmethod
    def of(cls, row: models.PriceChangeRow) -> "PriceChangeRow":
        """Show a row."""
        return cls(
            id=row.id,
            position=row.position,
            packaging_level=PackagingLevel(row.packaging_level) if row.packaging_level else None,
            from_quantity=row.from_quantity,
            amount=row.amount,
            percent_of_list=row.percent_of_list,
            is_removed=row.is_removed,
            valid_from=row.valid_from,
            valid_until=row.valid_until,
            price_list_id=row.price_list_id,
            sku_id=row.sku_id,
            brand_id=row.brand_id,
            category_id=row.category_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceChangeRow | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.price_change_rows_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class PriceChangeHands:
    """Who had a hand in a change, by name; null for nobody yet, and for the system itself."""

    created_by: str | None
    changed_by: str | None
    submitted_by: str | None
    decided_by: str | None

    @classmethod
    def of(cls, hands: tuple[UUID | None, ...], names: Mapping[UUID, str]) -> "PriceChangeHands":
        """Name the hands, given in the order of the fields."""
        created, changed, submitted, decided = (names.get(key) if key else None for key in hands)
        return cls(
            created_by=created, changed_by=changed, submitted_by=submitted, decided_by=decided
        )


@strawberry.type
class PriceChangeGrantor:
    """An organisation whose band some prices of a change leave, and what it says to them."""

    status: StepStatus
    requested_at: datetime
    decided_at: datetime | None
    reason: str | None
    organisation_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(
        grantors: list["PriceChangeGrantor"], info: Info
    ) -> list[Organisation | None]:
        """Who granted the band."""
        return await organisations_by_id(info, [each.organisation_id for each in grantors])

    @classmethod
    def of(cls, step: ApprovalStep) -> "PriceChangeGrantor":
        """Show what was asked; who decides within the grantor is its own business."""
        return cls(
            status=StepStatus(step.status),
            requested_at=step.requested_at,
            decided_at=step.decided_at,
            reason=step.reason,
            organisation_id=step.organisation_id,
        )


@strawberry.type
class PriceChangeSet(relay.Node):
    """Prices that change together: as one submitted, approved, and taken back if need be."""

    id: relay.NodeID[UUID]
    name: str
    status: ChangeSetStatus
    state: ChangeSetState
    available_actions: list[ChangeSetAction] = strawberry.field(
        description="What its status allows; who may do it is for the permissions to say."
    )
    effective_from: datetime
    effective_until: datetime | None
    created_at: datetime
    submitted_at: datetime | None
    decided_at: datetime | None = strawberry.field(
        description="When it was approved or rejected; what is in force is known from then on."
    )
    rolled_back_at: datetime | None
    reason: str | None = strawberry.field(description="Why it was rejected or rolled back.")
    hand_ids: strawberry.Private[tuple[UUID | None, ...]]

    @batch
    @staticmethod
    async def hands(sets: list["PriceChangeSet"], info: Info) -> list[PriceChangeHands]:
        """Who made, last changed, submitted and decided it: nobody approves their own."""
        async with info.context.read() as work:
            asked = given([key for each in sets for key in each.hand_ids])
            names = await queries.price_changers(work, asked)
        return [PriceChangeHands.of(each.hand_ids, names) for each in sets]

    @list_size(5)
    @batch
    @staticmethod
    async def grantors(sets: list["PriceChangeSet"], info: Info) -> list[list[PriceChangeGrantor]]:
        """Whose agreement its prices need, or needed, beside the own organisation's."""
        async with info.context.read() as work:
            found = await queries.asked_grantors(work, [each.id for each in sets])
        return [[PriceChangeGrantor.of(step) for step in found[each.id]] for each in sets]

    @batch
    @staticmethod
    async def impact(sets: list["PriceChangeSet"], info: Info) -> list[PriceChangeImpact | None]:
        """What it would do now, or did when it was approved."""
        return await impacts_of(info, [each.id for each in sets])

    @batch
    @staticmethod
    async def rows(
        sets: list["PriceChangeSet"], info: Info, first: int = FIRST, after: str | None = None
    ) -> list[relay.Connection[PriceChangeRow]]:
        """The prices it sets or takes away, in the order in which they were put there."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.price_change_rows_of(work, [each.id for each in sets], page)
        return [connection(found[each.id], PriceChangeRow.of) for each in sets]

    @classmethod
    def of(cls, found: SeenChangeSet) -> "PriceChangeSet":
        """Show a change set."""
        row, status = found.row, ChangeSetStatus(found.row.status)
        return cls(
            id=row.id,
            name=row.name,
            status=status,
            state=found.state,
            available_actions=list(actions_from(status)),
            effective_from=row.effective_from,
            effective_until=row.effective_until,
            created_at=row.created_at,
            submitted_at=row.submitted_at,
            decided_at=row.decided_at,
            rolled_back_at=row.rolled_back_at,
            reason=row.reason,
            hand_ids=(
                row.created_by_membership_id,
                row.changed_by_membership_id,
                row.submitted_by_membership_id,
                row.decided_by_membership_id,
            ),
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceChangeSet | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await price_change_sets_by_id(info, [UUID(key) for key in node_ids])


async def price_change_sets_by_id(
    info: Info, ids: Sequence[UUID | None]
) -> list[PriceChangeSet | None]:
    """Load change sets in the order of `ids`; null for any but the viewer's own."""
    async with info.context.read() as work:
        found = await queries.price_change_sets_by_id(work, given(ids))
    return in_order(ids, found, PriceChangeSet.of)


@strawberry.type
class PriceVersion(relay.Node):
    """One version of a price on both time axes, and the change that made or closed it.

    `entry` says for which price instants it counts; `knownFrom` and `knownUntil` from when to when
    it was what the seller had written down. What is left of an older version keeps its change.
    """

    id: relay.NodeID[UUID]
    entry: PriceEntry
    known_from: datetime
    known_until: datetime | None
    change_set_id: strawberry.Private[UUID | None]
    closing: strawberry.Private[Closing | None]

    @batch
    @staticmethod
    async def change_set(versions: list["PriceVersion"], info: Info) -> list[PriceChangeSet | None]:
        """The change that set the price; null for what was there before there were changes."""
        return await price_change_sets_by_id(info, [each.change_set_id for each in versions])

    @batch
    @staticmethod
    async def closed_by(versions: list["PriceVersion"], info: Info) -> list[PriceChangeSet | None]:
        """The change that closed this version, or whose rolling back did; null while it stands."""
        closings = {each.closing for each in versions if each.closing}
        async with info.context.read() as work:
            found = await queries.price_changes_closing(work, closings)
        closed = [found.get(each.closing) if each.closing else None for each in versions]
        return [PriceChangeSet.of(change) if change else None for change in closed]

    @classmethod
    def of(cls, row: models.PriceEntry) -> "PriceVersion":
        """Show a version."""
        return cls(
            id=row.id,
            entry=PriceEntry.of(row),
            known_from=row.known_from,
            known_until=row.known_until,
            change_set_id=row.change_set_id,
            closing=(row.price_list_id, row.known_until) if row.known_until else None,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["PriceVersion | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        keys = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            found = await queries.price_entries_by_id(work, keys)
        return in_order(keys, found, cls.of)


@strawberry.type
class PriceChangeQuery:
    """Questions about the own organisation's price changes."""

    @query(queries.price_change_sets)
    async def price_change_sets(
        self,
        info: Info,
        status: ChangeSetStatus | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[PriceChangeSet]:
        """The own organisation's price changes, the newest first; of one status if asked."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.price_change_sets(work, status, page)
        return connection(found, PriceChangeSet.of)

    @query(queries.price_change_set)
    async def price_change_set(self, info: Info, id: relay.GlobalID) -> PriceChangeSet:
        """One of the own organisation's price changes."""
        async with info.context.read() as work:
            found = await queries.price_change_set(work, key_of(id, "PriceChangeSet"))
        return PriceChangeSet.of(found)

    @query(queries.price_history)
    async def price_history(
        self,
        info: Info,
        price_list_id: relay.GlobalID,
        sku_id: relay.GlobalID,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[PriceVersion]:
        """Every version of a SKU's prices in an own list, the newest first."""
        list_key, sku_key = key_of(price_list_id, "PriceList"), key_of(sku_id, "Sku")
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.price_history(work, list_key, sku_key, page)
        return connection(found, PriceVersion.of)
