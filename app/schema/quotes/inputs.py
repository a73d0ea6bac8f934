"""What is asked of quotes."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import strawberry
from strawberry import relay

from app.kernel.errors import Invalid, NotFound
from app.kernel.quantity import PackagingLevel
from app.quotes.operations import QuoteLine
from app.quotes.queries import Simulation, Wish
from app.quotes.rules import ManualPrice
from app.schema.ids import key_of


@strawberry.input
class PriceLineInput:
    """So many packaging units of a SKU; with a discount by hand in percent, and its reason.

    Only people of the seller who may discount for the customer give one (R3-50).
    """

    sku_id: relay.GlobalID
    quantity: Decimal
    packaging_level: PackagingLevel = PackagingLevel.PIECE
    discount_percent: Decimal | None = None
    discount_reason: str = ""

    def line(self, place: int) -> QuoteLine:
        """Return what the query understands; `NotFound` and `Invalid` name the line."""
        try:
            sku_id = key_of(self.sku_id, "Sku")
        except NotFound as missing:
            raise missing.at(f"lines.{place}.skuId") from None
        return QuoteLine(
            str(place), sku_id, self.packaging_level, self.quantity, self._manual(place)
        )

    def _manual(self, place: int) -> ManualPrice | None:
        if self.discount_percent is None:
            return None
        reason = self.discount_reason.strip()
        if not reason:
            raise Invalid(f"lines.{place}.discountReason", "must say why")
        try:
            return ManualPrice(discount_percent=self.discount_percent, reason=reason)
        except ValueError:
            field = f"lines.{place}.discountPercent"
            raise Invalid(field, "must be above 0 and at most 100") from None


def asked_lines(lines: Sequence[PriceLineInput]) -> list[QuoteLine]:
    """Return lines as the queries understand them, each by its place."""
    return [line.line(place) for place, line in enumerate(lines)]


@strawberry.input
class QuoteInput:
    """Which basket of which relationship to quote now, with coupons and points to pay with.

    `requestedDeliveryOn` decides the price where the terms say so, as it does when placing.
    """

    relationship_id: relay.GlobalID
    lines: list[PriceLineInput]
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0
    requested_delivery_on: date | None = None

    def wish(self) -> Wish:
        """Return what the query understands; raises `NotFound` for ids of other types."""
        return Wish(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            lines=asked_lines(self.lines),
            coupon_codes=self.coupon_codes,
            points_to_redeem=self.points_to_redeem,
            requested_delivery_on=self.requested_delivery_on,
        )


@strawberry.input
class PriceAtInput:
    """Which basket of which own customer to quote, and at which instant."""

    relationship_id: relay.GlobalID
    lines: list[PriceLineInput]
    at: datetime


@strawberry.input
class SimulateQuoteInput:
    """Which basket to simulate: at an instant (now), as known at another (now), with drafts.

    Change sets and schemes are the own organisation's, whatever their status.
    """

    relationship_id: relay.GlobalID
    lines: list[PriceLineInput]
    at: datetime | None = None
    known_at: datetime | None = None
    change_set_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    scheme_ids: list[relay.GlobalID] = strawberry.field(default_factory=list)
    coupon_codes: list[str] = strawberry.field(default_factory=list)
    points_to_redeem: int = 0

    def simulation(self) -> Simulation:
        """Return what the query understands; `NotFound` names what it does not know."""
        return Simulation(
            relationship_id=key_of(self.relationship_id, "TradingRelationship"),
            lines=asked_lines(self.lines),
            at=self.at,
            known_at=self.known_at,
            change_set_ids=_keys(self.change_set_ids, "PriceChangeSet", "changeSetIds"),
            scheme_ids=_keys(self.scheme_ids, "TradeScheme", "schemeIds"),
            coupon_codes=self.coupon_codes,
            points_to_redeem=self.points_to_redeem,
        )


def _keys(ids: Sequence[relay.GlobalID], kind: str, path: str) -> list[UUID]:
    found: list[UUID] = []
    for place, key in enumerate(ids):
        try:
            found.append(key_of(key, kind))
        except NotFound as missing:
            raise missing.at(f"{path}.{place}") from None
    return found
