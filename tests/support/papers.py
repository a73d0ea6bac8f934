"""The project's papers as data: their fenced blocks, links, and the words they name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[2]
PAPERS = sorted([*PROJECT.glob("*.md"), *PROJECT.glob("docs/**/*.md")])
_FENCE = re.compile(r"^```(?P<heading>[^\n`]*)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_IN_CODE = re.compile(r"`(?P<words>[^`\n]+)`")
_BLANK = re.compile(r"<[a-z][a-z' ]*>")


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, what stands beside it (`as=buyer`), and its text."""

    language: str
    notes: dict[str, str]
    text: str


def blocks(paper: Path) -> list[Block]:
    return [_block(found) for found in _FENCE.finditer(paper.read_text("utf-8"))]


def links(paper: Path) -> Iterator[str]:
    """Targets of links into the project, without their anchors."""
    for found in _LINK.finditer(_without_fences(paper)):
        target = found["target"].partition("#")[0]
        if target and "://" not in target:
            yield target


def code_words(paper: Path) -> list[str]:
    """What stands between backticks in running text."""
    return [found["words"] for found in _IN_CODE.finditer(_without_fences(paper))]


def blanks(text: str) -> set[str]:
    """The names of what a reader fills in, such as `<order>`."""
    return set(_BLANK.findall(text))


def filled(text: str, known: dict[str, str]) -> str:
    """The text with what is known for every blank; an unknown one fails."""
    return _BLANK.sub(lambda found: known[found[0]], text)


def learn(printed: Any, answered: Any, known: dict[str, str]) -> Any:
    """The answer with what is known shown as blanks again; a new blank learns its value here."""
    if isinstance(printed, dict) and isinstance(answered, dict):
        return {key: learn(printed.get(key), answered[key], known) for key in answered}
    if isinstance(printed, list) and isinstance(answered, list) and len(printed) == len(answered):
        return [learn(*pair, known) for pair in zip(printed, answered, strict=True)]
    if isinstance(printed, str) and _BLANK.fullmatch(printed):
        return printed if known.setdefault(printed, answered) == answered else answered
    return answered


def _block(found: re.Match[str]) -> Block:
    language, _, rest = found["heading"].partition(" ")
    notes = dict(note.split("=", 1) for note in rest.split())
    return Block(language, notes, found["text"])


def _without_fences(paper: Path) -> str:
    return _FENCE.sub("", paper.read_text("utf-8"))
