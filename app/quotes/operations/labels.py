"""What one audience is shown of a SKU, finished and remembered for all buyers in it (0019).

Buyers are one audience of a SKU as long as nothing tells them apart that its price looks at: the
lists that speak and their ranks, the schemes that speak and have something left, retail prices.
"""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from app.db.revisions import Memory, Revised
from app.kernel.kept import Once
from app.kernel.quantity import PackagingLevel
from app.kernel.steady import Steady
from app.pricing.operations.retail import RetailPrices
from app.pricing.rules import LadderRung, ListTerms, PriceRequest
from app.pricing.rules.precedence import contenders
from app.promotions.rules.outcome import SchemeOffer
from app.quotes.operations.offering import PackOffer

MOST_AUDIENCES = 1_000
MOST_LABELS = 5_000
"""How many labels are remembered; one takes about 6 KiB, with the answers that were made of it."""


class PackLabel(NamedTuple):
    """What one packaging unit of so many pieces costs alone, finished."""

    packaging_level: PackagingLevel
    pieces: Decimal
    currency: str
    unit_price: Decimal | None
    is_tax_inclusive: bool
    breaks: tuple[LadderRung, ...]
    no_price_reason: str | None
    scheme_price: Decimal | None
    recommended_retail_price: Decimal | None
    maximum_retail_price: Decimal | None

    @classmethod
    def of(cls, pack: PackOffer) -> "PackLabel":
        """Finish an offer: nothing of the book that priced it is held."""
        offer = pack.offer
        return cls(
            pack.packaging_level,
            pack.pieces,
            pack.currency,
            offer.unit_price,
            offer.tax_inclusive,
            offer.breaks,
            offer.refusal.reason if offer.refusal else None,
            pack.scheme_price,
            pack.recommended_retail_price,
            pack.maximum_retail_price,
        )


@dataclass(frozen=True, slots=True, eq=False)
class PriceLabel(Once):
    """A SKU as a buyer is shown it: every packaging unit, smallest first, and what schemes offer.

    One that `is_shared` is given to every buyer of its audience, and never changes.
    """

    offers: tuple[PackLabel, ...]
    schemes: tuple[SchemeOffer, ...]
    is_shared: bool = False
    _made: dict[Callable[..., Any], Any] = field(default_factory=dict[Callable[..., Any], Any])


def label_of(packs: Sequence[PackOffer], schemes: tuple[SchemeOffer, ...]) -> PriceLabel:
    """Finish what one buyer is shown, for this answer alone."""
    return PriceLabel(tuple(map(PackLabel.of, packs)), schemes)


class Audience:
    """Stands for all buyers of one key; two are never equal."""

    __slots__ = ("_key",)

    def __init__(self, key: Hashable) -> None:
        """Hold the key, so that what it names stays what it is."""
        self._key = key


class Remembered(NamedTuple):
    """A label, and between which instants it stays what it is."""

    label: PriceLabel
    steady: Steady


LabelKey = tuple[Audience, int, RetailPrices | None]
"""The audience, the SKU, and retail prices where anybody has granted the buyer any."""

_KINDS = (Revised.CATALOGUE, Revised.PARTIES, Revised.PRICES, Revised.SCHEMES)
audiences: Memory[Hashable, Audience] = Memory(*_KINDS, most=MOST_AUDIENCES)
labels: Memory[LabelKey, Remembered] = Memory(*_KINDS, most=MOST_LABELS)


def listed_key(request: PriceRequest, lists: Sequence[ListTerms]) -> Hashable:
    """Name all that prices look at in who asks: the versions of lists reached, and their ranks.

    A list for one relationship is reached by that relationship alone. What lists hold is not here:
    it is the same in one revision.
    """
    instant = request.price_instant
    reached = tuple([_version(terms, instant) for terms in lists])
    ranks = tuple([(each.number, each.tier) for each in contenders(request, lists)])
    return request.seller_id, request.currency, request.tax_mode, reached, ranks


def _version(terms: ListTerms, instant: datetime) -> Hashable:
    return terms.list_id.int, terms.period.start, terms.period.contains(instant)
