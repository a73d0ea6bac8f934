"""Every row that covers a line and did not set its price, and why; worked out only when asked."""

from collections.abc import Iterator, Mapping, Sequence

from app.pricing.rules.competing import Lost, competing
from app.pricing.rules.derivation import Chain
from app.pricing.rules.eligibility import Exclusion, misplaced, out_of_time
from app.pricing.rules.ladder import Dropped, Ladder, merged
from app.pricing.rules.precedence import Strength, strength, why_stronger
from app.pricing.rules.price_list import ListTerms
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import LosingCandidate, LossCode
from app.pricing.rules.scale import Rung
from app.pricing.rules.shelf import Shelf, below_zero
from app.pricing.rules.terms import Terms
from app.pricing.rules.wording import shown

_Key = tuple[int, int]
"""A row and the list that it counts of, as numbers: looked up in a fraction of the time of ids."""

_Said = tuple[_Key, LosingCandidate]
_Ranked = dict[_Key, tuple[Strength, LosingCandidate]]


def losers_of(shelf: Shelf, terms: Terms) -> tuple[LosingCandidate, ...]:
    """List the rows that do not set the line's price, strongest first, the excluded ones last."""
    chosen = terms.chosen()
    ranked = _ladder_losses(terms, chosen)
    if chosen is not terms.contract and terms.contract is not None:
        for key, loss in _contract_losses(terms, chosen, terms.contract).items():
            ranked.setdefault(key, loss)
    rows: dict[_Key, LosingCandidate] = {}
    for key, (_, row) in sorted(ranked.items(), key=_by_strength):
        rows[key] = row
    for key, row in _not_competing(shelf, terms):
        rows.setdefault(key, row)
    top = chosen.reached(terms.counts)
    if top is not None:
        rows.pop(_key(top.scale.contender.terms, top.row), None)
    return tuple(rows.values())


def _by_strength(ranked: tuple[_Key, tuple[Strength, LosingCandidate]]) -> Strength:
    return ranked[1][0]


def _ladder_losses(terms: Terms, ladder: Ladder) -> _Ranked:
    line, top = terms.line, ladder.reached(terms.counts)
    losses: _Ranked = {}
    for rung in ladder.rungs:
        key, row = _lost_rung(rung, top, terms)
        if key not in losses:
            losses[key] = rung.strength(line), row
    scales = terms.scales if ladder is terms.contract else terms.standard_scales()
    dropped: list[Dropped] = []
    merged(scales, line, terms.counts, dropped)
    for drop in dropped:
        contender = drop.scale.contender
        key = _key(contender.terms, drop.row)
        if key not in losses:
            own = strength(contender, line, drop.row)
            losses[key] = own, _dropped_row(drop, line, own)
    return losses


def _contract_losses(terms: Terms, chosen: Ladder, contract: Ladder) -> _Ranked:
    losses = _ladder_losses(terms, contract)
    if contract.reached(terms.counts) is None:
        return losses
    top = chosen.reached(terms.counts)
    reason = f"is dearer than {top.list_name if top else 'nothing'}"
    for rung in contract.rungs:
        key, row = _loss(rung.scale.contender.terms, rung.row, LossCode.NOT_LOWEST, reason)
        losses[key] = losses[key][0], row
    return losses


def _lost_rung(rung: Rung, top: Rung | None, terms: Terms) -> _Said:
    counted = terms.counts[rung.basis]
    if rung.from_quantity > counted:
        code = LossCode.BREAK_NOT_REACHED
        reason = f"starts at {shown(rung.from_quantity)}, and only {shown(counted)} are ordered"
    else:
        code = LossCode.HIGHER_BREAK_REACHED
        reason = f"{top.list_name if top else 'nothing'} starts at a higher break that is reached"
    return _loss(rung.scale.contender.terms, rung.row, code, reason)


def _dropped_row(drop: Dropped, line: RequestLine, own: Strength) -> LosingCandidate:
    winner = drop.by_scale.contender
    if drop.code is LossCode.REPLACED:
        start = shown(drop.by_scale.thresholds[0])
        reason = f"{winner.terms.name} replaces all breaks from {start}"
    elif drop.code is LossCode.WEAKER:
        reason = f"{winner.terms.name} {why_stronger(strength(winner, line, drop.by_row), own)}"
    else:
        reason = f"would raise the price that {winner.terms.name} gives"
    return _loss(drop.scale.contender.terms, drop.row, drop.code, reason)[1]


def _not_competing(shelf: Shelf, terms: Terms) -> list[_Said]:
    """List what the hard filters took, by id, and then what later rules took, by their order.

    What is told first of a row counts: the last of the order.
    """
    line, losses = terms.line, list[Lost]()
    competing(terms.product, line, terms.counts, losses)
    filtered = list(_excluded(shelf, line))
    filtered += [_lost(loss, line) for loss in losses if loss.code is _UNITS]
    filtered.sort(key=lambda said: (*said[0], said[1].code, said[1].reason))
    later = [loss for loss in losses if loss.code is not _UNITS]
    if len(later) > 1:
        later.sort(key=lambda loss: (_LATER.index(loss.code), _strength(loss, line)))
    return filtered + [_lost(loss, line) for loss in later]


