"""What approving a change does to the prices of one key, for a look at it before."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from app.pricing.rules.price_row import PriceRow


def laid_over(
    rows: Sequence[PriceRow], draft: PriceRow, *, is_removed: bool = False
) -> Sequence[PriceRow]:
    """Return the rows of the draft's key as they are once it is approved at its start.

    For good: what stands ends where the draft begins, and what begins later stays. Up to a last
    day: what stands comes back, since the later start wins in between (Our rule 1). Removed:
    nothing is left in those days. What says the same already stays as it is.
    """
    if not is_removed and _says_the_same(rows, draft):
        return rows
    cut = [row for row in rows if _is_cut(row, draft, is_removed=is_removed)]
    left = [row for row in rows if row not in cut]
    left += [*_before(cut, draft), *_behind(cut, draft.valid_until)]
    return left if is_removed else [*left, draft]


def _says_the_same(rows: Sequence[PriceRow], draft: PriceRow) -> bool:
    start, end = draft.valid_from, draft.valid_until
    begun = [row for row in rows if row.valid_from <= start and not _is_over(row, draft)]
    if not begun:
        return False
    winner = max(begun, key=_strength)
    same_price = (winner.amount, winner.percent_of_list) == (draft.amount, draft.percent_of_list)
    until = winner.valid_until
    return same_price and (until is None or (end is not None and end <= until))


def _is_cut(row: PriceRow, draft: PriceRow, *, is_removed: bool) -> bool:
    start, end = draft.valid_from, draft.valid_until
    if is_removed:
        return end is None or row.valid_from <= end
    return row.valid_from <= start if end is None else row.valid_from in {start, end}


def _is_over(row: PriceRow, draft: PriceRow) -> bool:
    return row.valid_until is not None and row.valid_until <= draft.valid_from


def _strength(row: PriceRow) -> tuple[datetime, int]:
    return row.valid_from, -row.entry_id.int


def _before(rows: Iterable[PriceRow], draft: PriceRow) -> Iterator[PriceRow]:
    start = draft.valid_from
    for row in rows:
        if row.valid_from < start:
            yield row if _is_over(row, draft) else row._replace(valid_until=start)


def _behind(rows: Iterable[PriceRow], end: datetime | None) -> Iterator[PriceRow]:
    """Cut off what is left after the end; of those that begin at once the first id wins."""
    if end is None:
        return
    lasting = [row for row in rows if row.valid_until is None or row.valid_until > end]
    lasting.sort(key=_strength, reverse=True)
    ids = sorted(row.entry_id for row in lasting)
    for row, entry_id in zip(lasting, ids, strict=True):
        yield row._replace(entry_id=entry_id, valid_from=end)
