"""Step 11 of the waterfall: what keeps a price between a floor and a ceiling, and over its cost.

A guard comes from the seller itself or from an organisation above it, which bounds in this way
what the level below may ask (bounded delegation). All prices are per piece and without tax.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from uuid import UUID

from app.pricing.rules.change import OutsideBand

Exact = Fraction | Decimal


class GuardVerdict(StrEnum):
    """What the guards say of a price, the mildest first."""

    PASS = "PASS"  # noqa: S105  # a verdict, not a password
    NEEDS_APPROVAL = "NEEDS_APPROVAL"
    BLOCK = "BLOCK"


class GuardKind(StrEnum):
    """Which limit a price is held against; MARGIN_UNKNOWN where no purchase price is known."""

    FLOOR = "FLOOR"
    CEILING = "CEILING"
    MARGIN = "MARGIN"
    MAXIMUM_RETAIL_PRICE = "MAXIMUM_RETAIL_PRICE"
    MARGIN_UNKNOWN = "MARGIN_UNKNOWN"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """The limits that one band sets for one SKU; those it leaves to a wider band are none.

    `grantor` is the kind of the organisation that set it, as people call it. `is_advisory` guards
    are told and bind nobody, as the tenant may choose for what others granted.
    `recommended_retail_price` binds nobody either.
    """

    sku_id: UUID
    source_id: UUID
    outside: OutsideBand
    granted_by_own: bool
    floor: Fraction | None = None
    ceiling: Fraction | None = None
    minimum_margin_percent: Decimal | None = None
    maximum_retail_price: Fraction | None = None
    recommended_retail_price: Fraction | None = None
    grantor: str = ""
    is_advisory: bool = False
    is_floor_visible: bool = True

    @property
    def whose(self) -> str:
        """Name who set it, for a sentence."""
        return "the own organisation" if self.granted_by_own else f"the {self.grantor or 'seller'}"


@dataclass(frozen=True, slots=True)
class GuardReason:
    """Why a guard spoke; `text` names no number, since whoever sells may not know floor or cost.

    `limit` is the number (a price, or a margin in percent): none where the floor is hidden from
    the seller, and for the eyes of those who may read the own price lists only.
    """

    kind: GuardKind
    verdict: GuardVerdict
    source_id: UUID
    granted_by_own: bool
    limit: Fraction | None
    text: str


@dataclass(frozen=True, slots=True)
class GuardResult:
    """The strictest verdict, and every reason for it in the order of the guards."""

    verdict: GuardVerdict
    reasons: tuple[GuardReason, ...] = ()


def check_guards(
    net_unit_price: Exact, purchase_price: Exact | None, guards: Iterable[Guard]
) -> GuardResult:
    """Hold a net price of one piece, free goods and order discounts shared in, against all guards.

    A price on a limit passes. The purchase price is what the seller itself pays for a piece
    without tax; without it a margin cannot be told, which is said and stops nothing.
    """
    price = Fraction(net_unit_price)
    cost = None if purchase_price is None else Fraction(purchase_price)
    reasons = tuple(reason for guard in guards for reason in _reasons(price, cost, guard))
    verdicts = {reason.verdict for reason in reasons}
    strictest = [each for each in GuardVerdict if each in verdicts]
    return GuardResult(strictest[-1] if strictest else GuardVerdict.PASS, reasons)


def _reasons(price: Fraction, cost: Fraction | None, guard: Guard) -> Iterator[GuardReason]:
    if guard.floor is not None and price < guard.floor:
        shown = guard.floor if guard.granted_by_own or guard.is_floor_visible else None
        yield _reason(guard, GuardKind.FLOOR, shown, f"is below what {guard.whose} allows")
    if guard.ceiling is not None and price > guard.ceiling:
        text = f"is above what {guard.whose} allows"
        yield _reason(guard, GuardKind.CEILING, guard.ceiling, text)
    if guard.maximum_retail_price is not None and price > guard.maximum_retail_price:
        text = f"is above the maximum retail price of {guard.whose}"
        kind = GuardKind.MAXIMUM_RETAIL_PRICE
        yield _reason(guard, kind, guard.maximum_retail_price, text)
    if guard.minimum_margin_percent is not None:
        yield from _margin_reasons(price, cost, guard, Fraction(guard.minimum_margin_percent))


def _margin_reasons(
    price: Fraction, cost: Fraction | None, guard: Guard, least: Fraction
) -> Iterator[GuardReason]:
    if cost is None:
        text = "has a margin that cannot be told without a purchase price"
        yield _reason(guard, GuardKind.MARGIN_UNKNOWN, least, text)
    elif price - cost < price * least / 100:
        text = f"leaves less margin than {guard.whose} asks for"
        yield _reason(guard, GuardKind.MARGIN, least, text)


def _reason(guard: Guard, kind: GuardKind, limit: Fraction | None, text: str) -> GuardReason:
    return GuardReason(
        kind, _verdict(guard, kind), guard.source_id, guard.granted_by_own, limit, text
    )


def _verdict(guard: Guard, kind: GuardKind) -> GuardVerdict:
    if guard.is_advisory or kind is GuardKind.MARGIN_UNKNOWN:
        return GuardVerdict.PASS
    blocks = guard.outside is OutsideBand.REFUSE
    return GuardVerdict.BLOCK if blocks else GuardVerdict.NEEDS_APPROVAL
