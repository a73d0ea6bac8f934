"""Short ways to write price lists with their rows, and to ask what they make of a question."""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.period import Period
from app.pricing.rules import (
    LadderRung,
    ListTerms,
    PriceBook,
    PriceKind,
    PriceRequest,
    PriceRow,
    RequestLine,
    offers,
)
from app.promotions.rules.book import SchemeBook
from app.quotes.rules import Quote, QuoteRequest, quote

SELLER, BUYER, RELATIONSHIP, LEVEL, PARENT_LEVEL, GROUP, TERRITORY, SKU, BRAND = (
    UUID(int=number) for number in range(1, 10)
)
FROM_NEW_YEAR = Period(datetime(2026, 1, 1, tzinfo=UTC))
AUDIENCE: dict[PriceKind, dict[str, Any]] = {
    PriceKind.CONTRACT: {"relationship_id": RELATIONSHIP},
    PriceKind.BUYER: {"relationship_id": RELATIONSHIP},
    PriceKind.LEVEL: {"level_id": LEVEL},
    PriceKind.GROUP: {"group_id": GROUP},
    PriceKind.TERRITORY: {"territory_id": TERRITORY},
    PriceKind.CHANNEL: {"channel": "WHOLESALE"},
    PriceKind.INHERITED: {"distance": 1},
}
_OF_LISTS = frozenset(ListTerms.__dataclass_fields__) - {"period"}


class ListedRow(NamedTuple):
    """A row together with the list it stands in."""

    terms: ListTerms
    row: PriceRow

    @property
    def entry_id(self) -> UUID:
        """The id of the row."""
        return self.row.entry_id

    @property
    def list_id(self) -> UUID:
        """The id of the list."""
        return self.row.list_id


def make_list(number: int, kind: PriceKind = PriceKind.BASE, /, **changes: Any) -> ListTerms:
    """Make a list of the seller in yuan that speaks to the buyer, from New Year 2026 on."""
    values: dict[str, Any] = {
        "list_id": UUID(int=number),
        "name": f"{kind} {number}",
        "kind": kind,
        "seller_id": SELLER,
        "currency": "CNY",
        "period": FROM_NEW_YEAR,
        **AUDIENCE.get(kind, {}),
        **changes,
    }
    return ListTerms(**values)


def make_row(entry: int, price: str | None = None, /, **changes: Any) -> ListedRow:
    """Make a base-list row for the SKU; its list carries the entry's hundreds as its id."""
    of_list = {name: changes.pop(name) for name in list(changes) if name in _OF_LISTS}
    kind = of_list.pop("kind", PriceKind.BASE)
    period = changes.pop("list_period", FROM_NEW_YEAR)
    terms = make_list(1000 + entry // 100, kind, period=period, **of_list)
    entry_period = changes.pop("entry_period", FROM_NEW_YEAR)
    values: dict[str, Any] = {
        "entry_id": UUID(int=10_000 + entry),
        "list_id": terms.list_id,
        "sku_id": SKU,
        "brand_id": None,
        "category_id": None,
        "packaging_level": None,
        "unit_factor": None,
        "from_quantity": Decimal(0),
        "amount": None if price is None else Decimal(price),
        "percent_of_list": None,
        "valid_from": entry_period.start,
        "valid_until": entry_period.end,
        **changes,
    }
    return ListedRow(terms, PriceRow(**values))


def make_book(rows: Iterable[ListedRow], *lists: ListTerms) -> PriceBook:
    """Bind rows and further lists to a book; a list has one version."""
    found = list(rows)
    known: dict[UUID, ListTerms] = {terms.list_id: terms for terms in lists}
    for listed in found:
        if known.setdefault(listed.list_id, listed.terms) != listed.terms:
            raise ValueError(f"two versions of {listed.terms.name}")
    return PriceBook(list(known.values()), [listed.row for listed in found])


def quoted(request: PriceRequest, rows: Iterable[ListedRow], *lists: ListTerms) -> Quote:
    """Ask for a quote that no scheme touches."""
    goods = {line.sku_id: _facts(line) for line in request.lines}
    asked = QuoteRequest(prices=request, goods=goods, known_at=request.price_instant)
    return quote(asked, make_book(rows, *lists), SchemeBook(()))


def _facts(line: RequestLine) -> SkuFacts:
    return SkuFacts(
        sku_id=line.sku_id,
        product_id=line.sku_id,
        code=str(line.sku_id),
        name=str(line.sku_id),
        brand_id=line.brand_id or BRAND,
        category_path=line.category_path,
        tax_category_id=line.tax_category_id or line.sku_id,
        tax_rate_percent=line.tax_rate * 100,
        is_listed=True,
        shelf_life_days=None,
        packaging={line.packaging_level: line.unit_factor},
    )


def ladder_of(
    request: PriceRequest, line: RequestLine, rows: Iterable[ListedRow]
) -> tuple[LadderRung, ...]:
    """Ask for the visible ladder of a line, as a catalogue page does."""
    return offers(request, make_book(rows))[line.key].breaks
