"""Quotes: what a basket costs, and every step that led there (F5, R3-50)."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import strawberry

from app.kernel.money import TaxMode
from app.quotes import queries, rules
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import cost, list_size, sized
from app.schema.ids import key_of
from app.schema.operation import query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.quotes.benefits import LosingScheme, QuotedBenefit, QuotedCoupon, QuoteHint
from app.schema.quotes.guards import ApprovalCause
from app.schema.quotes.inputs import PriceAtInput, QuoteInput, SimulateQuoteInput, asked_lines
from app.schema.quotes.lines import QuotedLine, RefusedLine
from app.schema.quotes.problems import RuleProblem

strawberry.enum(TaxMode, description=TaxMode.__doc__)


@strawberry.type
class Quote:
    """What a basket costs one buyer at one instant; totals count the lines that have a price.

    net + tax = gross, and gross + deposits = total. `sellerTax` is the tax on free goods that the
    seller bears, in no total. Losing schemes, problems and approval causes are for the seller only.
    """

    currency: str
    price_instant: datetime
    known_at: datetime | None = strawberry.field(
        description="The instant whose knowledge of prices and schemes counted."
    )
    tax_mode: TaxMode
    lines: list[QuotedLine] = sized(20)
    refused: list[RefusedLine] = sized(5)
    net: Decimal
    tax: Decimal
    gross: Decimal
    deposits: Decimal
    total: Decimal
    seller_tax: Decimal
    benefits: list[QuotedBenefit] = sized(5)
    hints: list[QuoteHint] = sized(5)
    losing_schemes: list[LosingScheme] = sized(5)
    coupons: list[QuotedCoupon] = sized(3)
    points_redeemed: int
    points_earned: int
    problems: list[RuleProblem] = sized(3)
    approval_causes: list[ApprovalCause] = sized(3)
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
            known_at=quote.context.known_at,
            tax_mode=quote.tax_mode,
            lines=[QuotedLine.of(line) for line in quote.lines],
            refused=[RefusedLine.of(line) for line in quote.refused],
            net=quote.net,
            tax=quote.tax,
            gross=quote.gross,
            deposits=quote.deposits,
            total=quote.total,
            seller_tax=quote.seller_tax,
            benefits=[QuotedBenefit.of(each) for each in quote.benefits if each.is_given],
            hints=[QuoteHint.of(each) for each in quote.hints],
            losing_schemes=[LosingScheme.of(each) for each in quote.losing_schemes],
            coupons=[QuotedCoupon.of(each) for each in quote.coupons],
            points_redeemed=quote.points_redeemed,
            points_earned=quote.points_earned,
            problems=[RuleProblem.of(each) for each in quote.problems],
            approval_causes=[ApprovalCause.of(each) for each in quote.approval_causes],
            relationship_id=quote.relationship_id,
        )


@strawberry.type
class QuoteQuery:
    """Questions about what baskets cost."""

    @cost(20)
    @list_size(20, by=("input.lines",), of=("lines",))
    @query(queries.quote)
    async def quote(self, info: Info, input: QuoteInput) -> Quote:
        """What this basket costs the buyer now, and why; the seller also sees what lost."""
        wish = input.wish()
        async with info.context.read() as work:
            return Quote.of(await queries.quote(work, wish))

    @cost(20)
    @list_size(20, by=("input.lines",), of=("lines",))
    @query(queries.price_at)
    async def price_at(self, info: Info, input: PriceAtInput) -> Quote:
        """What this basket costs an own customer at any instant, past or future, and why."""
        relationship_id = key_of(input.relationship_id, "TradingRelationship")
        lines = asked_lines(input.lines)
        async with info.context.read() as work:
            return Quote.of(await queries.price_at(work, relationship_id, lines, input.at))

    @cost(40)
    @list_size(20, by=("input.lines",), of=("lines",))
    @query(queries.simulate_quote)
    async def simulate_quote(self, info: Info, input: SimulateQuoteInput) -> Quote:
        """What a basket would cost an own customer, with drafts of prices and schemes laid over.

        Nothing is written, and no budget is touched.
        """
        asked = input.simulation()
        async with info.context.read() as work:
            return Quote.of(await queries.simulate_quote(work, asked))
