"""What packages above may ask: tell people, and keep track of the e-mails that say the same."""

from app.notifications.operations.digests import (
    DIGEST_GATHERED,
    Digest,
    due_digests,
    mark_digest_sent,
    unsent_digest,
)
from app.notifications.operations.habits import Delivery, deliveries
from app.notifications.operations.mailing import UnsentEmail, mark_sent, unsent_email
from app.notifications.operations.telling import (
    MEMBERSHIP,
    NOTIFICATION_CREATED,
    notify,
    own_membership,
)

__all__ = [
    "DIGEST_GATHERED",
    "MEMBERSHIP",
    "NOTIFICATION_CREATED",
    "Delivery",
    "Digest",
    "UnsentEmail",
    "deliveries",
    "due_digests",
    "mark_digest_sent",
    "mark_sent",
    "notify",
    "own_membership",
    "unsent_digest",
    "unsent_email",
]
