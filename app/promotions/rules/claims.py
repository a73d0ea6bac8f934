"""Who claims a funded benefit from whom, up the chain to who funds it (P15)."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from uuid import UUID

from app.kernel.money import round_money
from app.promotions.rules.outcome import SchemeBenefit

_HUNDRED = Decimal(100)


class FunderNotUpstream(ValueError):
    """The funder is not among the organisations above the seller."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one level asks of the next one up: money, and goods in base units."""

    claimant_id: UUID
    debtor_id: UUID
    money: Decimal
    goods: Decimal


def claims_up(benefit: SchemeBenefit, chain: Sequence[UUID], currency: str) -> tuple[Claim, ...]:
    """Write one claim per level, seller first: each passes on in full what it is asked for.

    `chain` begins with the seller and goes up; it may go beyond the funder. Nothing is claimed for
    a scheme that is not claimable, has no funder, or whose funder is the seller.
    """
    funder = benefit.funder_id
    if funder is None or not benefit.is_claimable or not chain or chain[0] == funder:
        return ()
    if funder not in chain:
        raise FunderNotUpstream(f"{funder} sells to no one below")
    money = round_money(benefit.funded_money, currency)
    goods = benefit.goods * benefit.funded_percent / _HUNDRED
    if not (money or goods):
        return ()
    levels = chain[: chain.index(funder) + 1]
    return tuple(
        Claim(claimant_id=below, debtor_id=above, money=money, goods=goods)
        for below, above in pairwise(levels)
    )
