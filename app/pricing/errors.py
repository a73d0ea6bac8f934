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
    text: ClassVar = (
        "These lists would derive from each other in a circle: {loop}. Let one of them derive from "
        "another list, or from none."
    )
    field_path: ClassVar = "derivation.parentId"
    loop: str


@dataclass(eq=False)
class PriceListTermsOverlap(Refused):
    """At one instant a list says one thing."""

    code: ClassVar = "PRICE_LIST_TERMS_OVERLAP"
    text: ClassVar = "Other terms are set from {day} on: end before that day, or begin on it."
    field_path: ClassVar = "validUntil"
    day: str


@dataclass(eq=False)
class PriceApprovalNeeded(Refused):
    """Somebody has to agree before prices change: a second person (R3-53), or a grantor."""

    code: ClassVar = "PRICE_APPROVAL_NEEDED"
    text: ClassVar = "{why}: make a price change set, put the prices into it and submit it."
    field_path: ClassVar = "priceListId"
    why: str = "Prices of this organisation change only after a second person approved"


@dataclass(eq=False)
class PriceChangeNotPossible(Refused):
    """A change set is not where it would have to be; names what can be done with it."""

    code: ClassVar = "PRICE_CHANGE_NOT_POSSIBLE"
    text: ClassVar = "{action} is not possible while the change is {status}; possible: {possible}."
    field_path: ClassVar = "changeSetId"
    action: str
    status: str
    possible: str


@dataclass(eq=False)
class OwnPriceChange(Refused):
    """Whoever made, last changed or submitted a price change does not approve it (Our rule 9)."""

    code: ClassVar = "OWN_PRICE_CHANGE"
    text: ClassVar = "Nobody approves a price change they made, changed or submitted: ask another."
    field_path: ClassVar = "changeSetId"


@dataclass(eq=False)
class PriceChangeEmpty(Refused):
    """There is nothing to approve."""

    code: ClassVar = "PRICE_CHANGE_EMPTY"
    text: ClassVar = "The change holds no prices: put some into it first."
    field_path: ClassVar = "changeSetId"


@dataclass(eq=False)
class PriceChangeOver(Refused):
    """A row's days are over before it was approved: it could only rewrite the past."""

    code: ClassVar = "PRICE_CHANGE_OVER"
    text: ClassVar = "The days of row {row} are over: give it later days or remove it."
    field_path: ClassVar = "changeSetId"
    row: int


@dataclass(eq=False)
class PriceChangeBuiltUpon(Refused):
    """A later change set the same prices: it has to be rolled back first."""

    code: ClassVar = "PRICE_CHANGE_BUILT_UPON"
    text: ClassVar = (
        "The later change {name} ({later}) set some of these prices: roll it back first."
    )
    field_path: ClassVar = "changeSetId"
    name: str
    later: str


@dataclass(eq=False)
class PriceRowsOverlap(Refused):
    """Two versions of one price would be in force at once."""

    code: ClassVar = "PRICE_ROWS_OVERLAP"
    text: ClassVar = (
        "This sets the same price as row {other} for some of the same days: end one of them before "
        "the other begins."
    )
    field_path: ClassVar = "validFrom"
    other: str


@dataclass(eq=False)
class ZeroPriceUnconfirmed(Refused):
    """A zero may stand for a price that is missing (Our rule 6)."""

    code: ClassVar = "ZERO_PRICE_UNCONFIRMED"
    text: ClassVar = (
        "A price of 0 gives the goods away: type the price, or confirm with zeroPricesAreMeant "
        "that zeros are meant."
    )
    field_path: ClassVar = "amount"


@dataclass(eq=False)
class PriceCurrencyWrong(Refused):
    """A price list has one currency."""

    code: ClassVar = "PRICE_CURRENCY_WRONG"
    text: ClassVar = (
        "{list} is in {expected}, not {given}: convert the amount, or name another list."
    )
    field_path: ClassVar = "currency"
    list: str
    expected: str
    given: str


@dataclass(eq=False)
class UnknownInFile(Refused):
    """A cell names something that is not there."""

    code: ClassVar = "UNKNOWN_IN_FILE"
    text: ClassVar = "There is no {what} {given}: correct the cell, or create it first."
    what: str
    given: str


@dataclass(eq=False)
class CellUnreadable(Refused):
    """A cell does not hold what its column wants."""

    code: ClassVar = "CELL_UNREADABLE"
    text: ClassVar = "{given} is not {wanted}"
    given: str
    wanted: str


@dataclass(eq=False)
class FileUnreadable(Refused):
    """The file as a whole cannot be read as a table of prices."""

    code: ClassVar = "PRICE_FILE_UNREADABLE"
    text: ClassVar = "{problem}"
    field_path: ClassVar = "content"
    problem: str


@dataclass(eq=False)
class PriceChangeOutsideBand(Refused):
    """A price lies outside what an organisation above, or the own one, lets it be."""

    code: ClassVar = "PRICE_CHANGE_OUTSIDE_BAND"
    text: ClassVar = "Row {row} lies outside its band (limit {limit}): the price {why}. Change it."
    field_path: ClassVar = "changeSetId"
    row: int
    limit: str
    why: str


@dataclass(eq=False)
class PricesOutsideBandDecided(Refused):
    """The own organisation has decided already, or is asked no more."""

    code: ClassVar = "PRICES_OUTSIDE_BAND_DECIDED"
    text: ClassVar = "Your organisation is not asked about these prices any more: it is {status}."
    field_path: ClassVar = "changeSetId"
    status: str


@dataclass(eq=False)
class PricesOutsideBandStale(Refused):
    """What was asked for cannot be carried out any more, for reasons that are the seller's."""

    code: ClassVar = "PRICES_OUTSIDE_BAND_STALE"
    text: ClassVar = (
        "These prices cannot take effect any more as they were proposed: reject them, so that the "
        "seller can change them."
    )
    field_path: ClassVar = "changeSetId"
