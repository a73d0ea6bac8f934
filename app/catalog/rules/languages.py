"""Which of several languages a reader is shown, by the tags of BCP 47."""

import re
from collections.abc import Collection, Sequence

from app.kernel.errors import Invalid

MOST_WANTED = 10
"""How many languages of a reader count."""

_TAG = re.compile(r"([A-Za-z]{2,3})(?:-([A-Za-z]{4}))?(?:-([A-Za-z]{2}|\d{3}))?")
_WEIGHT = re.compile(r"\s*;\s*q\s*=\s*([01](?:\.\d{0,3})?)\s*$")


def checked_language(text: str, path: str) -> str:
    """Return a tag as it is usually written (zh-Hant-TW); raises `Invalid` for what is none."""
    tag = language_tag(text)
    if tag is None:
        raise Invalid(path, "must be a language such as en, zh-Hans or pt-BR")
    return tag


def language_tag(text: str) -> str | None:
    """Return a tag of language, script and region as it is usually written; none for others."""
    found = _TAG.fullmatch(text.strip())
    if found is None:
        return None
    language, script, region = found.groups()
    parts = (language.lower(), script and script.title(), region and region.upper())
    return "-".join(filter(None, parts))


def languages_in(header: str) -> tuple[str, ...]:
    """Return what an Accept-Language header asks for, the most wanted first; senseless parts not.

    >>> languages_in("de;q=0.5, zh-cn, *;q=0.1")
    ('zh-CN', 'de')
    """
    asked: list[tuple[float, int, str]] = []
    for place, part in enumerate(header.split(",")[: 4 * MOST_WANTED]):
        weight = _WEIGHT.search(part)
        tag = language_tag(part[: weight.start()] if weight else part)
        height = float(weight.group(1)) if weight else 1.0
        if tag is not None and height > 0:
            asked.append((-height, place, tag))
    return tuple(dict.fromkeys(tag for _, _, tag in sorted(asked)))[:MOST_WANTED]


def best_language(wanted: Sequence[str], there: Collection[str]) -> str | None:
    """Return which language of those there a reader is shown; none where none of them helps.

    The first wanted that is there, as it stands or without its region and script; else one of the
    same language for another region.
    """
    for tag in wanted:
        parts = tag.split("-")
        for length in range(len(parts), 0, -1):
            shorter = "-".join(parts[:length])
            if shorter in there:
                return shorter
        sisters = sorted(each for each in there if each.split("-")[0] == parts[0])
        if sisters:
            return sisters[0]
    return None
