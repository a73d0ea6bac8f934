"""Terms of trade and the shape of the tree, and what they must hold to."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, TypedDict, cast
from uuid import UUID

from app.kernel.errors import Invalid
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.organisations.errors import (
    AlreadyBelow,
    OrganisationClosed,
    OrganisationInLoop,
    OrganisationIsTop,
    OwnBranch,
    TreeTooDeep,
)

LONGEST_NAME = 200
MOST_DAYS = 3_650
PRIORITIES = range(-1_000, 1_001)
SHARES = range(1, 101)
MOST_PERCENT = 100
PERCENT_PLACES = 4
MOST_LEVELS = 100
"""Of the tree: far more than any trade has, and few enough to be walked."""
FARTHEST_MOVE = timedelta(days=1_096)
FARTHEST_END = timedelta(days=366)


class Terms(TypedDict, total=False):
    """Terms that are given; what is absent keeps its value, or its default when new."""

    level_id: UUID | None
    territory_id: UUID | None
    sales_channel: str | None
    currency: str
    payment_terms: str
    payment_gate: str
    credit_limit: Decimal | None
    is_credit_unlimited: bool
    price_instant: str
    shortage_policy: str
    needs_review: bool
    minimum_order_value: Decimal
    minimum_shelf_life_days: int
    minimum_shelf_life_percent: int | None
    delivery_days: int
    allocation_priority: int
    payment_days: int | None
    automatic_receipt_days: int | None
    payment_ways: list[str] | None
    settles_at_receipt: bool
    upstream_visibility: str
    shown_stock: str
    allows_fallback_price: bool
    inherits_prices: bool
    cash_discount_percent: Decimal


_KEYS = frozenset({"level_id", "territory_id"})
_AMOUNTS = frozenset({"credit_limit", "minimum_order_value", "cash_discount_percent"})


@dataclass(frozen=True, slots=True)
class Standing:
    """Where an organisation stands: so many levels are above it, and so many below."""

    id: UUID
    name: str
    parent_id: UUID | None
    is_closed: bool
    above: int
    below: int


def check_depth(parent: Standing, below: int, field: str) -> None:
    """Refuse a branch with so many levels below its top under a parent; raises `TreeTooDeep`."""
    levels = parent.above + 1 + below + 1
    if levels > MOST_LEVELS:
        raise TreeTooDeep(parent.name, levels, MOST_LEVELS).at(field)


def check_move(moved: Standing, parent: Standing, *, is_within: bool, own: UUID | None) -> UUID:
    """Refuse a move that makes no tree, or no sense; returns where the branch stands now.

    `is_within` says that the parent is part of the branch; `own` is the organisation that asks,
    none for who runs the whole network. Raises `OrganisationIsTop`, `OwnBranch`, `TreeTooDeep`,
    `OrganisationInLoop`, `OrganisationClosed`, `AlreadyBelow`.
    """
    if moved.parent_id is None:
        raise OrganisationIsTop(moved.name)
    if moved.id == own:
        raise OwnBranch(moved.name)
    if is_within:
        raise OrganisationInLoop(moved.name, parent.name)
    for standing, field in ((moved, "organisationId"), (parent, "newParentId")):
        if standing.is_closed:
            raise OrganisationClosed(standing.name).at(field)
    if moved.parent_id == parent.id:
        raise AlreadyBelow(moved.name, parent.name)
    check_depth(parent, moved.below, "newParentId")
    return moved.parent_id


def checked_instant(
    effective_at: datetime | None,
    now: datetime,
    farthest: timedelta = FARTHEST_MOVE,
    field: str = "effectiveAt",
) -> datetime:
    """Return from when a change counts, at once where nothing is said; raises `Invalid`."""
    if effective_at is None:
        return now
    if effective_at < now:
        raise Invalid(field, "must not lie in the past")
    if effective_at > now + farthest:
        raise Invalid(field, f"must be within {farthest.days} days")
    return effective_at


def as_stored(terms: Terms) -> dict[str, Any]:
    """Write terms down for later: amounts and identifiers as text."""
    return {
        name: str(given) if given is not None and name in _KEYS | _AMOUNTS else given
        for name, given in terms.items()
    }


def as_given(stored: Mapping[str, Any]) -> Terms:
    """Return terms as they were given, from what `as_stored` wrote."""
    terms = dict(stored)
    for name, kind in (*((key, UUID) for key in _KEYS), *((key, Decimal) for key in _AMOUNTS)):
        if terms.get(name) is not None:
            terms[name] = kind(terms[name])
    return cast("Terms", terms)


def check_terms(terms: Terms) -> None:
    """Raise `Invalid`, naming the field, for amounts, days or a currency without meaning."""
    _check_amount("creditLimit", terms.get("credit_limit"))
    _check_amount("minimumOrderValue", terms.get("minimum_order_value"))
    check_percent("terms.cashDiscountPercent", terms.get("cash_discount_percent"))
    _check_days("minimumShelfLifeDays", terms.get("minimum_shelf_life_days"))
    _check_days("deliveryDays", terms.get("delivery_days"))
    _check_days("paymentDays", terms.get("payment_days"), least=1)
    _check_days("automaticReceiptDays", terms.get("automatic_receipt_days"), least=1)
    if terms.get("minimum_shelf_life_percent") not in {None, *SHARES}:
        raise Invalid(
            "terms.minimumShelfLifePercent", f"must be between {SHARES[0]} and {SHARES[-1]}"
        )
    ways = terms.get("payment_ways")
    if ways is not None and (not ways or len(set(ways)) < len(ways)):
        raise Invalid("terms.paymentWays", "must name one at least, and each once")
    if terms.get("allocation_priority", 0) not in PRIORITIES:
        raise Invalid(
            "terms.allocationPriority", f"must be between {PRIORITIES[0]} and {PRIORITIES[-1]}"
        )
    typed_currency(terms.get("currency", "CNY"), "terms.currency")


def checked_name(name: str, field: str = "name") -> str:
    """Return a name without blanks around it; raises `Invalid` when nothing or too much is left."""
    tidy = name.strip()
    if not 1 <= len(tidy) <= LONGEST_NAME:
        raise Invalid(field, f"must have 1 to {LONGEST_NAME} characters")
    return tidy


def check_percent(field: str, percent: Decimal | None) -> None:
    """Raise `Invalid` for a percentage outside 0 to 100, or with more than 4 places."""
    if percent is None:
        return
    if not (percent.is_finite() and 0 <= percent <= MOST_PERCENT):
        raise Invalid(field, f"must be 0 to {MOST_PERCENT}")
    if percent != round(percent, PERCENT_PLACES):
        raise Invalid(field, f"must have at most {PERCENT_PLACES} places")


def as_noted(values: Mapping[str, object]) -> dict[str, str | None]:
    """Write values as the audit trail keeps them: decimals and identifiers as text."""
    return {name: None if value is None else str(value) for name, value in values.items()}


def _check_amount(field: str, amount: Decimal | None) -> None:
    if amount is None:
        return
    try:
        checked_amount(amount)
    except AmountOutOfRange:
        raise Invalid(f"terms.{field}", "must be an amount with at most 4 places") from None
    if amount < 0:
        raise Invalid(f"terms.{field}", "must not be negative")


def _check_days(field: str, days: int | None, *, least: int = 0) -> None:
    if days is not None and not least <= days <= MOST_DAYS:
        raise Invalid(f"terms.{field}", f"must be {least} to {MOST_DAYS} days")
