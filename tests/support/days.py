"""Days as the networks of the tests count them."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

NETWORK_ZONE = ZoneInfo("Asia/Shanghai")
_ENDING = timedelta(seconds=90)


def network_day(ahead: int = 0) -> date:
    """The date where the networks of the tests are, so many days from now."""
    return datetime.now(NETWORK_ZONE).date() + timedelta(days=ahead)


def is_ending() -> bool:
    """Whether a test that begins now might end on the next day, there or by UTC."""
    now = datetime.now(UTC)
    return any(
        (now + _ENDING).astimezone(zone).date() != now.astimezone(zone).date()
        for zone in (UTC, NETWORK_ZONE)
    )
