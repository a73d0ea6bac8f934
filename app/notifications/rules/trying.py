"""Words that an organisation would say: what they may name, and how they read."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.notifications.languages import Language
from app.notifications.rules.english import ENGLISH
from app.notifications.rules.kinds import NotificationKind
from app.notifications.rules.samples import SAMPLES
from app.notifications.rules.wording import (
    PLACEHOLDER,
    Announcement,
    Words,
    announcement_of,
    built_in_words,
    names_in,
)

LONGEST_TITLE = 200
LONGEST_TEXT = 4_000


@dataclass(frozen=True, slots=True)
class Placeholder:
    """A name that words of a kind may use; what is not always known takes its line along."""

    name: str
    is_always_known: bool
    sample: str


@dataclass(frozen=True, slots=True)
class Template:
    """What a kind says in a language, and how that reads with sample values."""

    kind: NotificationKind
    language: Language
    words: Words
    is_own: bool
    placeholders: Sequence[Placeholder]
    preview: Announcement


def placeholders_of(kind: NotificationKind, language: Language) -> Sequence[Placeholder]:
    """Return what words of a kind may use, by name, with a sample in the language."""
    title, first, *_ = ENGLISH[kind]
    always = {*names_in(title), *names_in(first)}
    names = {name for sentence in ENGLISH[kind] for name in names_in(sentence)}
    return [Placeholder(name, name in always, SAMPLES[name][language]) for name in sorted(names)]


def unknown_placeholders(kind: NotificationKind, said: str) -> Sequence[str]:
    """Return what stands in braces and is no placeholder of a kind, and braces that stand alone."""
    right = {name for sentence in ENGLISH[kind] for name in names_in(sentence)}
    wrong = [name for name in PLACEHOLDER.findall(said) if name not in right]
    alone = set("{}").intersection(PLACEHOLDER.sub("", said))
    return [*dict.fromkeys(wrong), *sorted(alone)]


def sample_of(kind: NotificationKind, language: Language, own: Words | None) -> Announcement:
    """Say a kind with sample values, as its readers would be told it."""
    data = {each.name: each.sample for each in placeholders_of(kind, language)}
    return announcement_of(kind, data, language, own)


def template_of(kind: NotificationKind, language: Language, own: Words | None) -> Template:
    """Show own words, or the built-in ones, with what they may name and a preview."""
    return Template(
        kind,
        language,
        own or built_in_words(kind, language),
        own is not None,
        placeholders_of(kind, language),
        sample_of(kind, language, own),
    )
