"""Deposits for containers that come back: outside discounts, thresholds and tax (step 13, P13)."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, Context

from app.catalog.rules import Container
from app.kernel.money import round_money
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import RuleProblem
from app.quotes.rules.draft import Draft
from app.quotes.rules.result import QuotedContainer

_WHOLE = Context(prec=60, rounding=ROUND_FLOOR)
_LEVELS = {level: place for place, level in enumerate(PackagingLevel)}


def containers_of(draft: Draft, currency: str) -> tuple[QuotedContainer, ...]:
    """Count the containers of the line's unit and of every level within it; whole ones only.

    Ten cases of 24 bottles are ten crates and 240 bottles, free cases too.
    """
    containers = draft.sku.containers
    if not containers:
        return ()
    highest = _LEVELS[draft.line.packaging_level]
    return tuple(
        _counted(draft, level, container, currency)
        for level, container in containers.items()
        if _LEVELS[level] <= highest and container.currency == currency
    )


def strange_deposits(drafts: Sequence[Draft], currency: str) -> list[RuleProblem]:
    """Report containers whose deposit is in another currency, and so is not charged."""
    strange = {
        container.container_id: container
        for draft in drafts
        for container in draft.sku.containers.values()
        if container.currency != currency
    }
    return [
        RuleProblem(key, each.name, f"its deposit is in {each.currency}")
        for key, each in strange.items()
    ]


def _counted(
    draft: Draft, level: PackagingLevel, container: Container, currency: str
) -> QuotedContainer:
    quantity = _WHOLE.divide_int(draft.base_quantity, draft.sku.packaging[level])
    return QuotedContainer(
        container_id=container.container_id,
        name=container.name,
        quantity=quantity,
        deposit=container.deposit,
        amount=round_money(quantity * container.deposit, currency),
        packaging_level=level,
    )
