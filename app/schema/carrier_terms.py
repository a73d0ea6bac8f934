"""What a carrier takes, what was agreed with it, and how well it carries."""

from datetime import date
from decimal import Decimal

import strawberry

from app.carriers.rules import agreeing, choosing
from app.fulfilment.queries import Performance
from app.orders.rules.states import DeliveryMode, OrderChannel
from app.schema.cost import sized
from app.schema.order_words import registered

registered()


@strawberry.type
class CarrierRule:
    """Which orders a carrier takes; what is null fits any. Limits are included.

    Rules of all carriers are tried in the order of `priority`, the least first.
    """

    priority: int
    service: str
    region: str | None
    delivery_mode: DeliveryMode | None
    channel: OrderChannel | None
    currency: str | None
    least_total: Decimal | None
    most_total: Decimal | None
    most_pieces: Decimal | None

    @classmethod
    def of(cls, rule: choosing.CarrierRule) -> "CarrierRule":
        """Show a rule."""
        return cls(
            priority=rule.priority,
            service=rule.service,
            region=rule.region,
            delivery_mode=DeliveryMode(rule.delivery_mode) if rule.delivery_mode else None,
            channel=OrderChannel(rule.channel) if rule.channel else None,
            currency=rule.currency,
            least_total=rule.least_total,
            most_total=rule.most_total,
            most_pieces=rule.most_pieces,
        )


@strawberry.type
class WeighedCarrier:
    """A carrier's rule, and why it does not fit an order; the first that fits chooses."""

    carrier: str
    priority: int
    service: str
    fits: bool
    reason: str

    @classmethod
    def of(cls, weighed: choosing.Weighed) -> "WeighedCarrier":
        """Show what was weighed."""
        return cls(
            carrier=weighed.carrier,
            priority=weighed.rule.priority,
            service=weighed.rule.service,
            fits=not weighed.obstacle,
            reason=weighed.obstacle or choosing.reason_for(weighed.rule),
        )


@strawberry.type
class CarrierPromise:
    """To a region (null: to all others) goods come in so many days of the calendar, for so much."""

    region: str | None
    days: int
    per_shipment: Decimal | None
    per_kilogram: Decimal | None


@strawberry.type
class CarrierAgreement:
    """The terms of a carrier from a day to another, both included (R1-59)."""

    since: date
    until: date | None
    currency: str
    claim_days: int | None = strawberry.field(
        description="Within so many days lost or damaged goods are to be claimed."
    )
    claim_terms: str
    promises: list[CarrierPromise] = sized(5)

    @classmethod
    def of(cls, agreement: agreeing.Agreement) -> "CarrierAgreement":
        """Show an agreement."""
        return cls(
            since=agreement.since,
            until=agreement.until,
            currency=agreement.currency,
            claim_days=agreement.claim_days,
            claim_terms=agreement.claim_terms,
            promises=[
                CarrierPromise(
                    region=each.region,
                    days=each.days,
                    per_shipment=each.per_shipment,
                    per_kilogram=each.per_kilogram,
                )
                for each in agreement.promises
            ],
        )


@strawberry.type
class CarrierPrice:
    """What was agreed for shipments, summed in one currency."""

    currency: str
    amount: Decimal


@strawberry.type
class CarrierPerformance:
    """What a carrier did with the shipments it was given within a period (R1-58, R1-66).

    `onTime` arrived within the days agreed for their region, `late` did not, or should have by
    now; of `unpromised` no agreement says. `poorRatings` are those of 1 and 2.
    """

    shipments: int
    arrived: int
    on_time: int
    late: int
    unpromised: int
    lost: int
    damaged: int
    refused: int
    ratings: int
    poor_ratings: int
    average_rating: Decimal | None
    prices: list[CarrierPrice] = sized(2)

    @classmethod
    def of(cls, found: Performance) -> "CarrierPerformance":
        """Show what was reckoned."""
        return cls(
            shipments=found.shipments,
            arrived=found.arrived,
            on_time=found.on_time,
            late=found.late,
            unpromised=found.unpromised,
            lost=found.lost,
            damaged=found.damaged,
            refused=found.refused,
            ratings=found.ratings,
            poor_ratings=found.poor_ratings,
            average_rating=found.average_rating,
            prices=[
                CarrierPrice(currency=currency, amount=amount)
                for currency, amount in sorted(found.prices.items())
            ],
        )


@strawberry.input
class CarrierRuleInput:
    """Which orders a carrier takes, with a service level of its; what is left out fits any.

    Totals are of the whole order with its tax, in `currency`, which they need; pieces are what of
    it is not cancelled.
    """

    priority: int
    service: str = ""
    region: str | None = None
    delivery_mode: DeliveryMode | None = None
    channel: OrderChannel | None = None
    currency: str | None = None
    least_total: Decimal | None = None
    most_total: Decimal | None = None
    most_pieces: Decimal | None = None

    def rule(self) -> choosing.CarrierRule:
        """Return it as the package knows it."""
        return choosing.CarrierRule(
            self.priority,
            self.service,
            self.region,
            self.delivery_mode,
            self.channel,
            self.currency,
            self.least_total,
            self.most_total,
            self.most_pieces,
        )


@strawberry.input
class CarrierPromiseInput:
    """To a region, or to all that are not named, goods come in so many days, for so much."""

    days: int
    region: str | None = None
    per_shipment: Decimal | None = None
    per_kilogram: Decimal | None = None


@strawberry.input
class CarrierAgreementInput:
    """Terms from a day to another, both included; no two of a carrier hold on one day."""

    since: date
    currency: str
    promises: list[CarrierPromiseInput]
    until: date | None = None
    claim_days: int | None = None
    claim_terms: str = ""

    def agreement(self) -> agreeing.Agreement:
        """Return it as the package knows it."""
        promises = [
            agreeing.Promise(each.region, each.days, each.per_shipment, each.per_kilogram)
            for each in self.promises
        ]
        return agreeing.Agreement(
            self.since, self.until, self.currency, promises, self.claim_days, self.claim_terms
        )
