"""What one line costs this buyer at its counts, and what a buyer sees of it."""

from collections.abc import Sequence

from app.pricing.rules.competing import competing, list_price
from app.pricing.rules.counts import Counts, alone
from app.pricing.rules.exact import ONE, Pair, less, plus, same, times
from app.pricing.rules.ladder import Ladder, merged, outright
from app.pricing.rules.price_list import BreakType, ContractRule
from app.pricing.rules.request import RequestLine
from app.pricing.rules.scale import Rung, Scale
from app.pricing.rules.shelf import Product, Shelf


class Terms:
    """The ladders of one line; the answer is fixed once made, and worked out where it is asked.

    `standard` leaves contracts out; `contract`, if there is one, is the ladder under it.
    """

    __slots__ = ("_base", "_contract", "_standard", "counts", "line", "product", "scales")

    def __init__(self, product: Product, line: RequestLine, counts: Counts) -> None:
        self.product = product
        self.line = line
        self.counts = counts
        self.scales = competing(product, line, counts)
        self._base: Ladder | None = None
        self._standard: Ladder | None = None
        self._contract: Ladder | None = None

    def paid(self) -> Rung | None:
        """Find the rung that sets the price at the line's own counts; most need no ladder."""
        scales = self.scales
        if not scales:
            return None
        place = outright(scales, self.counts)
        if place >= 0:
            return scales[0].rung(place, self.line)
        return self.chosen().reached(self.counts)

    def price_of(self, rung: Rung) -> Pair:
        """Give the exact price per base unit once the rung is reached."""
        if rung.break_type is BreakType.ALL_UNITS:
            return rung.price
        return self.chosen().average(rung, self.counts, self.line)

    @property
    def contract(self) -> Ladder | None:
        """The ladder under a contract, none without one."""
        if self._contract is None and self._signed():
            self._contract = merged(self.scales, self.line, self.counts)
        return self._contract

    @property
    def contract_competes(self) -> bool:
        """Whether some contract counts only where it is the lowest."""
        return any(_may_compete(scale) for scale in self._signed())

    @property
    def base(self) -> Ladder:
        """The ladder of the list price alone."""
        if self._base is None:
            self._base = list_price(self.product, self.line, self.counts)
        return self._base

    @property
    def standard(self) -> Ladder:
        """The ladder without contracts."""
        if self._standard is None:
            self._standard = merged(self.standard_scales(), self.line, self.counts)
        return self._standard

    def standard_scales(self) -> Sequence[Scale]:
        """List the scales that are not of a contract."""
        if not self.product.has_contract:
            return self.scales
        return [scale for scale in self.scales if not scale.contender.is_contract]

    def chosen(self, counts: Counts | None = None) -> Ladder:
        """Pick the ladder that counts, at the line's own counts or others; ties go to contracts.

        Whether a contract competes is the word of the one whose row is reached.
        """
        contract = self.contract
        if contract is None:
            return self.standard
        at = self.counts if counts is None else counts
        signed = contract.reached(at)
        if signed is None:
            return self.standard
        if not _may_compete(signed.scale):
            return contract
        usual = self.standard.reached(at)
        if usual is None:
            return contract
        net = self._net(self.standard, usual, at)
        dearer = less(net, self._net(contract, signed, at))
        return self.standard if dearer else contract

    def visible(self) -> Sequence[Rung]:
        """List the rungs that a buyer meets as the quantity rises, each from where it counts."""
        contract = self.contract
        if contract is None:
            rungs = self.standard.rungs
        elif not self.contract_competes:
            rungs = contract.rungs
        else:
            return _without_repeats(self._cheaper_of_both(contract))
        return _without_repeats(rungs) if self.product.has_percent else rungs

    def _cheaper_of_both(self, contract: Ladder) -> list[Rung]:
        ladders = (self.standard, contract)
        met: list[Rung] = []
        for start in sorted({rung.from_quantity for ladder in ladders for rung in ladder.rungs}):
            rung = self.chosen(alone(start or ONE)).reached(alone(start))
            if rung is not None:
                met.append(rung._replace(from_quantity=start))
        return met

    def _net(self, ladder: Ladder, top: Rung, counts: Counts) -> Pair:
        average = ladder.average(top, counts, self.line)
        if not top.tax_inclusive:
            return average
        return average[0], times(average[1], plus(ONE, self.line.tax_rate))

    def _signed(self) -> list[Scale]:
        if not self.product.has_contract:
            return []
        return [scale for scale in self.scales if scale.contender.is_contract]


def terms_of(shelf: Shelf, line: RequestLine, counts: Counts) -> Terms:
    """Find what the line costs when so much is ordered."""
    return Terms(shelf.product(line), line, counts)


def _may_compete(scale: Scale) -> bool:
    contender = scale.contender
    return contender.is_contract and contender.terms.contract_rule is ContractRule.LOWEST_WINS


def _without_repeats(rungs: Sequence[Rung]) -> list[Rung]:
    met: list[Rung] = []
    for rung in rungs:
        if not met or not _same_price(met[-1], rung):
            met.append(rung)
    return met


def _same_price(below: Rung, rung: Rung) -> bool:
    """Tell whether one row gives the same price from two thresholds, as percentages do."""
    return below.row is rung.row and below.scale is rung.scale and same(below.price, rung.price)
