"""What is said of each event, in words for people: pure text, no rows and no clock."""

from app.notifications.rules.kinds import NotificationKind, announced_kinds
from app.notifications.rules.trying import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    Placeholder,
    Template,
    placeholders_of,
    template_of,
    unknown_placeholders,
)
from app.notifications.rules.wording import Announcement, Words, announcement_of

__all__ = [
    "LONGEST_TEXT",
    "LONGEST_TITLE",
    "Announcement",
    "NotificationKind",
    "Placeholder",
    "Template",
    "Words",
    "announced_kinds",
    "announcement_of",
    "placeholders_of",
    "template_of",
    "unknown_placeholders",
]
