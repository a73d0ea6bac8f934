"""The seam to what knows the schema: what webhooks ask of it, and what it answers.

The composition roots fill it in: the API's with what checks a selection, the worker's with what
shows one.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.webhooks.rules.events import Subject
from app.webhooks.rules.signing import SecretKeys

CheckSelection = Callable[[str], Awaitable[str]]
"""Returns a selection as it is kept; raises `WebhookSelectionRefused` naming the problem."""


@dataclass(frozen=True, slots=True)
class WebhookTerms:
    """How secrets are made, how selections are checked, and whether this machine may be called."""

    keys: SecretKeys
    check_selection: CheckSelection
    allows_loopback: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a subject, and what of it could not be."""

    subject: Mapping[str, Any]
    errors: list[Mapping[str, Any]]


class NotTheirs(Exception):
    """The membership may not see the subject; orphaned when it may have no webhooks at all."""

    def __init__(self, *, is_orphaned: bool) -> None:
        """Say which of the two."""
        super().__init__("not theirs to see")
        self.is_orphaned = is_orphaned


class NotAnswered(Exception):
    """Something of ours stood in the way; a later try may succeed."""


Show = Callable[[UUID, UUID, str, Subject], Awaitable[Shown]]
"""Shows a subject by a selection, with the rights of a tenant's membership at this moment.

Raises `NotTheirs` or `NotAnswered`.
"""
