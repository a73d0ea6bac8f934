"""Moves of branches: previewed, made now or planned, cancelled, and what became of them (R3-5)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.organisations import commands, models, queries
from app.organisations.models import MoveState
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.organisation_changes import NewTermsInput
from app.schema.organisations import (
    Organisation,
    TradingRelationship,
    organisations_by_id,
)
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(MoveState, name="OrganisationMoveState", description=MoveState.__doc__)


@strawberry.type
class OrganisationMove(relay.Node):
    """A branch that is moved under another parent, as whoever asked for it sees it.

    It happens at the first minute from `effectiveAt` on; `decidedAt` is when it did, or when it was
    cancelled or refused. A refused one says why in `refusal`, and changed nothing.
    """

    id: relay.NodeID[UUID]
    state: MoveState
    asked_at: datetime
    effective_at: datetime
    decided_at: datetime | None
    reason: str | None
    refusal: str | None
    keeps_supplier: bool = strawberry.field(
        description="Whether the branch goes on buying from its former parent."
    )
    organisation_id: strawberry.Private[UUID]
    former_parent_id: strawberry.Private[UUID]
    new_parent_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def organisation(
        moves: list["OrganisationMove"],
        info: Info,
    ) -> list[Organisation | None]:
        """The top of the branch."""
        return await organisations_by_id(info, [move.organisation_id for move in moves])

    @batch
    @staticmethod
    async def former_parent(
        moves: list["OrganisationMove"],
        info: Info,
    ) -> list[Organisation | None]:
        """Where it stood when the move was asked for."""
        return await organisations_by_id(info, [move.former_parent_id for move in moves])

    @batch
    @staticmethod
    async def new_parent(
        moves: list["OrganisationMove"],
        info: Info,
    ) -> list[Organisation | None]:
        """Where it is to stand."""
        return await organisations_by_id(info, [move.new_parent_id for move in moves])

    @classmethod
    def of(cls, row: models.OrganisationMove) -> "OrganisationMove":
        """Show a row."""
        return cls(
            id=row.id,
            state=MoveState(row.state),
            asked_at=row.asked_at,
            effective_at=row.effective_at,
            decided_at=row.decided_at,
            reason=row.reason,
            refusal=row.refusal,
            keeps_supplier=row.keeps_supplier,
            organisation_id=row.organisation_id,
            former_parent_id=row.former_parent_id,
            new_parent_id=row.new_parent_id,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["OrganisationMove | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        return await _moves_by_id(info, [UUID(key) for key in node_ids])


@strawberry.type
class OrganisationMovePreview:
    """What a move would change if it were made now, as far as the viewer may see it."""

    organisations: int = strawberry.field(
        description="How many organisations would move that the viewer sees, the top included."
    )
    ends_relationship: bool = strawberry.field(
        description="Whether the branch would buy from its former parent no more."
    )
    opens_relationship: bool = strawberry.field(
        description="Whether a relationship with the new parent would be opened; else the open one "
        "goes on."
    )
    ending: TradingRelationship | None = strawberry.field(
        description="The relationship that ends; its open orders run on. Null if it is not seen."
    )
    lasting: list[TradingRelationship] = sized(
        3, description="The seen relationships in which the branch's top buys, and goes on buying."
    )
    losing_ids: strawberry.Private[list[UUID]]
    gaining_ids: strawberry.Private[list[UUID]]

    @list_size(3)
    @batch
    @staticmethod
    async def losing_reach(
        previews: list["OrganisationMovePreview"],
        info: Info,
    ) -> list[list[Organisation]]:
        """Seen organisations whose rights over their branch reach it no more, the nearest first."""
        return await _lists(info, [preview.losing_ids for preview in previews])

    @list_size(3)
    @batch
    @staticmethod
    async def gaining_reach(
        previews: list["OrganisationMovePreview"],
        info: Info,
    ) -> list[list[Organisation]]:
        """Seen organisations whose rights over their branch begin to reach it, the nearest first.

        They see nothing of the time before.
        """
        return await _lists(info, [preview.gaining_ids for preview in previews])

    @classmethod
    def of(cls, found: queries.MovePreview, viewer_id: UUID | None) -> "OrganisationMovePreview":
        """Show what was found to a person of the organisation `viewer_id`."""
        return cls(
            organisations=found.organisations,
            ends_relationship=found.ends,
            opens_relationship=found.opens,
            ending=found.ending and TradingRelationship.of(found.ending, viewer_id),
            lasting=[TradingRelationship.of(row, viewer_id) for row in found.lasting],
            losing_ids=found.losing,
            gaining_ids=found.gaining,
        )


MoveOrganisationResult = Annotated[
    OrganisationMove | Refusal, strawberry.union("MoveOrganisationResult")
]
CancelOrganisationMoveResult = Annotated[
    OrganisationMove | Refusal, strawberry.union("CancelOrganisationMoveResult")
]
PreviewOrganisationMoveResult = Annotated[
    OrganisationMovePreview | Refusal, strawberry.union("PreviewOrganisationMoveResult")
]


@strawberry.input
class MoveOrganisationInput:
    """A branch, and under whom it is to stand."""

    idempotency_key: str
    organisation_id: relay.GlobalID
    new_parent_id: relay.GlobalID
    effective_at: datetime | None = strawberry.field(
        default=None, description="When it counts, not in the past; left out, at once."
    )
    keeps_supplier: bool = strawberry.field(
        default=False, description="Whether it goes on buying from its former parent too."
    )
    terms: NewTermsInput | None = strawberry.field(
        default=None,
        description="What it gets from its new parent; needs RELATIONSHIP_WRITE too.",
    )
    reason: str | None = None

    def new(self) -> commands.NewMove:
        """Return what the command understands."""
        return commands.NewMove(
            organisation_id=key_of(self.organisation_id, "Organisation"),
            new_parent_id=key_of(self.new_parent_id, "Organisation"),
            effective_at=self.effective_at,
            keeps_supplier=self.keeps_supplier,
            terms=self.terms.terms() if self.terms else None,
            reason=self.reason,
        )


@strawberry.input
class CancelOrganisationMoveInput:
    """A planned move to take back."""

    move_id: relay.GlobalID


@strawberry.type
class OrganisationMovesQuery:
    """Questions about moves of branches."""

    @query(queries.organisation_moves)
    async def organisation_moves(
        self,
        info: Info,
        state: MoveState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[OrganisationMove]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """Moves that the own organisation asked for, the newest first, or those in one state.

        Who runs the whole network sees all.
        """
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.organisation_moves(work, page, state)
            return connection(found, OrganisationMove.of)

    @query(queries.preview_organisation_move)
    async def preview_organisation_move(
        self,
        info: Info,
        organisation_id: relay.GlobalID,
        new_parent_id: relay.GlobalID,
        keeps_supplier: bool = False,  # noqa: FBT001, FBT002  # an argument of the API
    ) -> PreviewOrganisationMoveResult:
        """What `moveOrganisation` would change, or why it would be refused; nothing is written."""
        moved, parent = (key_of(key, "Organisation") for key in (organisation_id, new_parent_id))
        async with info.context.read() as work:
            found = await queries.preview_organisation_move(
                work, moved, parent, keeps_supplier=keeps_supplier
            )
            return OrganisationMovePreview.of(found, work.actor.organisation_id)


@strawberry.type
class OrganisationMovesMutation:
    """What can be done about where branches stand."""

    @mutation(commands.move_organisation)
    async def move_organisation(
        self, info: Info, input: MoveOrganisationInput
    ) -> MoveOrganisationResult:
        """Move an organisation with all below it under another parent, now or at an instant."""
        new = input.new()
        row = await info.context.write(
            lambda work: commands.move_organisation(work, new, input.idempotency_key)
        )
        return OrganisationMove.of(row)

    @mutation(commands.cancel_organisation_move)
    async def cancel_organisation_move(
        self, info: Info, input: CancelOrganisationMoveInput
    ) -> CancelOrganisationMoveResult:
        """Take back a planned move."""
        move_id = key_of(input.move_id, "OrganisationMove")
        row = await info.context.write(
            lambda work: commands.cancel_organisation_move(work, move_id)
        )
        return OrganisationMove.of(row)


async def _moves_by_id(info: Info, ids: Sequence[UUID]) -> list[OrganisationMove | None]:
    async with info.context.read() as work:
        return in_order(ids, await queries.moves_by_id(work, ids), OrganisationMove.of)


async def _lists(info: Info, ids: Sequence[Sequence[UUID]]) -> list[list[Organisation]]:
    wanted = [key for each in ids for key in each]
    found = dict(zip(wanted, await organisations_by_id(info, wanted), strict=True))
    return [[shown for key in each if (shown := found[key]) is not None] for each in ids]
