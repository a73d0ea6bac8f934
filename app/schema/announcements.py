"""Announcements: what sellers tell their customers, and who has read it (R3-40, R0-55, R4-37)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.announcements import commands, models, queries
from app.notifications.languages import Language
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisations import Organisation, organisations_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(Language, description=Language.__doc__)


@strawberry.type
class AnnouncementWords:
    """What an announcement says in one language."""

    language: Language
    title: str
    text: str


@strawberry.type
class AnnouncementItem:
    """A product or trade scheme that it is about; asking for it needs its own right."""

    id: relay.GlobalID
    name: str


@strawberry.type
class AnnouncementCounts:
    """For how many customers it is now, and of how many somebody has read it."""

    addressed: int
    read: int


@strawberry.type
class Announcement(relay.Node):
    """What a seller tells its customers for a time.

    Customers see it while it runs; of whom else it is for, and of who has read it, the seller's
    people alone know.
    """

    id: relay.NodeID[UUID]
    starts_at: datetime
    ends_at: datetime | None
    written_by: str
    withdrawn_at: datetime | None
    row: strawberry.Private[models.Announcement]

    @list_size(2)
    @batch
    @staticmethod
    async def words(
        announcements: list["Announcement"],
        info: Info,
    ) -> list[list[AnnouncementWords]]:
        """What it says, in each language that it was written in."""
        async with info.context.read() as work:
            found = await queries.words_of(work, [each.id for each in announcements])
        return [
            [
                AnnouncementWords(language=language, title=row.title, text=row.text)
                for language, row in sorted(found[each.id].items())
            ]
            for each in announcements
        ]

    @batch
    @staticmethod
    async def seller(
        announcements: list["Announcement"],
        info: Info,
    ) -> list[Organisation | None]:
        """Who announces it."""
        return await organisations_by_id(info, [each.row.seller_id for each in announcements])

    @list_size(5)
    @batch
    @staticmethod
    async def items(
        announcements: list["Announcement"],
        info: Info,
    ) -> list[list[AnnouncementItem]]:
        """The products and trade schemes that it is about."""
        async with info.context.read() as work:
            found = await queries.items_of(work, [each.id for each in announcements])
        return [[_item(one) for one in found[each.id]] for each in announcements]

    @batch
    @staticmethod
    async def read_at(
        announcements: list["Announcement"],
        info: Info,
    ) -> list[datetime | None]:
        """When the viewer has read it."""
        async with info.context.read() as work:
            found = await queries.readings_of(work, [each.id for each in announcements])
        return [found.get(each.id) for each in announcements]

    @batch
    @staticmethod
    async def counts(
        announcements: list["Announcement"],
        info: Info,
    ) -> list[AnnouncementCounts | None]:
        """How many customers have read it, for the seller's people alone (R4-37)."""
        async with info.context.read() as work:
            found = await queries.counts_of(work, [each.id for each in announcements])
            own = work.actor.organisation_id
        none = queries.Counts(0, 0)
        return [
            AnnouncementCounts(addressed=told.addressed, read=told.read)
            if each.row.seller_id == own and (told := found.get(each.id, none))
            else None
            for each in announcements
        ]

    @classmethod
    def of(cls, row: models.Announcement) -> "Announcement":
        """Show a row."""
        return cls(
            id=row.id,
            starts_at=row.starts_at,
            ends_at=row.ends_at,
            written_by=row.written_by_name,
            withdrawn_at=row.withdrawn_at,
            row=row,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["Announcement | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class AnnouncementReceipt:
    """A customer that an announcement is for, and who of it read it first."""

    organisation_id: relay.GlobalID
    name: str
    read_by: str | None
    read_at: datetime | None

    @classmethod
    def of(cls, row: queries.Receipt) -> "AnnouncementReceipt":
        """Show a customer."""
        return cls(
            organisation_id=relay.GlobalID("Organisation", str(row.organisation_id)),
            name=row.name,
            read_by=row.reader_name,
            read_at=row.read_at,
        )


@strawberry.type
class AnnouncementReceipts:
    """A page of customers, by name; `endCursor` goes into `after` for the next."""

    receipts: list[AnnouncementReceipt] = sized(20)
    has_next_page: bool
    end_cursor: str | None


@strawberry.input
class AnnouncementWordsInput:
    """What is said in one language."""

    language: Language
    title: str
    text: str


@strawberry.input
class AnnouncementAudienceInput:
    """For whom: all customers, or those of levels, groups, territories and relationships."""

    is_for_all: bool = False
    level_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    group_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    territory_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    relationship_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)


@strawberry.input
class CreateAnnouncementInput:
    """What to tell whom, about which goods and schemes, and for how long."""

    idempotency_key: str
    words: list[AnnouncementWordsInput]
    audience: AnnouncementAudienceInput
    product_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    scheme_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    starts_at: datetime | None = strawberry.field(default=None, description="Left out, now.")
    ends_at: datetime | None = None

    def read(self) -> commands.NewAnnouncement:
        """Return what was typed."""
        chosen = self.audience
        return commands.NewAnnouncement(
            words=[commands.Words(each.language, each.title, each.text) for each in self.words],
            is_for_all=chosen.is_for_all,
            level_ids=_keys(chosen.level_ids, "CustomerLevel"),
            group_ids=_keys(chosen.group_ids, "CustomerGroup"),
            territory_ids=_keys(chosen.territory_ids, "Territory"),
            relationship_ids=_keys(chosen.relationship_ids, "TradingRelationship"),
            product_ids=_keys(self.product_ids, "Product"),
            scheme_ids=_keys(self.scheme_ids, "TradeScheme"),
            starts_at=self.starts_at,
            ends_at=self.ends_at,
        )


@strawberry.input
class WithdrawAnnouncementInput:
    """An announcement to take back."""

    announcement_id: relay.GlobalID


@strawberry.input
class MarkAnnouncementsReadInput:
    """Which announcements the viewer has read: 1 to 100."""

    announcement_ids: list[relay.GlobalID]


@strawberry.type
class ReadAnnouncements:
    """What is read now, in the order it was named."""

    announcements: list[Announcement] = sized(20)


AnnouncementResult = Annotated[Announcement | Refusal, strawberry.union("AnnouncementResult")]
MarkAnnouncementsReadResult = Annotated[
    ReadAnnouncements | Refusal, strawberry.union("MarkAnnouncementsReadResult")
]


@strawberry.type
class AnnouncementsQuery:
    """Questions about announcements."""

    @query(queries.announcements)
    async def announcements(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Announcement]:
        """What the own organisation's sellers announce to it now, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.announcements(work, page), Announcement.of)

    @query(queries.sent_announcements)
    async def sent_announcements(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[Announcement]:
        """What the own organisation announced, ended and withdrawn too, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.sent_announcements(work, page), Announcement.of)

    @query(queries.announcement_receipts)
    async def announcement_receipts(
        self,
        info: Info,
        announcement_id: relay.GlobalID,
        *,
        unread_only: bool = False,
        first: int = FIRST,
        after: str | None = None,
    ) -> AnnouncementReceipts:
        """Who has read an announcement, and who has not, by the customer's name (R4-37)."""
        key, page = key_of(announcement_id, "Announcement"), page_request(first, after)
        async with info.context.read() as work:
            found = await queries.announcement_receipts(work, key, page, unread_only=unread_only)
        shown = connection(found, AnnouncementReceipt.of)
        return AnnouncementReceipts(
            receipts=[edge.node for edge in shown.edges],
            has_next_page=shown.page_info.has_next_page,
            end_cursor=shown.page_info.end_cursor,
        )


