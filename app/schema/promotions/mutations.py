"""Draft, change, activate and end trade schemes."""

from datetime import date
from typing import Annotated

import strawberry
from strawberry import relay

from app.db.work import Work
from app.promotions import commands
from app.promotions.commands import NewScheme, SchemeChange
from app.promotions.rules.words import SchemeKind
from app.schema.context import Info
from app.schema.cost import cost
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.promotions.terms_input import TradeSchemeTermsInput
from app.schema.promotions.types import TradeScheme
from app.schema.refusals import Refusal

CreateTradeSchemeResult = Annotated[
    TradeScheme | Refusal, strawberry.union("CreateTradeSchemeResult")
]
ChangeTradeSchemeResult = Annotated[
    TradeScheme | Refusal, strawberry.union("ChangeTradeSchemeResult")
]
ActivateTradeSchemeResult = Annotated[
    TradeScheme | Refusal, strawberry.union("ActivateTradeSchemeResult")
]
EndTradeSchemeResult = Annotated[TradeScheme | Refusal, strawberry.union("EndTradeSchemeResult")]


@strawberry.input
class CreateTradeSchemeInput:
    """A new draft. Days are of the network's zone; `validUntil` is the last one that belongs to it.

    Without `validFrom` it may speak as soon as it is activated.
    """

    idempotency_key: str
    name: str
    terms: TradeSchemeTermsInput
    kind: SchemeKind = SchemeKind.SECONDARY
    valid_from: date | None = None
    valid_until: date | None = None

    def new(self) -> NewScheme:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return NewScheme(
            name=self.name,
            kind=self.kind,
            terms=self.terms.terms(),
            first_day=self.valid_from,
            last_day=self.valid_until,
        )


@strawberry.input
class ChangeTradeSchemeInput:
    """What a scheme says from a day on: from now without `validFrom`, for good without an end.

    Limits in all hold for the scheme as a whole, from now on.
    """

    scheme_id: relay.GlobalID
    terms: TradeSchemeTermsInput
    valid_from: date | None = None
    valid_until: date | None = None

    def change(self) -> SchemeChange:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return SchemeChange(
            terms=self.terms.terms(), first_day=self.valid_from, last_day=self.valid_until
        )


@strawberry.input
class ActivateTradeSchemeInput:
    """The draft that may speak from now on, in its period."""

    scheme_id: relay.GlobalID
    only_if_complete: bool = strawberry.field(
        default=False, description="Refuse it unless all of its checklist is met."
    )


@strawberry.input
class EndTradeSchemeInput:
    """The last day of a scheme in the network's zone; without one it ends at once."""

    scheme_id: relay.GlobalID
    last_day: date | None = None


@strawberry.type
class SchemesMutation:
    """Changes of the own organisation's schemes."""

    @mutation(commands.create_trade_scheme)
    async def create_trade_scheme(
        self, info: Info, input: CreateTradeSchemeInput
    ) -> CreateTradeSchemeResult:
        """Draft a trade scheme; the same idempotency key drafts it once."""
        new = input.new()

        async def command(work: Work) -> TradeScheme:
            made = await commands.create_trade_scheme(work, new, input.idempotency_key)
            return TradeScheme.of(made, work.now)

        return await info.context.write(command)

    @mutation(commands.change_trade_scheme)
    async def change_trade_scheme(
        self, info: Info, input: ChangeTradeSchemeInput
    ) -> ChangeTradeSchemeResult:
        """Change a draft, or let an active scheme say something else from a day on."""
        key, change = key_of(input.scheme_id, "TradeScheme"), input.change()

        async def command(work: Work) -> TradeScheme:
            return TradeScheme.of(await commands.change_trade_scheme(work, key, change), work.now)

        return await info.context.write(command)

    @cost(20)
    @mutation(commands.activate_trade_scheme)
    async def activate_trade_scheme(
        self, info: Info, input: ActivateTradeSchemeInput
    ) -> ActivateTradeSchemeResult:
        """Let a draft speak; by another person than its author where the organisation says so."""
        key = key_of(input.scheme_id, "TradeScheme")

        async def command(work: Work) -> TradeScheme:
            return TradeScheme.of(
                await commands.activate_trade_scheme(
                    work, key, only_if_complete=input.only_if_complete
                ),
                work.now,
            )

        return await info.context.write(command)

    @mutation(commands.end_trade_scheme)
    async def end_trade_scheme(
        self, info: Info, input: EndTradeSchemeInput
    ) -> EndTradeSchemeResult:
        """Let a scheme end after a day, or at once; what it gave stays given."""
        key = key_of(input.scheme_id, "TradeScheme")

        async def command(work: Work) -> TradeScheme:
            return TradeScheme.of(
                await commands.end_trade_scheme(work, key, input.last_day), work.now
            )

        return await info.context.write(command)
