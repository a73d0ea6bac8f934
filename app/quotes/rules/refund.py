"""What goes back to the buyer for returned goods and containers (Our rule 11, P12, P13).

Everything comes from the stored quote: the share that was paid, never a list price or a new one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

from app.catalog.rules import SkuFacts
from app.kernel.money import round_money, spread
from app.promotions.rules.basket import Scheme
from app.promotions.rules.clawback import MoreThanBought, proportional_refund
from app.quotes.rules.broken import Broken, broken_schemes
from app.quotes.rules.result import Quote, QuotedLine

_NOTHING = Decimal(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Returned:
    """Base units of a line that come back now, and those that came back `already`."""

    key: str
    base_quantity: Decimal
    already: Decimal = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class ReturnedContainers:
    """Containers that come back now, and those that came back `already`."""

    container_id: UUID
    quantity: Decimal
    already: Decimal = _NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Returns:
    """All that comes back together."""

    lines: Sequence[Returned] = ()
    containers: Sequence[ReturnedContainers] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedLine:
    """What one line gives back: net + tax = gross, after what schemes take back."""

    key: str
    sku_id: UUID
    base_quantity: Decimal
    net: Decimal
    tax: Decimal
    gross: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class RefundedContainer:
    """The deposit given back, and what is still out and on deposit after it."""

    container_id: UUID
    name: str
    quantity: Decimal
    amount: Decimal
    outstanding: Decimal
    outstanding_amount: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class Refund:
    """Money that goes back: net + tax = gross, gross + deposits = total."""

    currency: str
    net: Decimal
    tax: Decimal
    gross: Decimal
    deposits: Decimal
    total: Decimal
    lines: tuple[RefundedLine, ...] = ()
    containers: tuple[RefundedContainer, ...] = ()
    taken_back: tuple[Broken, ...] = ()


@dataclass(slots=True, eq=False)
class _Share:
    line: QuotedLine
    quantity: Decimal
    net: Decimal = _NOTHING
    tax: Decimal = _NOTHING


def refund(
    quote: Quote,
    returns: Returns,
    schemes: Sequence[Scheme] = (),
    goods: Mapping[UUID, SkuFacts] | None = None,
) -> Refund:
    """Refund the paid share of what comes back, and the deposits of containers.

    Of `schemes`, the versions that the quote's benefits name, those that say CLAW_BACK take back
    what the goods that are kept no longer earn; `goods` are the facts of the quote's SKUs, which
    they need. Returning everything gives back exactly what was paid. Fails with MoreThanBought,
    and with KeyError for a line or container that the quote does not have.
    """
    lines = {line.key: line for line in quote.lines}
    in_turn = _lines_in_turn(returns.lines)
    shares = [_share(lines[each.key], each, quote.currency) for each in in_turn]
    kept_before = {each.key: _kept(lines[each.key], each.already) for each in reversed(in_turn)}
    kept_now = {
        each.key: _kept(lines[each.key], each.already + each.base_quantity) for each in in_turn
    }
    broken = broken_schemes(quote, schemes, goods or {}, (kept_before, kept_now))
    _take(shares, sum((each.owed for each in broken), _NOTHING), quote.currency)
    containers = _containers(quote, returns.containers)
    refunded = tuple(_refunded(share) for share in shares)
    net = sum((line.net for line in refunded), round_money(_NOTHING, quote.currency))
    tax = sum((line.tax for line in refunded), round_money(_NOTHING, quote.currency))
    deposits = sum((each.amount for each in containers), round_money(_NOTHING, quote.currency))
    return Refund(
        currency=quote.currency,
        net=net,
        tax=tax,
        gross=net + tax,
        deposits=deposits,
        total=net + tax + deposits,
        lines=refunded,
        containers=containers,
        taken_back=broken,
    )


def _lines_in_turn(returned: Sequence[Returned]) -> list[Returned]:
    """Let what stands twice come back one after the other."""
    came: dict[str, Decimal] = {}
    turns: list[Returned] = []
    for each in returned:
        before = came.get(each.key, _NOTHING)
        turns.append(replace(each, already=each.already + before))
        came[each.key] = before + each.base_quantity
    return turns


def _share(line: QuotedLine, returned: Returned, currency: str) -> _Share:
    if returned.base_quantity < 0 or returned.already < 0:
        raise MoreThanBought(f"{returned.base_quantity} of {line.base_quantity}")
    return _Share(
        line,
        returned.base_quantity,
        _part(line.net, line.base_quantity, returned, currency),
        _part(line.tax, line.base_quantity, returned, currency),
    )


def _part(paid: Decimal, bought: Decimal, returned: Returned, currency: str) -> Decimal:
    """Return the share of now, so that all shares together are what was paid."""
    so_far = returned.already + returned.base_quantity
    before = proportional_refund(paid, bought, returned.already, currency)
    return proportional_refund(paid, bought, so_far, currency) - before


def _kept(line: QuotedLine, returned: Decimal) -> Decimal:
    return line.base_quantity - returned


def _take(shares: Sequence[_Share], owed: Decimal, currency: str) -> None:
    """Take an amount off what goes back, with its tax, in proportion and never below zero."""
    amounts = [_amount(share) for share in shares]
    owed = min(owed, sum(amounts, _NOTHING))
    if not owed:
        return
    parts = spread(owed, amounts, currency)
    for share, amount, part in zip(shares, amounts, parts, strict=True):
        if amount:
            left = Fraction(amount - part) / Fraction(amount)
            share.net = round_money(Fraction(share.net) * left, currency)
            if share.line.tax_inclusive:
                share.tax = amount - part - share.net
            else:
                share.tax = round_money(Fraction(share.tax) * left, currency)


def _amount(share: _Share) -> Decimal:
    return share.net + share.tax if share.line.tax_inclusive else share.net


def _refunded(share: _Share) -> RefundedLine:
    return RefundedLine(
        key=share.line.key,
        sku_id=share.line.sku_id,
        base_quantity=share.quantity,
        net=share.net,
        tax=share.tax,
        gross=share.net + share.tax,
    )


def _containers(
    quote: Quote, returned: Sequence[ReturnedContainers]
) -> tuple[RefundedContainer, ...]:
    came: dict[UUID, Decimal] = {}
    found: list[RefundedContainer] = []
    for each in returned:
        before = came.get(each.container_id, _NOTHING)
        found.append(_container(quote, replace(each, already=each.already + before)))
        came[each.container_id] = before + each.quantity
    return tuple(found)


def _container(quote: Quote, returned: ReturnedContainers) -> RefundedContainer:
    key, back = returned.container_id, returned.already + returned.quantity
    lent = [each for line in quote.lines for each in line.containers if each.container_id == key]
    if not lent:
        raise KeyError(key)
    delivered = sum((each.quantity for each in lent), _NOTHING)
    if returned.quantity < 0 or returned.already < 0 or back > delivered:
        raise MoreThanBought(f"{back} of {delivered}")
    paid = sum((each.amount for each in lent), _NOTHING)
    before = proportional_refund(paid, delivered, returned.already, quote.currency)
    so_far = proportional_refund(paid, delivered, back, quote.currency)
    return RefundedContainer(
        container_id=key,
        name=lent[0].name,
        quantity=returned.quantity,
        amount=so_far - before,
        outstanding=delivered - back,
        outstanding_amount=paid - so_far,
    )
