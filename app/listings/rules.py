"""How far a product is on its way to the shelf, and what changed in its texts."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from difflib import SequenceMatcher
from enum import StrEnum
from hashlib import sha256
from typing import Any, cast

MOST_COMPARED = 4_000
"""Longer texts are shown whole before and after: comparing them takes too long."""


class ListingStage(StrEnum):
    """Where a product stands between draft and shelf (R2-7..R2-12, R3-7, R3-8)."""

    DRAFT = "DRAFT"
    UNDER_REVIEW = "UNDER_REVIEW"
    APPROVED = "APPROVED"
    LISTED = "LISTED"
    DISPLAY_CONFIRMED = "DISPLAY_CONFIRMED"
    DELISTED = "DELISTED"


class TextChange(StrEnum):
    """Whether a piece of a text stayed, was taken out, or was put in."""

    SAME = "SAME"
    REMOVED = "REMOVED"
    ADDED = "ADDED"


@dataclass(frozen=True, slots=True)
class TextPiece:
    """A piece of a text, before and after read together."""

    change: TextChange
    text: str


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field before and after a change, none where there was no value, and what differs."""

    field: str
    before: str | None
    after: str | None
    pieces: tuple[TextPiece, ...]


def stage_of(
    status: str, listed_at: datetime | None, review: str | None, confirmed_at: datetime | None
) -> ListingStage:
    """Tell the stage from the product's status and its last review.

    A delisted product under review is under review: it is on its way back.
    """
    if status == ListingStage.LISTED:
        is_right = confirmed_at is not None and listed_at is not None and confirmed_at >= listed_at
        return ListingStage.DISPLAY_CONFIRMED if is_right else ListingStage.LISTED
    if review in {ListingStage.UNDER_REVIEW, ListingStage.APPROVED}:
        return ListingStage(review)
    return ListingStage(status)


def digest(parts: Sequence[object]) -> str:
    """Return a text that is the same only for the same parts in the same order."""
    return sha256("\x1f".join(map(repr, parts)).encode()).hexdigest()


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[FieldChange]:
    """Return what differs between two states, by field in the order of their names."""
    names = sorted({*before, *after})
    pairs = [(name, _shown(before.get(name)), _shown(after.get(name))) for name in names]
    return [
        FieldChange(name, old, new, tuple(compared(old or "", new or "")))
        for name, old, new in pairs
        if old != new
    ]


def compared(before: str, after: str) -> list[TextPiece]:
    """Return what stayed, went and came, word by word, of Chinese sign by sign."""
    if len(before) + len(after) > MOST_COMPARED:
        whole = (TextPiece(TextChange.REMOVED, before), TextPiece(TextChange.ADDED, after))
        return [piece for piece in whole if piece.text]
    old, new = _words(before), _words(after)
    found: list[TextPiece] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            found.append(TextPiece(TextChange.SAME, "".join(old[a:b])))
            continue
        if a < b:
            found.append(TextPiece(TextChange.REMOVED, "".join(old[a:b])))
        if c < d:
            found.append(TextPiece(TextChange.ADDED, "".join(new[c:d])))
    return found


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W\u3040-\u9fff]+|\s+|.", text)


def _shown(value: object) -> str | None:
    if isinstance(value, list):
        return ", ".join(map(str, cast("list[object]", value)))
    return None if value is None else str(value)
