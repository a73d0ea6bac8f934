"""What a person types to make lists and set prices."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry import relay

from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.pricing.commands import NewPriceList, PriceChange, PriceChanges
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.schema.ids import optional_key_of

for _words in (BreakType, Combination, ContractRule, PriceKind):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.input
class CreatePriceListInput:
    """A new list: for a LEVEL its level, for a BUYER or CONTRACT its relationship, else neither.

    Days are of the network's zone; `validUntil` is the last day that belongs to it.
    """

    idempotency_key: str
    kind: PriceKind
    name: str
    valid_from: date
    valid_until: date | None = None
    level_id: relay.GlobalID | None = None
    relationship_id: relay.GlobalID | None = None
    currency: str | None = strawberry.field(
        default=None, description="A code of ISO 4217; the network's without one."
    )
    priority: int = 0
    is_tax_inclusive: bool = False
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS

    def new(self) -> NewPriceList:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return NewPriceList(
            kind=self.kind,
            name=self.name,
            first_day=self.valid_from,
            last_day=self.valid_until,
            level_id=optional_key_of(self.level_id, "CustomerLevel"),
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
            currency=self.currency,
            priority=self.priority,
            is_tax_inclusive=self.is_tax_inclusive,
            combination=self.combination,
            contract_rule=self.contract_rule,
            break_type=self.break_type,
        )


@strawberry.input
class PriceEntryInput:
    """A price: an amount for a SKU, or a percentage of the list price for a SKU or for more.

    Without `packagingLevel` the amount is per piece. `fromQuantity` counts `fromUnit`.
    """

    sku_id: relay.GlobalID | None = None
    brand_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None
    packaging_level: PackagingLevel | None = None
    from_quantity: Decimal = Decimal(0)
    from_unit: PackagingLevel = PackagingLevel.PIECE
    amount: Decimal | None = None
    percent_of_list: Decimal | None = None

    def change(self, place: int) -> PriceChange:
        """Return what the command understands; `NotFound` names the entry."""
        try:
            sku_id = optional_key_of(self.sku_id, "Sku")
            brand_id = optional_key_of(self.brand_id, "Brand")
            category_id = optional_key_of(self.category_id, "Category")
        except NotFound as missing:
            raise missing.at(f"entries.{place}.{missing.kind.lower()}Id") from None
        return PriceChange(
            sku_id=sku_id,
            brand_id=brand_id,
            category_id=category_id,
            packaging_level=self.packaging_level,
            from_quantity=self.from_quantity,
            from_unit=self.from_unit,
            amount=self.amount,
            percent_of_list=self.percent_of_list,
        )


@strawberry.input
class SetPricesInput:
    """Prices to set together: from now without `validFrom`, for good without `validUntil`.

    For good, what stands ends where the new begins; up to a last day, what stands comes back.
    """

    price_list_id: relay.GlobalID
    entries: list[PriceEntryInput]
    valid_from: date | None = None
    valid_until: date | None = None

    def changes(self) -> PriceChanges:
        """Return what the command understands."""
        entries = [entry.change(place) for place, entry in enumerate(self.entries)]
        return PriceChanges(entries, self.valid_from, self.valid_until)


@strawberry.input
class EndPriceListInput:
    """The last day of a list in the network's zone; without one it ends at once."""

    price_list_id: relay.GlobalID
    last_day: date | None = None
