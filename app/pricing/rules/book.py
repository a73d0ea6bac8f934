"""Everything that may price a question: lists with their terms, and rows found by what they price.

Knows no buyer and no instant, so that one book answers any number of questions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.pricing.rules.derivation import Chain, through
from app.pricing.rules.exact import ONE
from app.pricing.rules.price_list import ListTerms
from app.pricing.rules.price_row import PriceRow

Scope = int | None
"""What rows are kept under: the number of their SKU, else of their category, else nothing."""


@dataclass(frozen=True, slots=True)
class RuleProblem:
    """A rule that failed, so that it is seen and not silently skipped; source_id is the list."""

    source_id: UUID
    name: str
    reason: str


class PriceBook:
    """Lists and rows, indexed once; rows of lists that are not in the book never count."""

    __slots__ = ("broken", "has_wide_rows", "lists", "rows", "rows_in")

    def __init__(self, lists: Sequence[ListTerms], rows: Sequence[PriceRow]) -> None:
        self.rows = rows
        self.lists: dict[int, ListTerms] = {terms.list_id.int: terms for terms in lists}
        self.broken: dict[int, RuleProblem] = _broken(self.lists)
        self.rows_in: dict[Scope, list[PriceRow]] = {}
        self.has_wide_rows = False
        self._sort_in()

    def parent_of(self, terms: ListTerms) -> ListTerms | None:
        """Give the list that this one derives from, none for one that stands alone or is broken."""
        if terms.derivation is None or terms.list_id.int in self.broken:
            return None
        return self.lists[terms.derivation.parent_id.int]

    def problems(self) -> tuple[RuleProblem, ...]:
        """Report lists that cannot derive, and rows that they would lower below zero."""
        return (*self.broken.values(), *self._below_zero())

    def _sort_in(self) -> None:
        index = self.rows_in
        for row in self.rows:
            sku = row.sku_id
            if sku is None:
                self.has_wide_rows = True
                number = None if row.category_id is None else row.category_id.int
            else:
                number = sku.int
            kept = index.get(number)
            if kept is None:
                index[number] = [row]
            else:
                kept.append(row)

    def _below_zero(self) -> list[RuleProblem]:
        risky = [terms for terms in self.lists.values() if may_fail(terms)]
        return [
            _row_below_zero(terms, row)
            for terms in risky
            for row, chain in self._rows_of(terms)
            if row.amount is not None and chain and through(chain, (row.amount, ONE))[0] < 0
        ]

    def _rows_of(self, terms: ListTerms) -> list[tuple[PriceRow, Chain]]:
        own: list[tuple[PriceRow, Chain]] = [
            (row, ()) for row in self.rows if row.list_id == terms.list_id
        ]
        parent = self.parent_of(terms)
        if parent is None:
            return own
        keys = {_key(row) for row, _ in own}
        above = self._rows_of(parent)
        return own + [(row, (*chain, terms)) for row, chain in above if _key(row) not in keys]


def problems(book: PriceBook) -> tuple[RuleProblem, ...]:
    """Report every rule of the book that fails, in the order of its lists."""
    return book.problems()


def may_fail(terms: ListTerms) -> bool:
    """Tell whether the list could derive a price below zero."""
    return terms.derivation is not None and terms.derivation.may_fall_below_zero


def _broken(lists: dict[int, ListTerms]) -> dict[int, RuleProblem]:
    reasons = {
        number: reason
        for number, terms in lists.items()
        if terms.derivation is not None and (reason := _why_broken(lists, terms))
    }
    return {
        number: RuleProblem(lists[number].list_id, lists[number].name, reason)
        for number, reason in reasons.items()
    }


def _why_broken(lists: dict[int, ListTerms], terms: ListTerms) -> str | None:
    seen = {terms.list_id.int}
    at = terms
    while at.derivation is not None:
        above = lists.get(at.derivation.parent_id.int)
        if above is None:
            return f"the list that {at.name} derives from is missing or not valid"
        if above.list_id.int in seen:
            return f"{at.name} derives from {above.name}, which closes a loop"
        if above.currency != terms.currency:
            return f"derives from {above.name}, which is in {above.currency}"
        if above.is_tax_inclusive != terms.is_tax_inclusive:
            return f"derives from {above.name}, and only one of the two holds tax"
        seen.add(above.list_id.int)
        at = above
    return None


def _row_below_zero(terms: ListTerms, row: PriceRow) -> RuleProblem:
    reason = f"makes a price below zero of {row.amount} in row {row.entry_id}"
    return RuleProblem(terms.list_id, terms.name, reason)


def _key(row: PriceRow) -> tuple[object, ...]:
    return (row.sku_id, row.brand_id, row.category_id, row.packaging_level, row.from_quantity)
