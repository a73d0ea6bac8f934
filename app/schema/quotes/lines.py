"""Lines of a quote: priced, free, or refused."""

from decimal import Decimal
from uuid import UUID

import strawberry

from app.kernel.quantity import PackagingLevel
from app.pricing.rules import RefusalCode
from app.pricing.rules import RefusedLine as Refused
from app.pricing.rules.guards import GuardVerdict
from app.quotes import rules
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import Cost, list_size, sized
from app.schema.quotes.guards import QuotedGuard
from app.schema.quotes.steps import LosingPrice, NextBreak, PriceStep

NoPriceCode = strawberry.enum(RefusalCode, name="NoPriceCode", description=RefusalCode.__doc__)


@strawberry.type
class QuotedContainer:
    """Containers that come with a line and are to come back; `amount` is their deposit (P13)."""

    name: str
    quantity: Decimal
    deposit: Decimal
    amount: Decimal

    @classmethod
    def of(cls, found: rules.QuotedContainer) -> "QuotedContainer":
        """Show containers."""
        return cls(
            name=found.name, quantity=found.quantity, deposit=found.deposit, amount=found.amount
        )


@strawberry.type(directives=[Cost(weight="3")])
class QuotedLine:
    """A priced line; net + tax = gross, each rounded to the currency.

    `priceAmount` is what the price lists say and `discount` what was taken off it, by hand, by
    schemes, points and cash discount; both hold tax if `isTaxInclusive`. `unitPrice` is per unit
    ordered with 4 decimals and for the eye: amounts come from the exact price. A line that `isFree`
    was added by a scheme, and would cost `listValue`; `freePieces` of an ordered line are free.
    `deposit` is in none of these amounts. `losers` go from the strongest to the weakest. Losers,
    guards and who gave a discount are for the seller only.
    """

    key: str = strawberry.field(
        description="The line's place among those asked, from 0; of a free line its own word."
    )
    packaging_level: PackagingLevel
    quantity: Decimal
    pieces: Decimal
    unit_price: Decimal
    is_tax_inclusive: bool
    tax_rate_percent: Decimal
    price_amount: Decimal
    discount: Decimal
    discount_percent: Decimal | None = strawberry.field(description="The discount given by hand.")
    discount_reason: str | None
    discount_given_by: str | None
    net: Decimal
    tax: Decimal
    gross: Decimal
    deposit: Decimal
    containers: list[QuotedContainer] = sized(2)
    is_free: bool
    free_pieces: Decimal
    list_value: Decimal | None
    guard: GuardVerdict
    guard_reasons: list[QuotedGuard] = sized(2)
    sku_id: strawberry.Private[UUID]
    line: strawberry.Private[rules.QuotedLine]

    @list_size(10)
    @batch
    @staticmethod
    async def steps(lines: list["QuotedLine"], info: Info) -> list[list[PriceStep]]:
        """What each rule did, from zero to gross."""
        del info
        return [[PriceStep.of(step) for step in each.line.steps] for each in lines]

    @list_size(5)
    @batch
    @staticmethod
    async def losers(lines: list["QuotedLine"], info: Info) -> list[list[LosingPrice]]:
        """Prices that did not count, and why, from the strongest to the weakest."""
        del info
        return [[LosingPrice.of(loser) for loser in each.line.losers] for each in lines]

    @batch
    @staticmethod
    async def next_break(lines: list["QuotedLine"], info: Info) -> list[NextBreak | None]:
        """The nearest quantity that lowers the price."""
        del info
        return [
            None if found is None else NextBreak.of(found)
            for each in lines
            for found in [each.line.next_break]
        ]

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
            price_amount=line.price_amount,
            discount=line.discount,
            discount_percent=line.manual_percent,
            discount_reason=line.manual_reason or None,
            discount_given_by=line.manual_by or None,
            net=line.net,
            tax=line.tax,
            gross=line.gross,
            deposit=line.deposit,
            containers=[QuotedContainer.of(each) for each in line.containers],
            is_free=line.is_free,
            free_pieces=line.free_quantity,
            list_value=line.list_value,
            guard=line.guard,
            guard_reasons=[QuotedGuard.of(each) for each in line.guard_reasons],
            sku_id=line.sku_id,
            line=line,
        )


@strawberry.type
class RefusedLine:
    """A line without a price, which is never a price of zero (Our rule 6)."""

    key: str = strawberry.field(description="The line's place among those asked, from 0.")
    code: RefusalCode
    reason: str
    losers: list[LosingPrice] = sized(5)
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
    def of(cls, line: Refused) -> "RefusedLine":
        """Show a refused line."""
        return cls(
            key=line.key,
            code=line.code,
            reason=line.reason,
            losers=[LosingPrice.of(loser) for loser in line.losers],
            sku_id=line.sku_id,
        )
