"""Addresses and the times at which goods are taken there: no rows and no clock."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, time
from enum import StrEnum
from typing import Any

from app.kernel.errors import Invalid
from app.kernel.period import UnknownZone, zone_of

LONGEST_TEXT = 200
MOST_WINDOWS = 50
MOST_CLOSED_DAYS = 400
MOST_ADDRESSES = 200
_NEEDED = ("label", "street", "city", "time_zone")


class Weekday(StrEnum):
    """A day of the week, in the order of ISO 8601."""

    MONDAY = "MONDAY"
    TUESDAY = "TUESDAY"
    WEDNESDAY = "WEDNESDAY"
    THURSDAY = "THURSDAY"
    FRIDAY = "FRIDAY"
    SATURDAY = "SATURDAY"
    SUNDAY = "SUNDAY"


@dataclass(frozen=True, slots=True)
class Window:
    """Goods are taken from an hour to another of a weekday, as `HH:MM` of the place."""

    weekday: Weekday
    opens_at: str
    closes_at: str


@dataclass(frozen=True, slots=True)
class Address:
    """All that an address says; the times are those of its own zone."""

    label: str
    contact_name: str
    telephone: str
    street: str
    city: str
    region: str
    postal_code: str
    country: str
    time_zone: str
    windows: Sequence[Window] = field(default_factory=tuple[Window, ...])
    closed_days: Sequence[date] = field(default_factory=tuple[date, ...])

    def columns(self) -> dict[str, Any]:
        """Return it as it is stored, tidied; raises `Invalid` naming the field at fault."""
        texts = {name: each.strip() for name, each in asdict(self).items() if isinstance(each, str)}
        for name, value in texts.items():
            if len(value) > LONGEST_TEXT or (not value and name in _NEEDED):
                raise Invalid(
                    f"address.{_camel(name)}", f"must have 1 to {LONGEST_TEXT} characters"
                )
        try:
            zone_of(texts["time_zone"])
        except UnknownZone as unknown:
            raise Invalid("address.timeZone", str(unknown)) from None
        _check_windows(self.windows)
        if len(self.closed_days) > MOST_CLOSED_DAYS:
            raise Invalid("address.closedDays", f"must be at most {MOST_CLOSED_DAYS}")
        windows = sorted(self.windows, key=_place)
        return {
            **texts,
            "windows": [asdict(window) for window in windows],
            "closed_days": [day.isoformat() for day in sorted(set(self.closed_days))],
        }


def takes_goods(stored: Mapping[str, Any], day: date) -> bool:
    """Whether goods are taken at a stored address on a day of its own calendar."""
    if day.isoformat() in stored["closed_days"]:
        return False
    weekday = tuple(Weekday)[day.weekday()]
    windows = stored["windows"]
    return not windows or any(window["weekday"] == weekday for window in windows)


def _check_windows(windows: Sequence[Window]) -> None:
    if len(windows) > MOST_WINDOWS:
        raise Invalid("address.windows", f"must be at most {MOST_WINDOWS}")
    before: Window | None = None
    for window in sorted(windows, key=_place):
        if _time(window.opens_at) >= _time(window.closes_at):
            raise Invalid("address.windows", "must close after they open, on the same day")
        is_same = before is not None and before.weekday is window.weekday
        if before is not None and is_same and _time(window.opens_at) < _time(before.closes_at):
            raise Invalid("address.windows", "must not overlap")
        before = window


def _place(window: Window) -> tuple[int, str]:
    return tuple(Weekday).index(window.weekday), window.opens_at


def _time(text: str) -> time:
    try:
        read = time.fromisoformat(text)
    except ValueError:
        read = None
    if read is None or read.isoformat("minutes") != text:
        raise Invalid("address.windows", "must be times such as 08:30")
    return read


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
