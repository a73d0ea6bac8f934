"""By which rule a carrier is chosen: the first that fits, and why those before do not (R2-18)."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class CarrierRule:
    """Which orders a carrier takes, with a service level of its; what is none fits any order.

    Rules of all carriers are tried in the order of `priority`. Totals are of the whole order with
    its tax in `currency`, pieces of what of it is not cancelled; limits are included.
    """

    priority: int
    service: str = ""
    region: str | None = None
    delivery_mode: str | None = None
    channel: str | None = None
    currency: str | None = None
    least_total: Decimal | None = None
    most_total: Decimal | None = None
    most_pieces: Decimal | None = None

    def stored(self) -> dict[str, Any]:
        """Return it as it is stored, decimals as texts."""
        return {
            name: f"{value:f}" if isinstance(value, Decimal) else value
            for name, value in asdict(self).items()
        }

    @classmethod
    def read(cls, stored: Mapping[str, Any]) -> "CarrierRule":
        """Return it from what is stored."""
        return cls(**{name: _read(name, value) for name, value in stored.items()})


@dataclass(frozen=True, slots=True)
class Freight:
    """What a rule looks at of an order: where it goes, how it came, and what it is worth."""

    region: str
    delivery_mode: str
    channel: str
    currency: str
    total: Decimal
    pieces: Decimal


@dataclass(frozen=True, slots=True)
class Weighed:
    """A rule of a carrier, and why it does not fit an order; empty where it does."""

    carrier_id: UUID
    carrier: str
    rule: CarrierRule
    obstacle: str


def weigh(rules: Sequence[tuple[UUID, str, CarrierRule]], freight: Freight) -> list[Weighed]:
    """Say of every rule (of a carrier, by name) whether it fits, in the order they are tried."""
    in_order = sorted(rules, key=lambda each: (each[2].priority, each[1]))
    return [Weighed(*each, _obstacle(each[2], freight)) for each in in_order]


def chosen(weighed: Sequence[Weighed]) -> Weighed | None:
    """Return the first that fits, or none."""
    return next((each for each in weighed if not each.obstacle), None)


def reason_for(rule: CarrierRule) -> str:
    """Say in words why a rule fits: which orders it is for."""
    said = (
        (rule.region, "to {}"),
        (rule.delivery_mode, "for {}"),
        (rule.channel, "by {}"),
        (rule.currency, "in {}"),
        (rule.least_total, "from {:f} on"),
        (rule.most_total, "up to {:f}"),
        (rule.most_pieces, "of at most {:f} pieces"),
    )
    about = ", ".join(words.format(value) for value, words in said if value is not None)
    return (
        f"Rule {rule.priority} is for orders {about}."
        if about
        else (f"Rule {rule.priority} is for any order.")
    )


def _obstacle(rule: CarrierRule, freight: Freight) -> str:
    wanted = (
        (rule.region, freight.region, "the order goes to {}"),
        (rule.delivery_mode, freight.delivery_mode, "the order is for {}"),
        (rule.channel, freight.channel, "the order came by {}"),
        (rule.currency, freight.currency, "the order is in {}"),
    )
    for asked, found, words in wanted:
        if asked is not None and asked != found:
            return f"It is for {asked}, and {words.format(found or 'no region')}."
    if rule.least_total is not None and freight.total < rule.least_total:
        return f"It is from {rule.least_total:f} on, and the order is {freight.total:f}."
    if rule.most_total is not None and freight.total > rule.most_total:
        return f"It is up to {rule.most_total:f}, and the order is {freight.total:f}."
    if rule.most_pieces is not None and freight.pieces > rule.most_pieces:
        return f"It is up to {rule.most_pieces:f} pieces, and the order has {freight.pieces:f}."
    return ""


def _read(name: str, value: Any) -> Any:
    if value is None or name not in {"least_total", "most_total", "most_pieces"}:
        return value
    return Decimal(value)
