"""Which buyers a scheme asks for, made ready to be asked by many baskets."""

from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from app.promotions.rules.outcome import Loss
from app.promotions.rules.terms import Eligibility
from app.promotions.rules.words import SchemeLossCode

Ids = frozenset[int | str]

BuyerTraits = tuple[Ids, ...]
"""Relationships, levels, groups, territories, channels, membership tiers: ids as numbers."""


class Asked(NamedTuple):
    """The members of one dimension, by its place in the traits, and what to say without one."""

    place: int
    wanted: Ids
    loss: Loss


_DIMENSIONS = ("relationship", "level", "group", "territory", "channel", "membership tier")


def asked_of(eligibility: Eligibility) -> tuple[Asked, ...]:
    """Return the dimensions that are named, each to be met, in the order of BuyerTraits."""
    dimensions = (
        numbers(eligibility.relationship_ids),
        numbers(eligibility.level_ids),
        numbers(eligibility.group_ids),
        numbers(eligibility.territory_ids),
        frozenset(eligibility.channels),
        numbers(eligibility.membership_tier_ids),
    )
    return tuple(
        Asked(place, wanted, _not_for(_DIMENSIONS[place]))
        for place, wanted in enumerate(dimensions)
        if wanted
    )


def missed(traits: BuyerTraits, asked: tuple[Asked, ...]) -> Loss | None:
    """Say which dimension the buyer is not in, if any."""
    for place, wanted, loss in asked:
        if wanted.isdisjoint(traits[place]):
            return loss
    return None


def numbers(ids: Iterable[UUID | None]) -> Ids:
    """Return ids as numbers, which compare faster; what is none is left out."""
    return frozenset([one.int for one in ids if one is not None])


def _not_for(dimension: str) -> Loss:
    return Loss(SchemeLossCode.NOT_ELIGIBLE, f"is not for the buyer's {dimension}")
