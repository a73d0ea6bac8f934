"""What one SKU in one unit costs this buyer: which ladder counts, and which rows lost."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.kernel.quantity import PackagingLevel
from app.pricing.rules.candidate import ContractRule, PriceCandidate, PriceKind
from app.pricing.rules.eligibility import exclusion, loss
from app.pricing.rules.ladder import Ladder, Rung, derived_rungs, merged
from app.pricing.rules.precedence import covers, strength
from app.pricing.rules.request import PriceRequest, RequestLine
from app.pricing.rules.result import LosingCandidate, LossCode
from app.pricing.rules.wording import shown

EntryKey = tuple[UUID, UUID]
_Shelved = tuple[PriceCandidate, LosingCandidate | None]


class Shelf:
    """Candidates sorted once by what they are for, so that a page of SKUs costs one pass."""

    def __init__(self, request: PriceRequest, candidates: Iterable[PriceCandidate]) -> None:
        self._request = request
        self._by_scope: dict[UUID | None, list[_Shelved]] = {}
        for candidate in dict.fromkeys(candidates):
            scope = candidate.sku_id or candidate.category_id
            shelved = (candidate, exclusion(request, candidate))
            self._by_scope.setdefault(scope, []).append(shelved)

    def rows_for(self, line: RequestLine) -> tuple[list[Rung], list[LosingCandidate]]:
        """Give the rows that compete for the line, percentages yet unpriced, and the others."""
        competing: list[Rung] = []
        losers: list[LosingCandidate] = []
        for candidate, excluded in self._covering(line):
            row = excluded or self._rung(line, candidate)
            if isinstance(row, Rung):
                competing.append(row)
            else:
                losers.append(row)
        losers.sort(key=lambda row: (row.entry_id, row.list_id, row.code, row.reason))
        return sorted(competing, key=lambda rung: (rung.strength, rung.price)), losers

    def _covering(self, line: RequestLine) -> Iterator[_Shelved]:
        for scope in dict.fromkeys((line.sku_id, *line.category_path, None)):
            yield from (row for row in self._by_scope.get(scope, ()) if covers(row[0], line))

    def _rung(self, line: RequestLine, candidate: PriceCandidate) -> Rung | LosingCandidate:
        factor = _unit_factor(candidate, line)
        if factor is None:
            reason = f"is per {candidate.packaging_level} without a factor"
            return loss(candidate, LossCode.UNIT_NOT_CONVERTIBLE, reason)
        return Rung(
            candidate,
            strength(self._request, line, candidate),
            candidate.from_quantity,
            Fraction(candidate.amount or 0) / Fraction(factor) * _markup(candidate),
            candidate.tax_inclusive,
            candidate.break_type,
        )


@dataclass(frozen=True, slots=True)
class Terms:
    """The ladders of one SKU, unit and tax rate.

    base is the list price alone; standard leaves contracts out; contract, if there is one, is the
    ladder under it. losers could not compete for this unit or quantity.
    """

    base: Ladder
    standard: Ladder
    contract: Ladder | None
    contract_rule: ContractRule
    tax_rate: Decimal
    divisible: bool
    losers: tuple[LosingCandidate, ...]

    def chosen(self, quantity: Decimal) -> Ladder:
        """Pick the ladder that counts for a quantity; ties go to the contract (P5)."""
        if self.contract is None or self.contract.reached(quantity) is None:
            return self.standard
        if self.contract_rule is ContractRule.CONTRACT_WINS or not self.standard.reached(quantity):
            return self.contract
        dearer = self._net(self.contract, quantity) > self._net(self.standard, quantity)
        return self.standard if dearer else self.contract

    def visible(self) -> list[Rung]:
        """List the rungs that a buyer meets as the quantity rises, each from where it counts."""
        ladders = (self.standard, self.contract or Ladder(()))
        thresholds = {rung.from_quantity for ladder in ladders for rung in ladder.rungs}
        met: list[Rung] = []
        for threshold in sorted(thresholds):
            rung = self.chosen(threshold or Decimal(1)).reached(threshold)
            if rung is not None and (not met or not _same_price(met[-1], rung)):
                met.append(replace(rung, from_quantity=threshold))
        return met

    def _net(self, ladder: Ladder, quantity: Decimal) -> Fraction:
        top = ladder.reached(quantity)
        total = ladder.total(quantity, self.tax_rate, divisible=self.divisible)
        return total / (1 + Fraction(self.tax_rate)) if top and top.tax_inclusive else total

    def losers_at(self, quantity: Decimal) -> tuple[LosingCandidate, ...]:
        """List the rows that do not set the price at a quantity, strongest first."""
        chosen = self.chosen(quantity)
        losses = _losses(chosen, quantity)
        if chosen is self.standard and self.contract is not None:
            compared = self.contract.rungs if self.contract.reached(quantity) else ()
            reason = f"is dearer than {_name(chosen.reached(quantity))}"
            for key, (rung, row) in _losses(self.contract, quantity).items():
                dearer = loss(rung.candidate, LossCode.NOT_LOWEST, reason)
                losses.setdefault(key, (rung, dearer if rung in compared else row))
        ranked = [row for _, row in sorted(losses.values(), key=lambda pair: pair[0].strength)]
        top = chosen.reached(quantity)
        winner = _entry(top.candidate) if top else None
        rows = {(row.entry_id, row.list_id): row for row in (*reversed(self.losers), *ranked)}
        ordered = dict.fromkeys((row.entry_id, row.list_id) for row in (*ranked, *self.losers))
        return tuple(rows[key] for key in ordered if key != winner)


def terms_of(shelf: Shelf, line: RequestLine, quantity: Decimal) -> Terms:
    """Turn the competing rows into ladders for the line's unit and the SKU's whole quantity.

    Rows priced for another unit are used, converted exactly, only where no row fits the unit
    ordered (P4); the seller's fallback only where no other row answers.
    """
    rows, lost = shelf.rows_for(line)
    bases = [rung for rung in rows if rung.candidate.kind is PriceKind.BASE]
    base = merged(_fitting(bases, line, quantity, []), line.tax_rate)
    priced = _priced(rows, base, lost)
    fitting = _fitting(_needed(priced, quantity, lost), line, quantity, lost)
    contracts = [rung for rung in fitting if rung.candidate.kind is PriceKind.CONTRACT]
    others = [rung for rung in fitting if rung.candidate.kind is not PriceKind.CONTRACT]
    strongest = min(contracts, key=lambda rung: rung.strength, default=None)
    return Terms(
        base=base,
        standard=merged(others, line.tax_rate),
        contract=merged(fitting, line.tax_rate) if strongest else None,
        contract_rule=strongest.candidate.contract_rule
        if strongest
        else ContractRule.CONTRACT_WINS,
        tax_rate=line.tax_rate,
        divisible=line.divisible,
        losers=tuple(lost),
    )


def _priced(rows: Sequence[Rung], base: Ladder, lost: list[LosingCandidate]) -> list[Rung]:
    priced: list[Rung] = []
    for rung in rows:
        if rung.candidate.percent_of_list is None:
            priced.append(rung)
            continue
        derived = derived_rungs(rung, base, _next_threshold(rung, rows))
        priced.extend(derived)
        if not derived:
            reason = "is a percentage, and there is no list price to take it of"
            lost.append(loss(rung.candidate, LossCode.NO_LIST_PRICE, reason))
    return priced


def _next_threshold(rung: Rung, rows: Sequence[Rung]) -> Decimal | None:
    key = rung.candidate.ladder_key
    same = (row.from_quantity for row in rows if row.candidate.ladder_key == key)
    return min((start for start in same if start > rung.from_quantity), default=None)


def _needed(rungs: list[Rung], quantity: Decimal, lost: list[LosingCandidate]) -> list[Rung]:
    fallback = PriceKind.PURCHASE_PLUS_MARGIN
    others = [rung for rung in rungs if rung.candidate.kind is not fallback]
    if not any(rung.from_quantity <= quantity for rung in others):
        return rungs
    lost.extend(
        loss(rung.candidate, LossCode.FALLBACK_NOT_NEEDED, "counts only without any other price")
        for rung in rungs
        if rung.candidate.kind is fallback
    )
    return others


def _fitting(
    rungs: list[Rung], line: RequestLine, quantity: Decimal, lost: list[LosingCandidate]
) -> list[Rung]:
    ordered = (None, line.packaging_level)
    fitting = [rung for rung in rungs if rung.candidate.packaging_level in ordered]
    if not any(rung.from_quantity <= quantity for rung in fitting):
        return rungs
    reason = f"is for another unit, and there is a price for {line.packaging_level}"
    lost.extend(
        loss(rung.candidate, LossCode.OTHER_UNIT, reason)
        for rung in rungs
        if rung.candidate.packaging_level not in ordered
    )
    return fitting


def _losses(ladder: Ladder, quantity: Decimal) -> dict[EntryKey, tuple[Rung, LosingCandidate]]:
    top = ladder.reached(quantity)
    losses: dict[EntryKey, tuple[Rung, LosingCandidate]] = {}
    for rung in ladder.rungs:
        if rung.from_quantity > quantity:
            reason = (
                f"starts at {shown(rung.from_quantity)}, and only {shown(quantity)} are ordered"
            )
            row = loss(rung.candidate, LossCode.BREAK_NOT_REACHED, reason)
        else:
            reason = f"{_name(top)} starts at a higher break that is reached"
            row = loss(rung.candidate, LossCode.HIGHER_BREAK_REACHED, reason)
        losses.setdefault(_entry(rung.candidate), (rung, row))
    for rung, row in ladder.dropped:
        losses.setdefault(_entry(rung.candidate), (rung, row))
    return losses


def _name(rung: Rung | None) -> str:
    return rung.candidate.list_name if rung else "nothing"


def _same_price(below: Rung, rung: Rung) -> bool:
    return below.candidate is rung.candidate and below.price == rung.price


def _entry(candidate: PriceCandidate) -> EntryKey:
    return candidate.entry_id, candidate.list_id


def _unit_factor(candidate: PriceCandidate, line: RequestLine) -> Decimal | None:
    level: PackagingLevel | None = candidate.packaging_level
    if candidate.unit_factor is not None:
        return candidate.unit_factor
    if level is None or candidate.percent_of_list is not None:
        return Decimal(1)
    return line.unit_factor if level == line.packaging_level else None


def _markup(candidate: PriceCandidate) -> Fraction:
    if candidate.kind is not PriceKind.PURCHASE_PLUS_MARGIN:
        return Fraction(1)
    return 1 + Fraction(candidate.margin_percent) / 100
