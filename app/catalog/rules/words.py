"""How people's words find goods: which terms a product is kept under, and which a search asks for.

Terms are compared for equality and for their beginning alone: nothing else may enter an index
under row-level security (decision 37). What a term is of stands in its first letter, so that one
range of the index is one way of being found.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

START, MIDDLE, BACKWARDS, CODE = "^", ".", "<", "="
"""A word from its beginning, from within, read backwards; a code or a GTIN without its signs."""

LONGEST_TERM = 40
LONGEST_RUN = 8
"""How many signs of Chinese or Japanese are looked up as one."""
MOST_WORDS = 8
MOST_CORRECTIONS = 8
_SHORTEST_MIDDLE = 3
_SHORTEST_MENDED = 4
_LONG = 7
_LAST = "\U0010ffff"
_IDEOGRAPHS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(f"[{_IDEOGRAPHS}]+|(?:(?![{_IDEOGRAPHS}])[^\\W_])+")
_IDEOGRAPH = re.compile(f"[{_IDEOGRAPHS}]")
_UNLIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "\u0131": "i", "þ": "th"}
)


@dataclass(frozen=True, slots=True)
class Texts:
    """What a product is found by: names in any language, and codes and GTINs of its sizes."""

    names: Sequence[str]
    codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Word:
    """One word of a search; `corrections` are what it may have been meant for, if told."""

    text: str
    corrections: tuple[str, ...] = ()

    @property
    def is_ideographic(self) -> bool:
        """Tell whether it is written in Chinese or Japanese, where words have no blanks."""
        return bool(_IDEOGRAPH.match(self.text))

    @property
    def can_be_mended(self) -> bool:
        """Tell whether a typing error in it could be told from another word."""
        return (
            len(self.text) >= _SHORTEST_MENDED and self.text.isalpha() and not self.is_ideographic
        )

    @property
    def beginnings(self) -> tuple[str, ...]:
        """The beginnings of terms of which one is right wherever one mistake was made.

        It is in one half, so the other is right; or the two letters in the middle are swapped.
        """
        half = len(self.text) // 2
        mended = self.text[: half - 1] + self.text[half]
        return START + self.text[:half], BACKWARDS + self.text[half:][::-1], START + mended

    @property
    def ways(self) -> tuple[str, ...]:
        """The beginnings of terms that it is found by as it stands."""
        if self.is_ideographic or len(self.text) >= _SHORTEST_MIDDLE:
            return START + self.text, MIDDLE + self.text
        return (START + self.text,)


@dataclass(frozen=True, slots=True)
class Sought:
    """A search: its words, all of which must be found, or the code that it is as a whole."""

    words: tuple[Word, ...]
    code: str

    def __bool__(self) -> bool:
        """Tell whether anything is sought: signs and blanks alone are nothing."""
        return bool(self.words)


def word_of(term: str) -> str:
    """Return the word that a term for beginnings or for words read backwards is of."""
    return term[:0:-1] if term.startswith(BACKWARDS) else term[1:]


def folded(text: str) -> str:
    """Return a text without case, accents and full width: what people take for the same."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(sign for sign in apart if unicodedata.category(sign) != "Mn")
    return plain.casefold().translate(_UNLIKE)


def sought(text: str) -> Sought:
    """Read a search; of very long ones the first words count."""
    found: list[str] = []
    for run in _RUNS.findall(folded(text)):
        longest = LONGEST_RUN if _IDEOGRAPH.match(run) else LONGEST_TERM
        pieces = [run[at : at + longest] for at in range(0, len(run), longest)]
        found += pieces if longest == LONGEST_RUN else pieces[:1]
    words = tuple(map(Word, dict.fromkeys(found)))
    return Sought(words[:MOST_WORDS], compact(text))


def compact(code: str) -> str:
    """Return a code without blanks and signs: people leave them out, and type others."""
    return "".join(_RUNS.findall(folded(code)))[:LONGEST_TERM]


def end_of(beginning: str) -> str:
    """Return what stands behind everything that begins so, and before all else."""
    return beginning + _LAST


def terms_of(texts: Texts) -> set[str]:
    """Return all that a product is to be found by."""
    found = {term for text in (*texts.names, *texts.codes) for term in _terms(folded(text))}
    for code in filter(None, map(compact, texts.codes)):
        found |= {CODE + code, CODE + (code.lstrip("0") or code)}
    return found


def nearest_words(typed: str, known: Iterable[str]) -> tuple[str, ...]:
    """Return the known words that differ least from a typed one, or begin with what does.

    One letter may be wrong, missing, too many or swapped with the next; two in long words.
    """
    most = 2 if len(typed) >= _LONG else 1
    apart = [(_distance(typed, word), word) for word in set(known)]
    least = min((far for far, _ in apart), default=most + 1)
    if least > most:
        return ()
    nearest = sorted((len(word), word) for far, word in apart if far == least)
    return tuple(word for _, word in nearest[:MOST_CORRECTIONS])


def _terms(text: str) -> Iterator[str]:
    for run in _RUNS.findall(text):
        if _IDEOGRAPH.match(run):
            for at in range(len(run)):
                yield (MIDDLE if at else START) + run[at : at + LONGEST_RUN]
            continue
        word = run[:LONGEST_TERM]
        yield START + word
        if not word.isalpha():
            continue
        for at in range(1, len(word) - _SHORTEST_MIDDLE + 1):
            yield MIDDLE + word[at:]
        if len(word) >= _SHORTEST_MENDED - 1:
            yield BACKWARDS + word[::-1]


def _distance(typed: str, word: str) -> int:
    """Count the mistakes that make one of another, or of its beginning, where enough is typed."""
    before: list[int] = []
    row = list(range(len(word) + 1))
    for place, letter in enumerate(typed, start=1):
        earlier, before, row = before, row, [place]
        for at, other in enumerate(word, start=1):
            cheapest = min(row[at - 1] + 1, before[at] + 1, before[at - 1] + (letter != other))
            swapped = place > 1 and at > 1 and letter == word[at - 2] and typed[place - 2] == other
            row.append(min(cheapest, earlier[at - 2] + 1) if swapped else cheapest)
    return min(row[max(_SHORTEST_MENDED, len(typed) - 1) :], default=row[-1])
