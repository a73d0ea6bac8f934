"""What carriers say, read with care: an answer to what we asked, or a report of their own."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, cast

import orjson

from app.kernel.position import NoPosition, Position, position

LONGEST_WORD, LONGEST_TEXT = 100, 500


class ReportedStatus(StrEnum):
    """What a carrier may report.

    PICKED_UP and IN_TRANSIT: on the way. DELAYED: later than told. ARRIVED: at its place.
    WAITING: to be picked up by the buyer. DELIVERED: given to the buyer; with a name in
    `signedBy`, signed for. LOST, DAMAGED, ACCIDENT: a person must see to it. REFUSED: the buyer
    would not take it.
    """

    PICKED_UP = "PICKED_UP"
    IN_TRANSIT = "IN_TRANSIT"
    DELAYED = "DELAYED"
    ARRIVED = "ARRIVED"
    WAITING = "WAITING"
    DELIVERED = "DELIVERED"
    LOST = "LOST"
    DAMAGED = "DAMAGED"
    ACCIDENT = "ACCIDENT"
    REFUSED = "REFUSED"


class Outcome(StrEnum):
    """How a carrier answered: DONE, REFUSED for good, or UNKNOWN, which is asked again."""

    DONE = "DONE"
    REFUSED = "REFUSED"
    UNKNOWN = "UNKNOWN"


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of asking a carrier; `problem` says what stood against it."""

    outcome: Outcome
    reference: str = ""
    tracking_number: str = ""
    expected_at: datetime | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """What a carrier says about goods, named by its own reference or by the tracking number."""

    status: ReportedStatus
    reference: str
    tracking_number: str
    place: str
    note: str
    signed_by: str
    happened_at: datetime
    expected_at: datetime | None
    position: Position | None = None


class Unreadable(Exception):
    """What was sent is no report."""


def reply_of(text: str) -> Reply:
    """Read a carrier's yes; one that cannot be read is asked for again, under the same key."""
    try:
        said = _mapping(text)
        reference = _text(said, "reference", LONGEST_WORD)
        tracking_number = _text(said, "trackingNumber", LONGEST_WORD)
        expected_at = _instant(said, "expectedAt")
    except Unreadable as problem:
        return Reply(Outcome.UNKNOWN, problem=str(problem))
    if not reference:
        return Reply(Outcome.UNKNOWN, problem="its answer has no reference")
    return Reply(Outcome.DONE, reference, tracking_number, expected_at)


def reason_of(text: str) -> str:
    """Return why a carrier says no, in its own words where it gave some."""
    try:
        return _text(_mapping(text), "reason", LONGEST_TEXT) or "it gave no reason"
    except Unreadable:
        return "it gave no reason"


def report_of(body: bytes, now: datetime) -> Report:
    """Read a report; raises `Unreadable`. What happened in the future happened now."""
    said = _mapping(body)
    try:
        status = ReportedStatus(str(said.get("status")))
    except ValueError:
        raise Unreadable(f"status must be one of {', '.join(ReportedStatus)}") from None
    report = Report(
        status,
        _text(said, "reference", LONGEST_WORD),
        _text(said, "trackingNumber", LONGEST_WORD),
        _text(said, "place", LONGEST_WORD),
        _text(said, "note", LONGEST_TEXT),
        _text(said, "signedBy", LONGEST_WORD),
        min(_instant(said, "happenedAt") or now, now),
        _instant(said, "expectedAt"),
        _position(said),
    )
    if not report.reference and not report.tracking_number:
        raise Unreadable("reference or trackingNumber must name the goods")
    return report


def _mapping(text: str | bytes) -> Mapping[str, Any]:
    try:
        said = orjson.loads(text)
    except orjson.JSONDecodeError:
        raise Unreadable("it is not JSON") from None
    if not isinstance(said, dict):
        raise Unreadable("it is not a JSON object")
    return cast("dict[str, Any]", said)


def _text(said: Mapping[str, Any], name: str, longest: int) -> str:
    value = said.get(name) or ""
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise Unreadable(f"{name} must be a text of at most {longest} characters")
    return value


def _position(said: Mapping[str, Any]) -> Position | None:
    given = said.get("position")
    if given is None:
        return None
    if not isinstance(given, dict):
        raise Unreadable("position must have a latitude and a longitude")
    named = cast("dict[str, Any]", given)
    try:
        return position(_degrees(named.get("latitude")), _degrees(named.get("longitude")))
    except (NoPosition, InvalidOperation):
        raise Unreadable("position must have a latitude and a longitude, in degrees") from None


def _degrees(given: object) -> Decimal:
    """Read a number of JSON by its digits: its sender wrote no more than these."""
    return Decimal("NaN") if isinstance(given, bool) else Decimal(str(given))


def _instant(said: Mapping[str, Any], name: str) -> datetime | None:
    value = said.get(name)
    if value is None:
        return None
    try:
        found = datetime.fromisoformat(str(value))
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise Unreadable(f"{name} must be an instant in ISO 8601") from None
