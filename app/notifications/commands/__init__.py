"""What a person may do with what they were told, and how they want to be told."""

from app.notifications.commands.digests import gather_digest
from app.notifications.commands.reading import mark_notifications_read
from app.notifications.commands.settings import set_notification_settings
from app.notifications.commands.templates import NewWords, set_notification_template

__all__ = [
    "NewWords",
    "gather_digest",
    "mark_notifications_read",
    "set_notification_settings",
    "set_notification_template",
]
