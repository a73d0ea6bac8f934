"""Quotes as orders keep them, also those that the first releases wrote."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.kernel.document import UnreadableDocument
from app.quotes.rules import from_document, to_document

FIRST = Path(__file__).with_name("quote_of_format_1.json")
THIRD = Path(__file__).with_name("quote_of_format_3.json")


def test_a_quote_of_the_first_releases_stays_readable():
    quote = from_document(json.loads(FIRST.read_text()))

    assert (quote.net, quote.tax, quote.gross) == (
        Decimal("582.12"),
        Decimal("75.67"),
        Decimal("657.79"),
    )
    assert quote.total == quote.gross
    assert [step.name for step in quote.lines[0].steps][-1] == "TAX"
    assert quote.lines[0].price_amount == quote.lines[0].net
    assert quote.refused[0].code == "NO_PRICE"


def test_an_old_quote_written_anew_reads_the_same():
    quote = from_document(json.loads(FIRST.read_text()))

    assert from_document(json.loads(json.dumps(to_document(quote)))) == quote


def test_the_one_authority_of_older_quotes_counts_for_each_discount():
    document = to_document(from_document(json.loads(FIRST.read_text())))
    (first, *others) = document["quote"]["lines"]
    by_hand = {"manual_percent": "3", "manual_reason": "why", "manual_by": "Wei"}
    given = {**first, **by_hand, "losers": []}
    context = {**document["quote"]["context"], "authority_percent": "5"}
    lines = [given, *({**line, "losers": []} for line in others)]
    older = {**document["quote"], "lines": lines, "context": context}

    quote = from_document({"format": 2, "quote": older})

    limits = [line.manual_authority for line in quote.lines]
    assert limits == [Decimal(5), *[None] * len(others)]
    assert from_document(json.loads(json.dumps(to_document(quote)))) == quote


def test_what_lost_is_told_one_by_one_however_it_was_written():
    document = json.loads(THIRD.read_text())

    quote = from_document(document)
    now = to_document(quote)

    assert [(row.entry_id.int, row.code) for row in quote.lines[0].losers] == [
        (906, "BREAK_NOT_REACHED"),
        (901, "WEAKER"),
        (902, "RAISES_PRICE"),
        (903, "OTHER_UNIT"),
        (904, "OTHER_UNIT"),
    ]
    assert [(each.name, each.code) for each in quote.losing_schemes] == [
        ("Scheme 2", "COUPON_MISSING"),
        ("Scheme 3", "THRESHOLD_NOT_REACHED"),
        ("Scheme 4", "COUPON_MISSING"),
    ]
    assert now["quote"] != document["quote"]
    assert from_document(now) == quote


def test_amounts_and_steps_of_every_line_stand_in_the_document_by_name():
    document = to_document(from_document(json.loads(THIRD.read_text())))

    for line in document["quote"]["lines"]:
        assert line.keys() >= {"quantity", "net", "tax", "gross", "deposit"}
        assert line["steps"][-1]["after"] == line["gross"]


@pytest.mark.parametrize(
    "change",
    [{"lines": [{"key": "0"}]}, {"lines": 5}, {"losing_schemes": [{"code": "WEAKER"}]}],
)
def test_a_document_that_tells_nothing_of_what_lost_is_refused(change):
    document = to_document(from_document(json.loads(THIRD.read_text())))

    with pytest.raises(UnreadableDocument):
        from_document({**document, "quote": {**document["quote"], **change}})


@pytest.mark.parametrize(
    "document",
    [{}, {"format": 5, "quote": {}}, {"format": 4, "quote": {}}, {"format": 3, "quote": {}}],
)
def test_a_document_of_nobodys_is_refused(document):
    with pytest.raises(UnreadableDocument):
        from_document(document)
