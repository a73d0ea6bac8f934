"""What pricing may refuse, in words for the person who can mend it."""

from dataclasses import dataclass
from typing import ClassVar

from app.kernel.errors import Refused


@dataclass(eq=False)
class NoPrice(Refused):
    """No price means the line is refused, never zero (Our rule 6)."""

    code: ClassVar = "NO_PRICE"
    text: ClassVar = "{sku} has no price for this buyer: {reason}"
    field_path: ClassVar = "skuId"
    sku: str
    reason: str


@dataclass(eq=False)
class PriceListPeriodWrong(Refused):
    """A period must have a day."""

    code: ClassVar = "PRICE_LIST_PERIOD_WRONG"
    text: ClassVar = "The last day {last_day} lies before the first day {first_day}."
    field_path: ClassVar = "validUntil"
    first_day: str
    last_day: str


@dataclass(eq=False)
class PriceListEnded(Refused):
    """Nothing can be set or ended beyond a list's end."""

    code: ClassVar = "PRICE_LIST_ENDED"
    text: ClassVar = "The price list {name} ends before that; make a new list."
    field_path: ClassVar = "priceListId"
    name: str


@dataclass(eq=False)
class PriceFromPast(Refused):
    """What was asked for a past instant stays what it was (Our rule 7)."""

    code: ClassVar = "PRICE_FROM_PAST"
    text: ClassVar = "Prices cannot change on {day}: that day is over. Take {today} or later."
    field_path: ClassVar = "validFrom"
    day: str
    today: str


@dataclass(eq=False)
class PercentOnBaseList(Refused):
    """A base list is what percentages are taken of (P1)."""

    code: ClassVar = "PERCENT_ON_BASE_LIST"
    text: ClassVar = "{name} is a base list: give an amount, there is no list price to take it of."
    field_path: ClassVar = "percentOfList"
    name: str


@dataclass(eq=False)
class AmountNeedsSku(Refused):
    """A brand, a category or everything can only have a percentage."""

    code: ClassVar = "AMOUNT_NEEDS_SKU"
    text: ClassVar = "An amount is for one SKU; for more give a percentage of the list price."
    field_path: ClassVar = "amount"


@dataclass(eq=False)
class PriceEntryRepeated(Refused):
    """Two entries of one call would set the same price."""

    code: ClassVar = "PRICE_ENTRY_REPEATED"
    text: ClassVar = "This sets the same price as entry {first}; leave one of them out."
    field_path: ClassVar = "entries"
    first: int


@dataclass(eq=False)
class BandUpsideDown(Refused):
    """A band must leave a price between its ends."""

    code: ClassVar = "BAND_UPSIDE_DOWN"
    text: ClassVar = "{low} lies above {high}: no price could keep to both. Swap or change them."
    field_path: ClassVar = "floor"
    low: str
    high: str


@dataclass(eq=False)
class BandLimitZero(Refused):
    """A zero is mostly a cell left empty."""

    code: ClassVar = "BAND_LIMIT_ZERO"
    text: ClassVar = "A limit of zero bounds nothing: leave it out where there is none."
    field_path: ClassVar = "floor"


@dataclass(eq=False)
class BandOverlaps(Refused):
    """Two bands for the same prices at one time would contradict each other."""

    code: ClassVar = "BAND_OVERLAPS"
    text: ClassVar = "A band for the same is in force from {day} on: change or end that one."
    field_path: ClassVar = "validFrom"
    day: str


@dataclass(eq=False)
class PriceBandEnded(Refused):
    """What has ended cannot end or change again."""

    code: ClassVar = "PRICE_BAND_ENDED"
    text: ClassVar = "The band ends on {day} already; grant a new one."
    field_path: ClassVar = "priceBandId"
    day: str


@dataclass(eq=False)
class CurrencyNotOfRelationship(Refused):
    """Prices for one buyer are in the currency that the two trade in."""

    code: ClassVar = "CURRENCY_NOT_OF_RELATIONSHIP"
    text: ClassVar = "{currency} is not what this customer pays in: take {expected}."
    field_path: ClassVar = "currency"
    currency: str
    expected: str


@dataclass(eq=False)
class GraduatedBasis(Refused):
    """Interval by interval only pieces of one SKU can be counted."""

    code: ClassVar = "GRADUATED_BASIS"
    text: ClassVar = "GRADUATED breaks cannot count by {basis}: take SKU or LINE, or ALL_UNITS."
    field_path: ClassVar = "breakBasis"
    basis: str


@dataclass(eq=False)
class ParentCurrencyDiffers(Refused):
    """A derived list multiplies prices, it does not exchange money."""

    code: ClassVar = "PARENT_CURRENCY_DIFFERS"
    text: ClassVar = "{parent} is in {theirs}, this list in {ours}: derive from one in {ours}."
    field_path: ClassVar = "derivation.parentId"
    parent: str
    theirs: str
    ours: str


@dataclass(eq=False)
class ParentTaxDiffers(Refused):
    """A derived list holds its tax, or does not, as its parent."""

    code: ClassVar = "PARENT_TAX_DIFFERS"
    text: ClassVar = "Of this list and {parent} only one has prices with tax: take one alike."
    field_path: ClassVar = "derivation.parentId"
    parent: str


@dataclass(eq=False)
class DerivedListsInLoop(Refused):
    """A list cannot derive from itself, through however many others."""

    code: ClassVar = "DERIVED_LISTS_IN_LOOP"
    text: ClassVar = "These lists would derive from each other in a circle: {loop}."
    field_path: ClassVar = "derivation.parentId"
    loop: str


@dataclass(eq=False)
class PriceListTermsOverlap(Refused):
    """At one instant a list says one thing."""

    code: ClassVar = "PRICE_LIST_TERMS_OVERLAP"
    text: ClassVar = "Other terms are set from {day} on: end before that day, or begin on it."
    field_path: ClassVar = "validUntil"
    day: str
