"""Putting an event into words: the built-in ones of a language, or an organisation's own.

A placeholder is a name in braces and stands for a value as text: nothing else is looked up, called
or formatted.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.notifications.languages import USUAL, Language, best_of
from app.notifications.rules.chinese import CHINESE
from app.notifications.rules.english import ENGLISH
from app.notifications.rules.kinds import NotificationKind

PLACEHOLDER = re.compile(r"\{([^{}\n]*)\}")
_BUILT_IN: Mapping[Language, Mapping[NotificationKind, tuple[str, ...]]] = {
    Language.EN: ENGLISH,
    Language.ZH: CHINESE,
}
_BETWEEN_SENTENCES = {Language.EN: " ", Language.ZH: ""}


@dataclass(frozen=True, slots=True)
class Announcement:
    """One thing to tell people: a line for lists and subjects, and the whole of it."""

    kind: NotificationKind
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class Words:
    """What an organisation says instead of the built-in words, with placeholders."""

    title: str
    text: str


def announcement_of(
    event_kind: str,
    data: Mapping[str, Any],
    language: Language = USUAL,
    own: Words | None = None,
) -> Announcement:
    """Put an event into words; `data` holds what its kind promises, dates in ISO 8601.

    A sentence of the built-in words, or a line of one's own, that needs a value nobody knows is
    left out. Own words that would leave nothing to say give way to the built-in ones.
    """
    kind = NotificationKind(event_kind.upper())
    values = _values(data, language)
    if own is not None:
        lines = [line for line in own.text.splitlines() if _is_known(line, values)]
        text = "\n".join(_filled(line, values) for line in lines).strip()
        if text and _is_known(own.title, values):
            return Announcement(kind, _filled(own.title, values), text)
    title, *sentences = _BUILT_IN[language][kind]
    said = [_filled(each, values) for each in sentences if _is_known(each, values)]
    return Announcement(kind, _filled(title, values), _BETWEEN_SENTENCES[language].join(said))


def built_in_words(kind: NotificationKind, language: Language) -> Words:
    """Return the words that hold where an organisation has none of its own, a sentence a line."""
    title, *sentences = _BUILT_IN[language][kind]
    return Words(title, "\n".join(sentences))


def _values(data: Mapping[str, Any], language: Language) -> dict[str, str]:
    """Return what is known as text; a value that comes in several languages in the best of them."""
    known: dict[str, str] = {}
    for name, value in data.items():
        if isinstance(value, Mapping):
            by_language = cast("Mapping[str, str]", value)
            spoken = {each: by_language[each] for each in Language if each in by_language}
            if spoken:
                known[name] = spoken[best_of(spoken, [language, USUAL])]
        elif value is not None and value != "":
            known[name] = str(value)
    return known


def names_in(said: str) -> list[str]:
    """Return what stands in braces."""
    return PLACEHOLDER.findall(said)


def _is_known(said: str, values: Mapping[str, str]) -> bool:
    return all(name in values for name in names_in(said))


def _filled(said: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], said)
