"""Which scales compete for one line: the steps between the hard filters and the ladder."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import NamedTuple

from app.pricing.rules.book import may_fail
from app.pricing.rules.counts import Counts
from app.pricing.rules.derivation import Chain
from app.pricing.rules.ladder import Ladder, merged
from app.pricing.rules.price_list import PriceKind
from app.pricing.rules.price_row import PriceRow
from app.pricing.rules.request import RequestLine
from app.pricing.rules.result import LossCode
from app.pricing.rules.scale import Rung, Scale, factor_of, share_of
from app.pricing.rules.shelf import Product, is_list_price


class Lost(NamedTuple):
    """A row that does not compete for this line, and why."""

    scale: Scale
    row: PriceRow
    code: LossCode


Losses = list[Lost] | None
"""Where rows that do not compete are written down; nobody asked if it is none."""


def competing(
    product: Product, line: RequestLine, counts: Counts, losses: Losses = None
) -> Sequence[Scale]:
    """Choose the scales that make the line's ladder.

    Rows priced for another unit are used, converted exactly, only where no row fits the unit
    ordered (P4); inherited prices only where no nearer organisation has one; the seller's fallback
    only where no other row answers.
    """
    if product.is_plain and losses is None:
        fitting = product.fitting(line.packaging_level)
        return fitting if _reachable(fitting, counts) else product.scales
    scales: Sequence[Scale] = product.scales
    if product.has_loose:
        scales = _convertible(scales, line, losses)
    if product.has_percent:
        scales = _priced(scales, _list_price(scales, line, counts), line, losses)
    if product.has_fallback:
        scales = _needed(scales, counts, losses)
    if product.has_inherited:
        scales = _nearest(scales, counts, losses)
    return _fitting(scales, line, counts, losses)


def list_price(product: Product, line: RequestLine, counts: Counts) -> Ladder:
    """Make the ladder of the list price alone, of the seller or inherited."""
    scales: Sequence[Scale] = product.scales
    if product.has_loose:
        scales = _convertible(scales, line, None)
    return _list_price(scales, line, counts)


def _list_price(scales: Sequence[Scale], line: RequestLine, counts: Counts) -> Ladder:
    bases = _nearest([scale for scale in scales if is_list_price(scale)], counts, None)
    return merged(_fitting(bases, line, counts, None), line, counts)


def _reachable(scales: Iterable[Scale], counts: Counts) -> bool:
    for scale in scales:  # noqa: SIM110  # in half the time of any(): asked for every line.
        if scale.thresholds[0] <= counts[scale.contender.basis]:
            return True
    return False


def _fitting(
    scales: Sequence[Scale], line: RequestLine, counts: Counts, losses: Losses
) -> Sequence[Scale]:
    unit = line.packaging_level
    fitting = [scale for scale in scales if scale.level is None or scale.level == unit]
    if not _reachable(fitting, counts):
        return scales
    if losses is not None:
        others = [scale for scale in scales if scale.level is not None and scale.level != unit]
        _lose(others, LossCode.OTHER_UNIT, losses)
    return fitting


def _needed(scales: Sequence[Scale], counts: Counts, losses: Losses) -> Sequence[Scale]:
    others = [scale for scale in scales if not _is_fallback(scale)]
    if not _reachable(others, counts):
        return scales
    _lose(filter(_is_fallback, scales), LossCode.FALLBACK_NOT_NEEDED, losses)
    return others


def _nearest(scales: Sequence[Scale], counts: Counts, losses: Losses) -> Sequence[Scale]:
    sources = [scale for scale in scales if is_list_price(scale)]
    reached = [scale for scale in sources if _reachable((scale,), counts)]
    nearest = min((_distance(scale) for scale in reached), default=None)
    if nearest is None:
        return scales
    farther = [scale for scale in sources if _distance(scale) > nearest]
    _lose(farther, LossCode.NEARER_PRICES, losses)
    return [scale for scale in scales if scale not in farther]


def _distance(scale: Scale) -> int:
    return scale.contender.terms.distance


def _is_fallback(scale: Scale) -> bool:
    return scale.contender.terms.kind is PriceKind.PURCHASE_PLUS_MARGIN


def _lose(scales: Iterable[Scale], code: LossCode, losses: Losses) -> None:
    if losses is not None:
        losses.extend(Lost(scale, row, code) for scale in scales for row in scale.rows)


def _convertible(scales: Sequence[Scale], line: RequestLine, losses: Losses) -> list[Scale]:
    kept = [_with_known_units(scale, line, losses) for scale in scales]
    return [scale for scale in kept if scale is not None]


def _with_known_units(scale: Scale, line: RequestLine, losses: Losses) -> Scale | None:
    unknown = [place for place in range(len(scale.rows)) if _pays_for_unknown(scale, place, line)]
    if not unknown:
        return scale
    if losses is not None:
        code = LossCode.UNIT_NOT_CONVERTIBLE
        losses.extend(Lost(scale, scale.rows[place], code) for place in unknown)
    thresholds = enumerate(scale.thresholds)
    return _picked(scale, [(start, at, None) for at, start in thresholds if at not in unknown])


def _pays_for_unknown(scale: Scale, place: int, line: RequestLine) -> bool:
    row = scale.rows[place]
    needs_factor = row.amount is not None or _needs_factor(scale.chains[place])
    return needs_factor and factor_of(row, line) is None


def _needs_factor(chain: Chain) -> bool:
    return any(
        terms.derivation is not None and not terms.derivation.only_multiplies for terms in chain
    )


_Entry = tuple[Decimal, int, Rung | None]


def _picked(scale: Scale, entries: Sequence[_Entry]) -> Scale | None:
    if not entries:
        return None
    thresholds = [threshold for threshold, _, _ in entries]
    rows = [scale.rows[place] for _, place, _ in entries]
    chains = [scale.chains[place] for _, place, _ in entries]
    sources = [source for _, _, source in entries]
    has_ties = any(thresholds[i] == thresholds[i - 1] for i in range(1, len(thresholds)))
    unit = scale.brand, scale.level
    return Scale(scale.contender, unit, (rows, chains, thresholds, has_ties), sources)


def _priced(
    scales: Sequence[Scale], base: Ladder, line: RequestLine, losses: Losses
) -> list[Scale]:
    priced: list[Scale] = []
    for scale in scales:
        if any(row.percent_of_list is not None for row in scale.rows):
            found = _picked(scale, _spanned(scale, base, line, losses))
            if found is not None:
                priced.append(found)
        else:
            priced.append(scale)
    return priced


def _spanned(scale: Scale, base: Ladder, line: RequestLine, losses: Losses) -> list[_Entry]:
    """Let each percentage define every break of the list price up to the scale's next row."""
    entries: list[_Entry] = []
    for place, row in enumerate(scale.rows):
        if row.percent_of_list is None:
            entries.append((scale.thresholds[place], place, None))
            continue
        sources = _sources(scale, place, base)
        fine = [entry for entry in sources if not _falls_below_zero(scale, entry, line)]
        entries.extend(fine)
        if not fine and losses is not None:
            code = LossCode.RULE_FAILED if sources else LossCode.NO_LIST_PRICE
            losses.append(Lost(scale, row, code))
    return sorted(entries, key=lambda entry: entry[:2])


def _sources(scale: Scale, place: int, base: Ladder) -> list[_Entry]:
    start = scale.thresholds[place]
    until = next((above for above in scale.thresholds[place:] if above > start), None)
    at_start = [rung for rung in base.rungs if rung.from_quantity <= start]
    entries: list[_Entry] = [(start, place, at_start[-1])] if at_start else []
    entries += [
        (rung.from_quantity, place, rung)
        for rung in base.rungs
        if rung.from_quantity > start and (until is None or rung.from_quantity < until)
    ]
    return entries


def _falls_below_zero(scale: Scale, entry: _Entry, line: RequestLine) -> bool:
    _, place, source = entry
    chain = scale.chains[place]
    if source is None or not any(map(may_fail, chain)):
        return False
    return share_of(scale.rows[place], chain, source, line)[0] < 0