@strawberry.type
class AnnouncementsMutation:
    """What can be done with announcements."""

    @mutation(commands.create_announcement)
    async def create_announcement(
        self, info: Info, input: CreateAnnouncementInput
    ) -> AnnouncementResult:
        """Announce something to the own customers, all or chosen ones (R3-40, R0-55)."""
        new = input.read()
        key = await info.context.write(
            lambda work: commands.create_announcement(work, new, input.idempotency_key)
        )
        return await _load(info, key)

    @mutation(commands.withdraw_announcement)
    async def withdraw_announcement(
        self, info: Info, input: WithdrawAnnouncementInput
    ) -> AnnouncementResult:
        """Take an announcement back: nobody reads it any more."""
        key = key_of(input.announcement_id, "Announcement")
        await info.context.write(lambda work: commands.withdraw_announcement(work, key))
        return await _load(info, key)

    @mutation(commands.mark_announcements_read)
    async def mark_announcements_read(
        self, info: Info, input: MarkAnnouncementsReadInput
    ) -> MarkAnnouncementsReadResult:
        """Note that one has read announcements; the seller sees it."""
        ids = _keys(input.announcement_ids, "Announcement")
        marked = await info.context.write(lambda work: commands.mark_announcements_read(work, ids))
        found = await _by_id(info, marked)
        return ReadAnnouncements(announcements=[each for each in found if each])


def _keys(ids: list[relay.GlobalID], type_name: str) -> list[UUID]:
    return [key_of(each, type_name) for each in ids]


def _item(one: queries.NamedItem) -> AnnouncementItem:
    kind = "Product" if one.product_id else "TradeScheme"
    return AnnouncementItem(
        id=relay.GlobalID(kind, str(one.product_id or one.scheme_id)), name=one.name
    )


async def _by_id(info: Info, ids: list[UUID]) -> list[Announcement | None]:
    async with info.context.read() as work:
        found = await queries.announcements_by_id(work, ids)
    return in_order(ids, found, Announcement.of)


async def _load(info: Info, key: UUID) -> Announcement:
    (found,) = await _by_id(info, [key])
    assert found is not None
    return found
