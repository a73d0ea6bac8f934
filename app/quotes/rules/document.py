"""Quotes as orders keep them: plain data, readable for ever.

What is as usual, the very default of its field, is left out. What lost stands together by the
reason (`together.py`).
"""

from dataclasses import MISSING, fields, replace
from operator import attrgetter
from typing import Any, cast

import orjson

from app.kernel.document import UnreadableDocument, WrittenJson, from_plain, to_json
from app.kernel.later import known
from app.promotions.rules.outcome import Said, SchemeBenefit
from app.quotes.rules.explanation import Told
from app.quotes.rules.result import LineFigures, Quote, QuotedLine
from app.quotes.rules.together import (
    losers_apart,
    losers_together,
    schemes_apart,
    schemes_together,
)

DOCUMENT_FORMAT = 4
"""Grows when a stored quote changes its shape in a way that defaults cannot bridge."""

_FIRST_FORMAT, _SECOND_FORMAT, _THIRD_FORMAT = 1, 2, 3
_APART = ("lines", "said")
_TOLD = tuple(field.name for field in fields(Told))
_ALWAYS = "deposit"
"""Stands in every line, whoever reads the document: it is one of the line's amounts."""

_USUAL_OF_LINES = [
    (field.name, field.default)
    for field in fields(LineFigures)
    if field.default is not MISSING and field.name != _ALWAYS
]
_USUAL_OF_BENEFITS = list(SchemeBenefit._field_defaults.items())
_OWN = tuple(field.name for field in fields(Quote) if field.name not in _APART)
_FIGURES = tuple(field.name for field in fields(LineFigures))
_own, _figures, _told = attrgetter(*_OWN), attrgetter(*_FIGURES), attrgetter(*_TOLD)


def to_document(quote: Quote) -> dict[str, Any]:
    """Write the whole quote as JSON-able data, decimals as text."""
    return cast("dict[str, Any]", orjson.loads(_written(quote)))


def to_stored(quote: Quote) -> WrittenJson:
    """Write the same as JSON that rows take as it is, for an order to keep."""
    return WrittenJson(_written(quote))


def from_document(document: dict[str, Any]) -> Quote:
    """Read a stored quote back, equal to the one written; UnreadableDocument otherwise."""
    number, plain = document.get("format"), document.get("quote")
    if not isinstance(plain, dict):
        raise UnreadableDocument("the document holds no quote")
    told = cast("dict[str, Any]", plain)
    if number in (_FIRST_FORMAT, _SECOND_FORMAT):
        return _read(_brought_up(number, told))
    if number == _THIRD_FORMAT:
        return _read(told)
    if number == DOCUMENT_FORMAT:
        return _read(_spread(told))
    raise UnreadableDocument(f"unknown format {number!r}")


def _written(quote: Quote) -> bytes:
    """Write line by line: the stories of a thousand lines take more memory than all else."""
    plain: dict[str, Any] = dict(zip(_OWN, _own(quote), strict=True))
    plain |= _what_schemes_say(quote.said.told)
    plain["lines"] = [orjson.Fragment(to_json(_line(line))) for line in quote.lines]
    return to_json({"format": DOCUMENT_FORMAT, "quote": plain})


def _line(line: QuotedLine) -> dict[str, Any]:
    figures = dict(zip(_FIGURES, _figures(line), strict=True))
    for name, usual in _USUAL_OF_LINES:
        if figures[name] is usual:
            del figures[name]
    told = line.explanation.tell()
    if told.next_break is not None:
        figures["next_break"] = told.next_break
    return {**figures, "steps": told.steps, "losers": losers_together(told.losers)}


def _what_schemes_say(said: Said) -> dict[str, Any]:
    return {
        "hints": [each._asdict() for each in said.hints],
        "losing_schemes": schemes_together(said.losing_schemes),
        "benefits": [_benefit(each) for each in said.benefits],
    }


def _benefit(benefit: SchemeBenefit) -> dict[str, Any]:
    plain = benefit._asdict()
    for name, usual in _USUAL_OF_BENEFITS:
        if plain[name] is usual:
            del plain[name]
    return plain


def _spread(plain: dict[str, Any]) -> dict[str, Any]:
    """Write out what was put together."""
    try:
        lines = [{**line, "losers": losers_apart(line["losers"])} for line in plain["lines"]]
        schemes = schemes_apart(plain["losing_schemes"])
    except (AttributeError, KeyError, TypeError) as cause:
        raise UnreadableDocument(f"not a quote of format {DOCUMENT_FORMAT}: {cause}") from cause
    return {**plain, "lines": lines, "losing_schemes": schemes}


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
