"""What webhooks chose to hear, noted anew every night: of one network only."""

from collections.abc import Mapping

JOBS: Mapping[str, tuple[str, ...]] = {"note_webhook_choices": ("Webhook",)}