_UNITS = LossCode.UNIT_NOT_CONVERTIBLE
_OTHER = LossCode.OTHER_UNIT
_LATER = [
    LossCode.RULE_FAILED,
    LossCode.NO_LIST_PRICE,
    LossCode.FALLBACK_NOT_NEEDED,
    LossCode.NEARER_PRICES,
    LossCode.OTHER_UNIT,
]


def _strength(loss: Lost, line: RequestLine) -> Strength:
    return strength(loss.scale.contender, line, loss.row)


def _lost(loss: Lost, line: RequestLine) -> _Said:
    code = loss.code
    if code is _OTHER:
        reason = f"is for another unit, and there is a price for {line.packaging_level}"
    elif code is _UNITS:
        reason = f"is per {loss.row.packaging_level} without a factor"
    else:
        reason = _REASONS[code]
    return _loss(loss.scale.contender.terms, loss.row, code, reason)


BELOW_ZERO = "is derived to a price below zero"
"""Why a derived row fails."""

_REASONS = {
    LossCode.RULE_FAILED: BELOW_ZERO,
    LossCode.NO_LIST_PRICE: "is a percentage, and there is no list price to take it of",
    LossCode.FALLBACK_NOT_NEEDED: "counts only without any other price",
    LossCode.NEARER_PRICES: "a nearer organisation prices it",
}


def _excluded(shelf: Shelf, line: RequestLine) -> Iterator[_Said]:
    rows, instant = list(_covering(shelf, line)), shelf.request.price_instant
    untimely = [row for row in rows if out_of_time(instant, row) is not None]
    every, late = _by_list(rows), _by_list(untimely)
    for terms, before, after in shelf.filters():
        is_open = before is None and after is None and terms.derivation is None
        for row, chain in _rows_of(shelf, terms, late if is_open else every):
            why = before or out_of_time(instant, row) or after
            if why is None and chain:
                why = _not_derived(shelf, rows, row, chain)
            if why is not None:
                yield _loss(terms, row, *why)


def _by_list(rows: Sequence[PriceRow]) -> dict[int, list[PriceRow]]:
    found: dict[int, list[PriceRow]] = {}
    for row in rows:
        found.setdefault(row.list_id.int, []).append(row)
    return found


def _not_derived(
    shelf: Shelf, rows: Sequence[PriceRow], row: PriceRow, chain: Chain
) -> Exclusion | None:
    instant = shelf.request.price_instant
    for own in rows:
        if own.list_id != row.list_id and _key_of(own) == _key_of(row):
            is_nearer = any(own.list_id == passed.list_id for passed in chain)
            if is_nearer and out_of_time(instant, own) is None:
                return LossCode.OVERRIDDEN, "is overridden by a row of the derived list's own"
    for parent in _passed(shelf, row, chain):
        if not parent.period.contains(instant):
            code, reason = misplaced(shelf.request, parent) or (LossCode.NO_LONGER_VALID, "")
            return code, f"{parent.name}, which it derives from, fails: {reason}"
    if below_zero(row, chain):
        return LossCode.RULE_FAILED, BELOW_ZERO
    return None


def _passed(shelf: Shelf, row: PriceRow, chain: Chain) -> tuple[ListTerms, ...]:
    return (shelf.book.lists[row.list_id.int], *chain[:-1])


def _rows_of(
    shelf: Shelf, terms: ListTerms, by_list: Mapping[int, Sequence[PriceRow]]
) -> Iterator[tuple[PriceRow, Chain]]:
    for row in by_list.get(terms.list_id.int, ()):
        yield row, ()
    if terms.derivation is None:
        return
    parent = shelf.book.parent_of(terms)
    if parent is not None:
        for row, chain in _rows_of(shelf, parent, by_list):
            yield row, (*chain, terms)


def _covering(shelf: Shelf, line: RequestLine) -> Iterator[PriceRow]:
    scopes = (line.sku_id.int, *(category.int for category in line.category_path), None)
    for scope in dict.fromkeys(scopes):
        for row in shelf.book.rows_in.get(scope, ()):
            if row.brand_id is None or row.brand_id == line.brand_id:
                yield row


def _loss(terms: ListTerms, row: PriceRow, code: LossCode, reason: str) -> _Said:
    entry, listed = row.entry_id, terms.list_id
    return (entry.int, listed.int), LosingCandidate(entry, listed, terms.name, code, reason)


def _key(terms: ListTerms, row: PriceRow) -> _Key:
    return row.entry_id.int, terms.list_id.int


def _key_of(row: PriceRow) -> tuple[object, ...]:
    return (row.sku_id, row.brand_id, row.category_id, row.packaging_level, row.from_quantity)
