"""Quotes: what lines cost, and every step that led there (F5, R3-50)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.pricing import queries, rules
from app.pricing.operations import STANDING_ON_NO_LIST, LineRequest
from app.pricing.rules import LossCode, StepName, TaxMode
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import TradingRelationship, relationships_by_id

PriceStepName = strawberry.enum(StepName, name="PriceStepName", description=StepName.__doc__)
NoPriceCode = strawberry.enum(
    rules.RefusalCode, name="NoPriceCode", description=rules.RefusalCode.__doc__
)
for _words in (LossCode, TaxMode):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.type
class PriceStep:
    """What one rule did to a line's amount; `before` is the `after` of the step above it."""

    name: StepName
    before: Decimal
    after: Decimal
    reason: str
    list_id: relay.GlobalID | None = strawberry.field(
        description="The price list behind it. For the seller only."
    )

    @classmethod
    def of(cls, step: rules.PriceStep) -> "PriceStep":
        """Show a step."""
        return cls(
            name=step.name,
            before=step.before,
            after=step.after,
            reason=step.reason,
            list_id=_list_id(step.list_id),
        )


@strawberry.type
class LosingPrice:
    """A price that covers the SKU and did not set its price, and why. For the seller only."""

    list_id: relay.GlobalID | None
    list_name: str
    code: LossCode
    reason: str

    @classmethod
    def of(cls, loser: rules.LosingCandidate) -> "LosingPrice":
        """Show a price that lost."""
        return cls(
            list_id=_list_id(loser.list_id),
            list_name=loser.list_name,
            code=loser.code,
            reason=loser.reason,
        )


@strawberry.type
class NextBreak:
    """The nearest number of pieces that lowers the price, which is per unit ordered."""

    from_quantity: Decimal
    unit_price: Decimal

    @classmethod
    def of(cls, found: rules.NextBreak) -> "NextBreak":
        """Show the next break."""
        return cls(from_quantity=found.from_quantity, unit_price=found.unit_price)


@strawberry.type
class QuotedLine:
    """A priced line; net + tax = gross, each rounded to the currency.

    `unitPrice` is per unit ordered with 4 decimals and for the eye: amounts come from the exact
    price. `losers` go from the strongest to the weakest and are empty to all but the seller.
    """

    key: str = strawberry.field(description="The line's place among those asked, from 0.")
    packaging_level: PackagingLevel
    quantity: Decimal
    pieces: Decimal
    unit_price: Decimal
    is_tax_inclusive: bool
    tax_rate_percent: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal
    steps: list[PriceStep]
    losers: list[LosingPrice]
    next_break: NextBreak | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        lines: list["QuotedLine"],
        info: Info,
    ) -> list[Sku | None]:
        """What is ordered."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, line: rules.QuotedLine) -> "QuotedLine":
        """Show a priced line."""
        return cls(
            key=line.key,
            packaging_level=line.packaging_level,
            quantity=line.quantity,
            pieces=line.base_quantity,
            unit_price=line.unit_price_display,
            is_tax_inclusive=line.tax_inclusive,
            tax_rate_percent=line.tax_rate * 100,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            steps=[PriceStep.of(step) for step in line.steps],
            losers=[LosingPrice.of(loser) for loser in line.losers],
            next_break=NextBreak.of(line.next_break) if line.next_break else None,
            sku_id=line.sku_id,
        )


@strawberry.type
class RefusedLine:
    """A line without a price, which is never a price of zero (Our rule 6)."""

    key: str = strawberry.field(description="The line's place among those asked, from 0.")
    code: rules.RefusalCode
    reason: str
    losers: list[LosingPrice]
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(
        lines: list["RefusedLine"],
        info: Info,
    ) -> list[Sku | None]:
        """What was asked for."""
        return await skus_by_id(info, [line.sku_id for line in lines])

    @classmethod
    def of(cls, line: rules.RefusedLine) -> "RefusedLine":
        """Show a refused line."""
        return cls(
            key=line.key,
            code=line.code,
            reason=line.reason,
            losers=[LosingPrice.of(loser) for loser in line.losers],
            sku_id=line.sku_id,
        )


@strawberry.type
class Quote:
    """What lines cost one buyer at one instant; totals count the lines that have a price."""

    currency: str
    price_instant: datetime
    tax_mode: TaxMode
    lines: list[QuotedLine]
    refused: list[RefusedLine]
    net: Decimal
    tax: Decimal
    gross: Decimal
    relationship_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def relationship(
        quotes: list["Quote"],
        info: Info,
    ) -> list[TradingRelationship | None]:
        """Between whom, when the viewer may see the terms."""
        return await relationships_by_id(info, [each.relationship_id for each in quotes])

    @classmethod
    def of(cls, quote: rules.Quote) -> "Quote":
        """Show a quote as it is: to a buyer give what `as_buyer_sees` returned."""
        return cls(
            currency=quote.currency,
            price_instant=quote.price_instant,
            tax_mode=quote.tax_mode,
            lines=[QuotedLine.of(line) for line in quote.lines],
            refused=[RefusedLine.of(line) for line in quote.refused],
            net=quote.net,
            tax=quote.tax,
            gross=quote.gross,
            relationship_id=quote.relationship_id,
        )


@strawberry.input
class PriceLineInput:
    """So many packaging units of a SKU."""

    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE

    def line(self, place: int) -> LineRequest:
        """Return what the query understands; `NotFound` names the line."""
        try:
            sku_id = key_of(self.sku_id, "Sku")
        except NotFound as missing:
            raise missing.at(f"lines.{place}.skuId") from None
        return LineRequest(str(place), sku_id, self.packaging_level, self.quantity)


@strawberry.input
class QuoteInput:
    """Which lines of which relationship to price now."""

    relationship_id: relay.GlobalID
    lines: list[PriceLineInput]


@strawberry.input
class PriceAtInput:
    """Which lines of which own customer to price, and at which instant."""

    relationship_id: relay.GlobalID
    lines: list[PriceLineInput]
    at: datetime


@strawberry.type
class QuoteQuery:
    """Questions about what lines cost."""

    @query(queries.quote)
    async def quote(self, info: Info, input: QuoteInput) -> Quote:
        """What these lines cost the buyer now, and why; the seller also sees what lost."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        lines = _lines(input.lines)
        async with info.context.read() as work:
            return Quote.of(await queries.quote(work, relationship_id, lines))

    @query(queries.price_at)
    async def price_at(self, info: Info, input: PriceAtInput) -> Quote:
        """What these lines cost an own customer at any instant, past or future, and why."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        lines = _lines(input.lines)
        async with info.context.read() as work:
            return Quote.of(await queries.price_at(work, relationship_id, lines, input.at))


def _lines(given: list[PriceLineInput]) -> list[LineRequest]:
    return [line.line(place) for place, line in enumerate(given)]


def _list_id(list_id: UUID | None) -> relay.GlobalID | None:
    if list_id is None or list_id in STANDING_ON_NO_LIST:
        return None
    return relay.GlobalID("PriceList", str(list_id))
