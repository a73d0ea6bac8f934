"""Quotes as orders keep them: plain data, readable for ever."""

from collections.abc import Sequence
from dataclasses import fields, replace
from operator import attrgetter
from typing import Any, cast

import orjson

from app.kernel.document import UnreadableDocument, from_plain, to_json, to_plain
from app.kernel.later import known
from app.promotions.rules.outcome import Said
from app.quotes.rules.explanation import Told
from app.quotes.rules.result import LineFigures, Quote, QuotedLine

DOCUMENT_FORMAT = 3
"""Grows when a stored quote changes its shape in a way that defaults cannot bridge."""

_FIRST_FORMAT, _SECOND_FORMAT = 1, 2
_APART = ("lines", "said")
_TOLD = tuple(field.name for field in fields(Told))
_OWN = tuple(field.name for field in fields(Quote) if field.name not in _APART)
_FIGURES = tuple(field.name for field in fields(LineFigures))
_own, _figures, _told = attrgetter(*_OWN), attrgetter(*_FIGURES), attrgetter(*_TOLD)


def to_document(quote: Quote) -> dict[str, Any]:
    """Write the whole quote as JSON-able data, decimals as text."""
    return cast("dict[str, Any]", to_plain(_whole(quote, tuple(map(_line, quote.lines)))))


def to_stored(quote: Quote) -> orjson.Fragment:
    """Write the same as JSON that rows take as it is, for an order to keep.

    Line by line: the stories of a thousand lines take more memory than all else together.
    """
    lines = [orjson.Fragment(to_json(_line(line))) for line in quote.lines]
    return orjson.Fragment(to_json(_whole(quote, lines)))


def from_document(document: dict[str, Any]) -> Quote:
    """Read a stored quote back, equal to the one written; UnreadableDocument otherwise."""
    number, plain = document.get("format"), document.get("quote")
    if not isinstance(plain, dict):
        raise UnreadableDocument("the document holds no quote")
    told = cast("dict[str, Any]", plain)
    if number in (_FIRST_FORMAT, _SECOND_FORMAT):
        return _read(_brought_up(number, told))
    if number == DOCUMENT_FORMAT:
        return _read(told)
    raise UnreadableDocument(f"unknown format {number!r}")


def _whole(quote: Quote, lines: Sequence[Any]) -> dict[str, Any]:
    """Lay the quote out in its document's fields; what stands in them is written by others."""
    plain: dict[str, Any] = dict(zip(_OWN, _own(quote), strict=True))
    plain |= quote.said.told._asdict()
    plain["lines"] = lines
    return {"format": DOCUMENT_FORMAT, "quote": plain}


def _line(line: QuotedLine) -> dict[str, Any]:
    figures = zip(_FIGURES, _figures(line), strict=True)
    return {**dict(figures), **dict(zip(_TOLD, _told(line.explanation.tell()), strict=True))}


def _read(plain: dict[str, Any]) -> Quote:
    lines = plain.get("lines")
    if not isinstance(lines, list):
        raise UnreadableDocument("the quote has no lines")
    read = tuple(_read_line(line) for line in cast("list[dict[str, Any]]", lines))
    said = from_plain(Said, {name: plain[name] for name in Said._fields if name in plain})
    rest = {name: value for name, value in plain.items() if name not in Said._fields}
    return replace(from_plain(Quote, {**rest, "lines": []}), lines=read, said=known(said))


def _read_line(plain: dict[str, Any]) -> QuotedLine:
    told = from_plain(Told, {name: plain[name] for name in _TOLD if name in plain})
    figures = from_plain(
        LineFigures, {name: value for name, value in plain.items() if name not in _TOLD}
    )
    return QuotedLine(**vars(figures), explanation=known(told))


def _brought_up(number: int, plain: dict[str, Any]) -> dict[str, Any]:
    try:
        second = _from_first_format(plain) if number == _FIRST_FORMAT else plain
        return _from_second_format(second)
    except (AttributeError, TypeError) as cause:
        raise UnreadableDocument(f"not a quote of format {number}: {cause}") from cause


def _from_first_format(plain: dict[str, Any]) -> dict[str, Any]:
    """Add what quotes without schemes and deposits did not say."""
    lines = [_line_from_first_format(line) for line in plain.get("lines", ())]
    return {**plain, "lines": lines, "deposits": "0", "total": plain.get("gross")}


def _line_from_first_format(plain: dict[str, Any]) -> dict[str, Any]:
    key = "gross" if plain.get("tax_inclusive") else "net"
    return {**plain, "price_amount": plain.get(key), "discount": "0"}


def _from_second_format(plain: dict[str, Any]) -> dict[str, Any]:
    """Give every discount by hand the one authority that counted for all of them."""
    context = {**plain.get("context", {})}
    authority = context.pop("authority_percent", None)
    lines = [_judged_by(authority, line) for line in plain.get("lines", ())]
    return {**plain, "context": context, "lines": lines}


def _judged_by(authority: str | None, plain: dict[str, Any]) -> dict[str, Any]:
    if plain.get("manual_percent") is None:
        return plain
    return {**plain, "manual_authority": authority}
