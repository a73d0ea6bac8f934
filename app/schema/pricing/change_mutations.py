"""Mutations of price changes: each answers with the change as it is afterwards, or a refusal."""

from typing import Annotated
from uuid import UUID

import strawberry

from app.pricing import commands
from app.schema.context import Info
from app.schema.cost import cost, sized
from app.schema.ids import key_of
from app.schema.operation import mutation
from app.schema.pricing.change_inputs import (
    CreatePriceChangeSetInput,
    ImportPriceChangesInput,
    PriceChangeSetInput,
    PriceChangeSetReasonInput,
    PutPriceChangesInput,
    RemovePriceChangesInput,
)
from app.schema.pricing.changes import PriceChangeSet
from app.schema.refusals import Refusal


@strawberry.type
class PriceRowFault:
    """What is wrong with one row, and what to do about it.

    `row` counts from 1; in a file it is the line, the heading being line 1. `code` is that of a
    refusal, `INVALID` or `NOT_FOUND`.
    """

    row: int
    field: str
    code: str
    message: str


@strawberry.type
class PutPriceChangesOutcome:
    """The change as it is now, how many rows were written, and what is wrong with the others."""

    change_set: PriceChangeSet
    written: int
    faults: list[PriceRowFault] = sized(20)

    @classmethod
    def of(cls, outcome: commands.PutOutcome) -> "PutPriceChangesOutcome":
        """Show an outcome."""
        faults = [
            PriceRowFault(row=each.row, field=each.field, code=each.code, message=each.message)
            for each in outcome.faults
        ]
        changed = PriceChangeSet.of(outcome.change_set)
        return cls(change_set=changed, written=outcome.written, faults=faults)


CreatePriceChangeSetResult = Annotated[
    PriceChangeSet | Refusal, strawberry.union("CreatePriceChangeSetResult")
]
PutPriceChangesResult = Annotated[
    PutPriceChangesOutcome | Refusal, strawberry.union("PutPriceChangesResult")
]
ImportPriceChangesResult = Annotated[
    PutPriceChangesOutcome | Refusal, strawberry.union("ImportPriceChangesResult")
]
RemovePriceChangesResult = Annotated[
    PriceChangeSet | Refusal, strawberry.union("RemovePriceChangesResult")
]
MovePriceChangeSetResult = Annotated[
    PriceChangeSet | Refusal, strawberry.union("MovePriceChangeSetResult")
]


def _key(input: PriceChangeSetInput | PriceChangeSetReasonInput) -> UUID:
    return key_of(input.change_set_id, "PriceChangeSet")


@strawberry.type
class PriceChangeMutation:
    """Changes of many prices as one."""

    @mutation(commands.create_price_change_set)
    async def create_price_change_set(
        self, info: Info, input: CreatePriceChangeSetInput
    ) -> CreatePriceChangeSetResult:
        """Begin a price change; the same idempotency key makes it once."""
        new = input.new()
        made = await info.context.write(
            lambda work: commands.create_price_change_set(work, new, input.idempotency_key)
        )
        return PriceChangeSet.of(made)

    @cost(50)
    @mutation(commands.put_price_changes)
    async def put_price_changes(
        self, info: Info, input: PutPriceChangesInput
    ) -> PutPriceChangesResult:
        """Put up to 10,000 prices into a change; each row at fault is named, with the remedy."""
        key, rows = key_of(input.change_set_id, "PriceChangeSet"), input.changes()
        outcome = await info.context.write(
            lambda work: commands.put_price_changes(work, key, rows, input.error_policy)
        )
        return PutPriceChangesOutcome.of(outcome)

    @cost(200)
    @mutation(commands.import_price_changes)
    async def import_price_changes(
        self, info: Info, input: ImportPriceChangesInput
    ) -> ImportPriceChangesResult:
        """Put the prices of a CSV or XLSX file into a change, checked like rows that are typed."""
        key, file = key_of(input.change_set_id, "PriceChangeSet"), input.file()
        outcome = await info.context.write(
            lambda work: commands.import_price_changes(work, key, file, input.error_policy)
        )
        return PutPriceChangesOutcome.of(outcome)

    @mutation(commands.remove_price_changes)
    async def remove_price_changes(
        self, info: Info, input: RemovePriceChangesInput
    ) -> RemovePriceChangesResult:
        """Take rows out of a change."""
        key = key_of(input.change_set_id, "PriceChangeSet")
        rows = [key_of(each, "PriceChangeRow") for each in input.row_ids]
        changed = await info.context.write(
            lambda work: commands.remove_price_changes(work, key, rows)
        )
        return PriceChangeSet.of(changed)

    @cost(200)
    @mutation(commands.submit_price_change_set)
    async def submit_price_change_set(
        self, info: Info, input: PriceChangeSetInput
    ) -> MovePriceChangeSetResult:
        """Ask for approval; where the organisation wants none, prices change at once (R3-53)."""
        key = _key(input)
        moved = await info.context.write(lambda work: commands.submit_price_change_set(work, key))
        return PriceChangeSet.of(moved)

    @cost(200)
    @mutation(commands.approve_price_change_set)
    async def approve_price_change_set(
        self, info: Info, input: PriceChangeSetInput
    ) -> MovePriceChangeSetResult:
        """Approve what others made, changed and submitted; grantors may have to agree too."""
        key = _key(input)
        moved = await info.context.write(lambda work: commands.approve_price_change_set(work, key))
        return PriceChangeSet.of(moved)

    @mutation(commands.reject_price_change_set)
    async def reject_price_change_set(
        self, info: Info, input: PriceChangeSetReasonInput
    ) -> MovePriceChangeSetResult:
        """Send a change back with a reason."""
        key, reason = _key(input), input.reason
        moved = await info.context.write(
            lambda work: commands.reject_price_change_set(work, key, reason)
        )
        return PriceChangeSet.of(moved)

    @mutation(commands.withdraw_price_change_set)
    async def withdraw_price_change_set(
        self, info: Info, input: PriceChangeSetInput
    ) -> MovePriceChangeSetResult:
        """Give a change up before it is approved."""
        key = _key(input)
        moved = await info.context.write(lambda work: commands.withdraw_price_change_set(work, key))
        return PriceChangeSet.of(moved)

    @cost(200)
    @mutation(commands.roll_back_price_change_set)
    async def roll_back_price_change_set(
        self, info: Info, input: PriceChangeSetReasonInput
    ) -> MovePriceChangeSetResult:
        """Take an approved change back as one: prices are from now on what they were before it."""
        key, reason = _key(input), input.reason
        moved = await info.context.write(
            lambda work: commands.roll_back_price_change_set(work, key, reason)
        )
        return PriceChangeSet.of(moved)
