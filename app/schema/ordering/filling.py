"""Filling carts with many lines at once: from a pasted or sent list, and from earlier orders."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import DomainError, Invalid
from app.kernel.quantity import PackagingLevel
from app.ordering.commands import filling as commands
from app.ordering.rules import filling as rules
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import cost, sized
from app.schema.files import file_key
from app.schema.ids import optional_key_of
from app.schema.operation import mutation
from app.schema.refusals import Refusal

strawberry.enum(
    rules.LineOutcomeKind, name="LineOutcome", description=rules.LineOutcomeKind.__doc__
)
ListFormat = strawberry.enum(commands.ListFormat, description=commands.ListFormat.__doc__)


@strawberry.type
class FilledLine:
    """A line that was wanted, and what became of it; `reason` says why it was not taken.

    `number` is its line in the list, from 1. `possibleUnits` are those it may be ordered by.
    """

    number: int
    text: str
    outcome: rules.LineOutcomeKind
    reason: str | None
    packaging_level: PackagingLevel | None
    quantity: Decimal | None
    possible_units: list[PackagingLevel]
    sku_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(lines: list["FilledLine"], info: Info) -> list[Sku | None]:
        """What it means, where that is clear."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, line: rules.LineOutcome) -> "FilledLine":
        """Show a line."""
        return cls(
            number=line.number,
            text=line.text,
            outcome=line.kind,
            reason=line.reason or None,
            packaging_level=line.level,
            quantity=line.quantity,
            possible_units=list(line.possible),
            sku_id=line.sku_id,
        )


@strawberry.type
class FilledCart:
    """What became of every line, in their order; so many are `taken` and stand in the cart.

    Send the others again when they are mended, under a new key.
    """

    taken: int
    lines: list[FilledLine] = sized(50)

    @classmethod
    def of(cls, outcomes: Sequence[rules.LineOutcome]) -> "FilledCart":
        """Show what became of the lines."""
        shown = [FilledLine.of(line) for line in outcomes]
        return cls(taken=sum(line.is_taken for line in outcomes), lines=shown)


@strawberry.input
class QuickOrderInput:
    """A list with a SKU code or GTIN, a quantity and a unit on each line, and the cart to fill.

    TEXT is split at tabs, semicolons, commas or blanks. No unit is ever guessed: `defaultUnit` is
    taken where a line names none. Into the saved cart, or else one's own in the relationship.
    """

    idempotency_key: str
    content: str | None = strawberry.field(
        default=None, description="The list itself, or else `fileId` says where it is."
    )
    file_id: relay.GlobalID | None = strawberry.field(
        default=None,
        description="A CSV or XLSX uploaded as IMPORT, which tells its format itself.",
    )
    format: commands.ListFormat = commands.ListFormat.TEXT
    default_unit: PackagingLevel | None = None
    relationship_id: relay.GlobalID | None = None
    saved_cart_id: relay.GlobalID | None = None

    def value(self) -> commands.QuickOrder:
        """Return what the domain understands."""
        if (self.relationship_id is None) == (self.saved_cart_id is None):
            raise Invalid("savedCartId", "or relationshipId must be given, and not both")
        if (self.content is None) == (self.file_id is None):
            raise Invalid("content", "or fileId must be given, and not both")
        return commands.QuickOrder(
            content=self.content or "",
            file_id=file_key(self.file_id) if self.file_id else None,
            format=self.format,
            default_unit=self.default_unit,
            relationship_id=_at("relationshipId", self.relationship_id, "TradingRelationship"),
            cart_id=_at("savedCartId", self.saved_cart_id, "SavedCart"),
        )


@strawberry.input
class ReorderInput:
    """An earlier order or invoice to put into a cart again: of its relationship unless told."""

    idempotency_key: str
    order_id: relay.GlobalID | None = None
    invoice_id: relay.GlobalID | None = None
    relationship_id: relay.GlobalID | None = None
    saved_cart_id: relay.GlobalID | None = None

    def value(self) -> commands.Reorder:
        """Return what the domain understands."""
        return commands.Reorder(
            order_id=_at("orderId", self.order_id, "Order"),
            invoice_id=_at("invoiceId", self.invoice_id, "Invoice"),
            relationship_id=_at("relationshipId", self.relationship_id, "TradingRelationship"),
            cart_id=_at("savedCartId", self.saved_cart_id, "SavedCart"),
        )


FilledCartResult = Annotated[FilledCart | Refusal, strawberry.union("FilledCartResult")]


@strawberry.type
class FillingMutation:
    """What fills carts."""

    @cost(100)
    @mutation(commands.quick_order)
    async def quick_order(self, info: Info, input: QuickOrderInput) -> FilledCartResult:
        """Fill a cart from a list; every line is answered, and the good ones are taken."""
        wanted = input.value()
        outcomes = await info.context.write(
            lambda work: commands.quick_order(work, wanted, input.idempotency_key)
        )
        return FilledCart.of(outcomes)

    @cost(100)
    @mutation(commands.reorder)
    async def reorder(self, info: Info, input: ReorderInput) -> FilledCartResult:
        """Fill a cart with what was ordered or billed before, as far as it is still sold."""
        wanted = input.value()
        outcomes = await info.context.write(
            lambda work: commands.reorder(work, wanted, input.idempotency_key)
        )
        return FilledCart.of(outcomes)


def _at(path: str, key: relay.GlobalID | None, kind: str) -> UUID | None:
    try:
        return optional_key_of(key, kind)
    except DomainError as wrong:
        raise wrong.at(path) from None
