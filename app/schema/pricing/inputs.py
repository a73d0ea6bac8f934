"""What a person types to make lists and set prices."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry import relay

from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.organisations.models import SalesChannel
from app.pricing.commands import NewDerivation, NewPriceList, PriceChange, PriceChanges, TermsChange
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.pricing.rules.basis import BreakBasis
from app.schema.ids import key_of, optional_key_of

for _words in (BreakBasis, BreakType, Combination, ContractRule, PriceKind):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.input
class DerivationInput:
    """Every price of the parent times `percent`, plus an amount, rounded half up to a multiple.

    Then it is held between floor and ceiling, all per unit of the parent's price (Our rule 3).
    """

    parent_id: relay.GlobalID
    percent: Decimal = strawberry.field(
        default=Decimal(100), description="88 means 88 % of the parent's price."
    )
    amount_added: Decimal = Decimal(0)
    multiple: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None

    def derivation(self) -> NewDerivation:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        try:
            parent_id = key_of(self.parent_id, "PriceList")
        except NotFound as missing:
            raise missing.at("derivation.parentId") from None
        return NewDerivation(
            parent_id=parent_id,
            percent=self.percent,
            amount_added=self.amount_added,
            multiple=self.multiple,
            floor=self.floor,
            ceiling=self.ceiling,
        )


@strawberry.input
class CreatePriceListInput:
    """A new list: for a LEVEL its level, for a BUYER or CONTRACT its relationship, and so on.

    A BASE list names none of them.

    Days are of the network's zone; `validUntil` is the last day that belongs to it.
    """

    idempotency_key: str
    kind: PriceKind
    name: str
    valid_from: date
    valid_until: date | None = None
    level_id: relay.GlobalID | None = None
    relationship_id: relay.GlobalID | None = None
    group_id: relay.GlobalID | None = None
    territory_id: relay.GlobalID | None = None
    sales_channel: SalesChannel | None = None
    currency: str | None = strawberry.field(
        default=None,
        description="A code of ISO 4217; without one the customer's, or else the network's.",
    )
    priority: int = 0
    is_tax_inclusive: bool = False
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS
    break_basis: BreakBasis = BreakBasis.SKU
    is_promotable: bool = True
    is_inheritable: bool = False
    derivation: DerivationInput | None = None

    def new(self) -> NewPriceList:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        return NewPriceList(
            kind=self.kind,
            name=self.name,
            first_day=self.valid_from,
            last_day=self.valid_until,
            level_id=optional_key_of(self.level_id, "CustomerLevel"),
            relationship_id=optional_key_of(self.relationship_id, "TradingRelationship"),
            group_id=optional_key_of(self.group_id, "CustomerGroup"),
            territory_id=optional_key_of(self.territory_id, "Territory"),
            sales_channel=self.sales_channel,
            currency=self.currency,
            priority=self.priority,
            is_tax_inclusive=self.is_tax_inclusive,
            combination=self.combination,
            contract_rule=self.contract_rule,
            break_type=self.break_type,
            break_basis=self.break_basis,
            is_promotable=self.is_promotable,
            is_inheritable=self.is_inheritable,
            derivation=self.derivation.derivation() if self.derivation else None,
        )


_TERMS = (
    "priority",
    "combination",
    "contract_rule",
    "break_type",
    "break_basis",
    "is_promotable",
    "is_inheritable",
)


@strawberry.input
class ChangePriceListTermsInput:
    """Terms of a list from a day on; what is left out stays. From now without `validFrom`.

    `validUntil` is the last day: after it what stands now comes back; without one it is for good.
    """

    price_list_id: relay.GlobalID
    valid_from: date | None = None
    valid_until: date | None = None
    priority: int | None = None
    combination: Combination | None = None
    contract_rule: ContractRule | None = None
    break_type: BreakType | None = None
    break_basis: BreakBasis | None = None
    is_promotable: bool | None = None
    is_inheritable: bool | None = None
    derivation: DerivationInput | None = strawberry.field(
        default=strawberry.UNSET, description="Null makes the list stand on its own prices alone."
    )

    def change(self) -> TermsChange:
        """Return what the command understands; raises `NotFound` for ids of other types."""
        given = {name: getattr(self, name) for name in _TERMS}
        derives = self.derivation is not strawberry.UNSET
        return TermsChange(
            said={name: value for name, value in given.items() if value is not None},
            derives=derives,
            derivation=self.derivation.derivation() if derives and self.derivation else None,
            first_day=self.valid_from,
            last_day=self.valid_until,
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
