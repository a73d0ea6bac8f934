"""Permissions that reach down the tree by consent: asking for it, and deciding about it (R3-33)."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.organisations import models
from app.organisations.commands import consents as commands
from app.organisations.commands.consents import ConsentVerdict
from app.organisations.models import ConsentState
from app.organisations.queries import consents as queries
from app.rbac.permissions import Permission
from app.schema.batch import batch, in_order
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

strawberry.enum(ConsentState, name="BranchConsentState", description=ConsentState.__doc__)
strawberry.enum(ConsentVerdict, name="BranchConsentVerdict", description=ConsentVerdict.__doc__)


@strawberry.type
class BranchConsent(relay.Node):
    """That an organisation would have a permission of its people reach down to one below.

    Names are those of the instant of asking. Who holds the permission with the scope BRANCH in the
    one above reaches the one below from the acceptance on, until either side withdraws or the
    branch moves away. `answer` is what was said last.
    """

    id: relay.NodeID[UUID]
    state: ConsentState
    permission: Permission
    above_name: str
    below_name: str
    note: str
    offered_at: datetime
    decided_at: datetime | None
    withdrawn_at: datetime | None
    answer: str | None
    key: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def is_in_force(consents: list["BranchConsent"], info: Info) -> list[bool]:
        """Whether the permission reaches down by it now: accepted, and nobody moved since."""
        keys = [each.key for each in consents]
        async with info.context.read() as work:
            found = await queries.consents_that_count(work, keys)
        return [key in found for key in keys]

    @classmethod
    def of(cls, row: models.BranchConsent) -> "BranchConsent":
        """Show a consent to one of its sides."""
        return cls(
            id=row.id,
            key=row.id,
            state=ConsentState(row.state),
            permission=Permission(row.permission),
            above_name=row.above_name,
            below_name=row.below_name,
            note=row.note,
            offered_at=row.offered_at,
            decided_at=row.decided_at,
            withdrawn_at=row.withdrawn_at,
            answer=row.answer,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["BranchConsent | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.consents_by_id(work, ids), BranchConsent.of)


@strawberry.input
class OfferBranchConsentInput:
    """Which permission shall reach down to which organisation below, and why it should agree."""

    organisation_id: relay.GlobalID
    permission: Permission = strawberry.field(description="STOCK_READ.")
    note: str = ""


@strawberry.input
class AnswerBranchConsentInput:
    """What to say to a consent, and what to tell the other side."""

    consent_id: relay.GlobalID
    verdict: ConsentVerdict
    note: str = ""


OfferBranchConsentResult = Annotated[
    BranchConsent | Refusal, strawberry.union("OfferBranchConsentResult")
]
AnswerBranchConsentResult = Annotated[
    BranchConsent | Refusal, strawberry.union("AnswerBranchConsentResult")
]


@strawberry.type
class BranchConsentsQuery:
    """Questions about permissions that reach down by consent."""

    @query(queries.branch_consents)
    async def branch_consents(
        self,
        info: Info,
        state: ConsentState | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[BranchConsent]:
        """What the own organisation asked for below and was asked from above, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.branch_consents(work, page, state)
            return connection(found, BranchConsent.of)


@strawberry.type
class BranchConsentsMutation:
    """What can be done about permissions that reach down by consent."""

    @mutation(commands.offer_branch_consent)
    async def offer_branch_consent(
        self, info: Info, input: OfferBranchConsentInput
    ) -> OfferBranchConsentResult:
        """Ask an organisation below to let a permission reach down to it.

        Nothing does before it accepts. Asking again while one is open is the same one.
        """
        organisation_id = key_of(input.organisation_id, "Organisation")
        row = await info.context.write(
            lambda work: commands.offer_branch_consent(
                work, organisation_id, input.permission, input.note
            )
        )
        return BranchConsent.of(row)

    @mutation(commands.answer_branch_consent)
    async def answer_branch_consent(
        self, info: Info, input: AnswerBranchConsentInput
    ) -> AnswerBranchConsentResult:
        """Accept or refuse as the organisation below, or withdraw as either, at any time."""
        consent_id = key_of(input.consent_id, "BranchConsent")
        row = await info.context.write(
            lambda work: commands.answer_branch_consent(work, consent_id, input.verdict, input.note)
        )
        return BranchConsent.of(row)
