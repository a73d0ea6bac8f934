"""What a derived list must hold to: its parent, its numbers, and no loop at any date."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.money import AmountOutOfRange, checked_amount
from app.kernel.period import Period
from app.pricing.errors import (
    BandUpsideDown,
    DerivedListsInLoop,
    GraduatedBasis,
    ParentCurrencyDiffers,
    ParentTaxDiffers,
)
from app.pricing.models import PriceList, PriceListTerms
from app.pricing.operations.scope import own_lists
from app.pricing.rules import BreakType
from app.pricing.rules.basis import BreakBasis
from app.pricing.rules.loops import Link, loop_through

MOST_PERCENT = Decimal("99999.9999")
_ONE_SKU = (BreakBasis.LINE, BreakBasis.SKU)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDerivation:
    """Every price of the parent times percent plus an amount, to a multiple, held (Our rule 3).

    Floor and ceiling are per unit of the parent's row, in the list's currency.
    """

    parent_id: UUID
    percent: Decimal = Decimal(100)
    amount_added: Decimal = Decimal(0)
    multiple: Decimal | None = None
    floor: Decimal | None = None
    ceiling: Decimal | None = None


def check_breaks(break_type: BreakType, basis: BreakBasis) -> None:
    """Raise `GraduatedBasis`: interval by interval only the pieces of one SKU can be counted."""
    if break_type is BreakType.GRADUATED and basis not in _ONE_SKU:
        raise GraduatedBasis(basis)


def check_numbers(derivation: NewDerivation | None) -> None:
    """Raise `Invalid` or `BandUpsideDown` at `derivation.percent` and the like."""
    if derivation is None:
        return
    percent = derivation.percent
    if not (percent.is_finite() and 0 <= percent <= MOST_PERCENT):
        raise Invalid("derivation.percent", f"must be 0 to {MOST_PERCENT}: 88 means 88 %")
    if percent == 0 == derivation.amount_added:
        raise Invalid("derivation.percent", "of 0 makes every price zero: give an amountAdded")
    _check_amounts(derivation)
    if derivation.multiple is not None and derivation.multiple <= 0:
        raise Invalid("derivation.multiple", "must be above zero: leave it out to round nothing")
    low, high = derivation.floor, derivation.ceiling
    if low is not None and high is not None and low > high:
        raise BandUpsideDown(str(low), str(high)).at("derivation.floor")


async def check_parent(
    work: Work, price_list: PriceList, derivation: NewDerivation | None, period: Period
) -> None:
    """Make sure that a list may derive from another for a period; the seller is locked.

    Raises `NotFound` for a list that is not the own organisation's, `ParentCurrencyDiffers`,
    `ParentTaxDiffers` and `DerivedListsInLoop`. Two statements.
    """
    if derivation is None:
        return
    parent = await work.session.scalar(
        select(PriceList).where(PriceList.id == derivation.parent_id, own_lists(work))
    )
    if parent is None:
        raise NotFound("PriceList").at("derivation.parentId")
    if parent.currency != price_list.currency:
        raise ParentCurrencyDiffers(parent.name, parent.currency, price_list.currency)
    if parent.is_tax_inclusive != price_list.is_tax_inclusive:
        raise ParentTaxDiffers(parent.name)
    await _check_loops(work, price_list, Link(price_list.id, parent.id, period))


async def _check_loops(work: Work, price_list: PriceList, new: Link) -> None:
    rows = await work.session.execute(
        select(
            PriceListTerms.price_list_id,
            PriceListTerms.parent_id,
            PriceListTerms.valid_from,
            PriceListTerms.valid_until,
            PriceList.name,
        )
        .join(PriceList, PriceList.id == PriceListTerms.price_list_id)
        .where(
            own_lists(work),
            PriceListTerms.known_until.is_(None),
            PriceListTerms.parent_id.is_not(None),
        )
    )
    names, links = {price_list.id: price_list.name}, list[Link]()
    for list_id, parent_id, start, end, name in rows:
        names[list_id] = name
        if list_id != new.list_id and parent_id is not None:
            links.append(Link(list_id, parent_id, Period(start, end)))
    loop = loop_through(new, links)
    if loop:
        raise DerivedListsInLoop(" ← ".join(names[each] for each in (*loop, loop[0])))


def _check_amounts(derivation: NewDerivation) -> None:
    for field, amount in (
        ("amountAdded", derivation.amount_added),
        ("multiple", derivation.multiple),
        ("floor", derivation.floor),
        ("ceiling", derivation.ceiling),
    ):
        try:
            checked_amount(amount or Decimal(0))
        except AmountOutOfRange as beyond:
            raise Invalid(f"derivation.{field}", str(beyond)) from beyond
    for field, limit in (("floor", derivation.floor), ("ceiling", derivation.ceiling)):
        if limit is not None and limit < 0:
            raise Invalid(f"derivation.{field}", "must not be negative")
