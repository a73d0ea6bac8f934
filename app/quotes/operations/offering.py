"""Offers of many SKUs to many askers, in a number of statements that neither adds to (F5)."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from app.catalog.operations import SkuFacts
from app.db.work import Work
from app.kernel.quantity import PackagingLevel
from app.pricing.operations.audience import Asker, Audience, Enquiry
from app.pricing.operations.books import STANDING_ON_NO_LIST, book_of, request_for
from app.pricing.operations.lines import Facts, LineRequest, request_line
from app.pricing.operations.listed import listed_by_id
from app.pricing.operations.rows import rows_of
from app.pricing.rules import (
    ListTerms,
    Offer,
    PriceBook,
    PriceKind,
    PriceRequest,
    PriceRow,
    RequestLine,
    RuleProblem,
    offers,
    problems,
)

OfferKey = tuple[UUID, PackagingLevel]
"""A SKU in one packaging unit."""


@dataclass(frozen=True, slots=True)
class Moment:
    """For which instant prices are asked, as known when, with which drafts laid over them."""

    at: datetime
    known_at: datetime | None = None
    change_set_ids: tuple[UUID, ...] = ()


class PackOffer(NamedTuple):
    """What one packaging unit of so many pieces costs alone.

    `list_id` and `list_name` tell which list sets that price; for the seller only. The rest is
    for real buyers alone: `scheme_price` where schemes change it, and retail prices without tax.
    """

    packaging_level: PackagingLevel
    pieces: Decimal
    currency: str
    offer: Offer
    list_id: UUID | None = None
    list_name: str | None = None
    scheme_price: Decimal | None = None
    recommended_retail_price: Decimal | None = None
    maximum_retail_price: Decimal | None = None

    @property
    def own_price(self) -> Decimal | None:
        """What this buyer pays for one alone: the price after schemes where they change it."""
        return self.offer.unit_price if self.scheme_price is None else self.scheme_price


class Shown:
    """One asker's offers from one book, worked out for as many SKUs as are looked at.

    The request asks for every unit of every SKU that may be looked at.
    """

    def __init__(self, request: PriceRequest, book: PriceBook, facts: Facts) -> None:
        self._request = request
        self._book = book
        self._facts = facts
        self._lines = {(line.sku_id, line.packaging_level): line for line in request.lines}

    @property
    def problems(self) -> tuple[RuleProblem, ...]:
        """Rules that failed."""
        return problems(self._book)

    def packs(self, sku_ids: Collection[UUID]) -> dict[UUID, tuple[PackOffer, ...]]:
        """Offer every packaging unit of the SKUs, smallest first."""
        asked = [(key, level) for key in sku_ids for level in self._facts[key].packaging]
        found: dict[UUID, tuple[PackOffer, ...]] = dict.fromkeys(sku_ids, ())
        for (key, _), pack in self.units(asked).items():
            found[key] = (*found[key], pack)
        return found

    def units(self, asked: Sequence[OfferKey]) -> dict[OfferKey, PackOffer]:
        """Offer one packaging unit of each, in the order asked."""
        lines = [self._lines[unit] for unit in asked]
        answers = offers(replace(self._request, lines=tuple(lines)), self._book)
        return {
            key: self._pack(line, answers[line.key]) for key, line in zip(asked, lines, strict=True)
        }

    def _pack(self, line: RequestLine, offer: Offer) -> PackOffer:
        currency, listed = self._request.currency, offer.list_id
        terms = None if listed is None else self._book.lists.get(listed.int)
        key = None if listed in STANDING_ON_NO_LIST else listed
        name = terms and terms.name
        return PackOffer(line.packaging_level, line.unit_factor, currency, offer, key, name)


async def shown_to(work: Work, asker: Asker, facts: Facts, moment: Moment) -> Shown:
    """Read what prices the SKUs for one asker; the statements of `book_of`."""
    request, book = await book_of(work, asker, enquiry_of(facts, moment))
    return Shown(request, book, facts)


async def shown_to_each(
    work: Work, asker: Asker, paths: Sequence[tuple[UUID, ...]], facts: Facts, moment: Moment
) -> list[Shown]:
    """Read once, for imagined buyers of the seller's levels; each path goes from a level up."""
    enquiry = enquiry_of(facts, moment)
    every = tuple(dict.fromkeys(level for path in paths for level in path))
    _, book = await book_of(work, replace(asker, audience=Audience(level_ids=every)), enquiry)
    return [
        Shown(request_for(asker, Audience(level_ids=path), enquiry), book, facts) for path in paths
    ]


async def shown_in_lists(
    work: Work, asker: Asker, list_ids: Sequence[UUID], facts: Facts, moment: Moment
) -> list[Shown]:
    """Read once, for buyers to whom one list speaks, with what it derives from and the base."""
    enquiry = enquiry_of(facts, moment)
    terms = {each.list_id: each for each in await listed_by_id(work, asker, list_ids, enquiry)}
    rows = await rows_of(work, terms.values(), enquiry)
    return [_alone(asker, terms, list_id, rows, enquiry) for list_id in list_ids]


def _alone(
    asker: Asker,
    terms: Mapping[UUID, ListTerms],
    list_id: UUID,
    rows: Sequence[PriceRow],
    enquiry: Enquiry,
) -> Shown:
    own = terms.get(list_id)
    chosen = {each.list_id: each for each in _with_parents(own, terms)}
    if own is not None and own.kind is not PriceKind.BASE:  # Percentages are of the base price.
        chosen |= {key: each for key, each in terms.items() if each.kind is PriceKind.BASE}
    book = PriceBook(list(chosen.values()), [row for row in rows if row.list_id in chosen])
    return Shown(request_for(asker, _spoken_to(own), enquiry), book, enquiry.facts)


def _with_parents(own: ListTerms | None, terms: Mapping[UUID, ListTerms]) -> list[ListTerms]:
    found: dict[UUID, ListTerms] = {}
    while own is not None and own.list_id not in found:
        found[own.list_id] = own
        own = terms.get(own.derivation.parent_id) if own.derivation else None
    return list(found.values())


def _spoken_to(own: ListTerms | None) -> Audience:
    if own is None:
        return Audience()
    return Audience(
        own.relationship_id,
        (own.level_id,) if own.level_id else (),
        (own.group_id,) if own.group_id else (),
        (own.territory_id,) if own.territory_id else (),
        own.channel,
    )


def line_of(sku: SkuFacts, level: PackagingLevel) -> RequestLine:
    """Ask for one packaging unit."""
    return request_line(sku, LineRequest(f"{sku.sku_id} {level}", sku.sku_id, level, Decimal(1)))


def enquiry_of(facts: Facts, moment: Moment) -> Enquiry:
    """Ask for one of every packaging unit of the SKUs."""
    lines = tuple(line_of(sku, level) for sku in facts.values() for level in sku.packaging)
    return Enquiry(
        facts,
        lines,
        moment.at,
        known_at=moment.known_at,
        change_set_ids=moment.change_set_ids,
    )
