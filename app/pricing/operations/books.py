"""Everything that may price a question: the seller's lists, and what the seller itself pays."""

from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from sqlalchemy import or_, select

from app.db.work import Work
from app.kernel.period import Period
from app.organisations.models import Organisation, TradingRelationship
from app.pricing.operations.audience import Asker, Audience, Enquiry, asker_of
from app.pricing.operations.lines import LineRequest, request_line
from app.pricing.operations.listed import listed_for
from app.pricing.operations.rows import rows_of
from app.pricing.rules import (
    BreakType,
    LadderRung,
    ListTerms,
    PriceBook,
    PriceKind,
    PriceRequest,
    PriceRow,
    RequestLine,
    offers,
)

MOST_LEVELS_UP = 5
"""How many sellers further up a fallback price is looked for."""

FALLBACK_NAME = "Purchase price plus margin"

_VARIANTS = [(tax, breaks) for tax in (False, True) for breaks in BreakType]
STANDING_ON_NO_LIST = frozenset(UUID(int=number) for number in range(len(_VARIANTS)))
"""Every id that stands for no list, where a price is the seller's purchase price plus margin.

One for prices with tax or not, graduated or not.
"""


@dataclass(frozen=True, slots=True)
class _Purchase:
    relationship: TradingRelationship
    margin_percent: Decimal


async def book_for(
    work: Work, relationship: TradingRelationship, enquiry: Enquiry
) -> tuple[PriceRequest, PriceBook]:
    """Read what may price the lines for a buyer: two statements, three more a level of fallback."""
    return await book_of(work, asker_of(relationship), enquiry)


async def book_of(
    work: Work, asker: Asker, enquiry: Enquiry, levels_up: int = 0
) -> tuple[PriceRequest, PriceBook]:
    """Read what may price the lines for anybody, real or imagined; see `book_for`.

    Change sets cost one statement more.
    """
    listed = await listed_for(work, asker, enquiry)
    lists, rows = list(listed.lists), await rows_of(work, listed.lists, enquiry)
    if asker.allows_fallback_price and levels_up < MOST_LEVELS_UP:
        more_lists, more_rows = await _fallback(work, asker, enquiry, levels_up + 1)
        lists += more_lists
        rows += more_rows
    return request_for(asker, listed.audience, enquiry), PriceBook(lists, rows)


def request_for(asker: Asker, audience: Audience, enquiry: Enquiry) -> PriceRequest:
    """Say who asks whom; the audience has all that stands above it."""
    return PriceRequest(
        seller_id=asker.seller_id,
        buyer_id=asker.buyer_id,
        relationship_id=audience.relationship_id,
        currency=asker.currency,
        price_instant=enquiry.instant,
        lines=enquiry.lines,
        level_ids=audience.level_ids,
        group_ids=audience.group_ids,
        territory_ids=audience.territory_ids,
        channel=audience.channel,
        tax_mode=enquiry.tax_mode,
        fallback_allowed=asker.allows_fallback_price,
        inherits_prices=asker.inherits_prices,
    )


async def _fallback(
    work: Work, asker: Asker, enquiry: Enquiry, levels_up: int
) -> tuple[list[ListTerms], list[PriceRow]]:
    purchase = await _purchase_of(work, asker, enquiry.instant)
    if purchase is None:
        return [], []
    alone = replace(enquiry, lines=_single_units(enquiry), of_all_time=False, change_set_ids=())
    buying = asker_of(purchase.relationship)
    request, book = await book_of(work, buying, alone, levels_up)
    answers = offers(request, book)
    return _fallback_lists(purchase), [
        _with_margin(purchase, line, rung)
        for line in alone.lines
        for rung in answers[line.key].breaks
    ]


async def _purchase_of(work: Work, asker: Asker, instant: datetime) -> _Purchase | None:
    """Find the seller's longest-standing purchase in that currency; none without a set margin."""
    statement = (
        select(TradingRelationship, Organisation.standard_margin_percent)
        .join(Organisation, Organisation.id == TradingRelationship.buyer_id)
        .where(
            TradingRelationship.buyer_id == asker.seller_id,
            TradingRelationship.currency == asker.currency,
            TradingRelationship.valid_from <= instant,
            or_(
                TradingRelationship.valid_until.is_(None),
                TradingRelationship.valid_until > instant,
            ),
            Organisation.standard_margin_percent.is_not(None),
        )
        .order_by(TradingRelationship.valid_from, TradingRelationship.id)
        .limit(1)
    )
    found = (await work.session.execute(statement)).first()
    return _Purchase(found[0], found[1] or Decimal(0)) if found else None


def _single_units(enquiry: Enquiry) -> tuple[RequestLine, ...]:
    asked = dict.fromkeys((line.sku_id, line.packaging_level) for line in enquiry.lines)
    return tuple(
        request_line(
            enquiry.facts[sku_id], LineRequest(f"{sku_id} {level}", sku_id, level, Decimal(1))
        )
        for sku_id, level in asked
    )


def _fallback_lists(purchase: _Purchase) -> list[ListTerms]:
    terms = purchase.relationship
    return [
        ListTerms(
            list_id=UUID(int=number),
            name=FALLBACK_NAME,
            kind=PriceKind.PURCHASE_PLUS_MARGIN,
            seller_id=terms.buyer_id,
            currency=terms.currency,
            period=Period(terms.valid_from, terms.valid_until),
            is_tax_inclusive=is_tax_inclusive,
            break_type=break_type,
            margin_percent=purchase.margin_percent,
        )
        for number, (is_tax_inclusive, break_type) in enumerate(_VARIANTS)
    ]


def _with_margin(purchase: _Purchase, line: RequestLine, rung: LadderRung) -> PriceRow:
    terms = purchase.relationship
    return PriceRow(
        entry_id=rung.entry_id,
        list_id=UUID(int=_VARIANTS.index((rung.tax_inclusive, rung.break_type))),
        sku_id=line.sku_id,
        brand_id=None,
        category_id=None,
        packaging_level=line.packaging_level,
        unit_factor=line.unit_factor,
        from_quantity=rung.from_quantity,
        amount=rung.unit_price,
        percent_of_list=None,
        valid_from=terms.valid_from,
        valid_until=terms.valid_until,
    )
