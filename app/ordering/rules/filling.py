"""What becomes of each line that somebody wants in a cart: pure, and none is without an answer."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.catalog.rules import SkuFacts, pieces
from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.ordering.rules.pasted import PastedLine


class LineOutcomeKind(StrEnum):
    """What became of a line: only one that is TAKEN stands in the cart."""

    TAKEN = "TAKEN"
    UNREADABLE = "UNREADABLE"
    UNKNOWN = "UNKNOWN"
    AMBIGUOUS = "AMBIGUOUS"
    DELISTED = "DELISTED"
    UNIT_MISSING = "UNIT_MISSING"
    UNIT_UNKNOWN = "UNIT_UNKNOWN"
    BAD_QUANTITY = "BAD_QUANTITY"
    NO_PRICE = "NO_PRICE"


Pack = tuple[UUID, PackagingLevel]
"""A packaging unit of a SKU."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LineOutcome:
    """A line with what became of it, and why; `possible` are the units that it may be ordered by.

    `number` is the line's in its list, from 1.
    """

    number: int
    text: str
    kind: LineOutcomeKind
    reason: str = ""
    sku_id: UUID | None = None
    level: PackagingLevel | None = None
    quantity: Decimal | None = None
    possible: tuple[PackagingLevel, ...] = ()

    @property
    def is_taken(self) -> bool:
        """Whether it stands in the cart."""
        return self.kind is LineOutcomeKind.TAKEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What words mean to the actor: SKUs by code, and packaging units by GTIN."""

    skus: Mapping[str, Sequence[UUID]]
    packs: Mapping[str, Sequence[Pack]]
    facts: Mapping[UUID, SkuFacts]


def outcome_of_pasted(
    line: PastedLine, names: Names, default_unit: PackagingLevel | None
) -> LineOutcome:
    """Tell what becomes of a pasted line; its price is still to be asked.

    A code needs a unit: its own, the one that is to be taken where none is named, or the only one
    there is. A GTIN names its unit itself, and another one beside it is refused.
    """
    bare = LineOutcome(number=line.number, text=line.text, kind=LineOutcomeKind.TAKEN)
    meant = _meant(line.word, names)
    if not meant:
        reason = f"Nothing that you may order is called {line.word or 'nothing'}."
        return replace(bare, kind=LineOutcomeKind.UNKNOWN, reason=reason)
    if len(meant) > 1:
        reason = f"{line.word} may mean several things: order this one from the catalogue."
        return replace(bare, kind=LineOutcomeKind.AMBIGUOUS, reason=reason)
    ((sku_id, of_pack),) = meant
    sku = names.facts[sku_id]
    known = replace(bare, sku_id=sku_id, possible=tuple(sku.packaging))
    if line.quantity is None:
        kind = (
            LineOutcomeKind.BAD_QUANTITY if line.text != line.word else LineOutcomeKind.UNREADABLE
        )
        reason = "A quantity is missing: write the code, the quantity and the unit."
        return replace(known, kind=kind, reason=reason)
    return outcome_of(known, sku, _unit(line, sku, of_pack, default_unit), line.quantity)


def outcome_of(
    bare: LineOutcome, sku: SkuFacts, unit: PackagingLevel | str, quantity: Decimal
) -> LineOutcome:
    """Tell what becomes of a quantity of a SKU; a unit that is text says what is wrong with it."""
    if not sku.is_listed:
        reason = f"{sku.name} is not sold any more."
        return replace(bare, kind=LineOutcomeKind.DELISTED, reason=reason, quantity=quantity)
    if not isinstance(unit, PackagingLevel) or unit not in sku.packaging:
        is_missing = not unit
        kind = LineOutcomeKind.UNIT_MISSING if is_missing else LineOutcomeKind.UNIT_UNKNOWN
        said = "No unit is named" if is_missing else f"{sku.code} is not packed by {unit}"
        reason = f"{said}; possible: {', '.join(sku.packaging)}."
        return replace(bare, kind=kind, reason=reason, quantity=quantity)
    try:
        pieces(sku, unit, quantity)
    except DomainError as wrong:
        kind = LineOutcomeKind.BAD_QUANTITY
        return replace(bare, kind=kind, reason=wrong.message, level=unit, quantity=quantity)
    return replace(bare, level=unit, quantity=quantity)


def without_prices(
    outcomes: Sequence[LineOutcome], refused: Mapping[UUID, str]
) -> list[LineOutcome]:
    """Take back the lines whose SKU has no price, with the reason by SKU."""
    return [
        replace(each, kind=LineOutcomeKind.NO_PRICE, reason=refused[each.sku_id])
        if each.is_taken and each.sku_id and each.sku_id in refused
        else each
        for each in outcomes
    ]


def spellings(word: str) -> Collection[str]:
    """Return how a word may stand in the catalogue: spreadsheets drop zeros in front of a GTIN."""
    digits = {word.zfill(length) for length in (8, 12, 13, 14)} if word.isdecimal() else set[str]()
    return {word, word.upper(), *digits}


def _meant(word: str, names: Names) -> set[tuple[UUID, PackagingLevel | None]]:
    for spelling in (word, word.upper()):
        if found := names.skus.get(spelling):
            return {(sku_id, None) for sku_id in found}
    return {pack for spelling in spellings(word) for pack in names.packs.get(spelling, ())}


def _unit(
    line: PastedLine,
    sku: SkuFacts,
    of_pack: PackagingLevel | None,
    default_unit: PackagingLevel | None,
) -> PackagingLevel | str:
    named = line.unit or line.unit_word
    if of_pack is not None:
        return of_pack if named in ("", of_pack) else f"{named}: its GTIN is that of a {of_pack}"
    if named:
        return named
    if default_unit is not None:
        return default_unit
    return next(iter(sku.packaging)) if len(sku.packaging) == 1 else ""
