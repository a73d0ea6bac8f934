"""How a person wants to be told, as they say it: plain values."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import time

from app.notifications.habits import EmailTiming, QuietHours
from app.notifications.languages import Language
from app.notifications.rules import NotificationKind


@dataclass(frozen=True, slots=True)
class Choice:
    """How one kind is told: shown in the app or not, and when by e-mail."""

    kind: NotificationKind
    is_shown: bool
    email: EmailTiming


@dataclass(frozen=True, slots=True)
class Settings:
    """All that a person chose; none is as for whoever chose nothing."""

    time_zone: str | None = None
    quiet: QuietHours | None = None
    digest_at: time | None = None
    choices: Sequence[Choice] = field(default_factory=tuple)
    language: Language | None = None


def quiet_hours(begin: time | None, end: time | None) -> QuietHours | None:
    """Read quiet hours from two columns that are filled or empty together."""
    return None if begin is None or end is None else QuietHours(begin, end)
