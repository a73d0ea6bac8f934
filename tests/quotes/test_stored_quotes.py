"""Quotes as orders keep them, also those that the first releases wrote."""

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.kernel.document import UnreadableDocument
from app.quotes.rules import from_document, to_document

FIRST = Path(__file__).with_name("quote_of_format_1.json")


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
    given = {**first, "manual_percent": "3", "manual_reason": "why", "manual_by": "Wei"}
    context = {**document["quote"]["context"], "authority_percent": "5"}
    older = {**document["quote"], "lines": [given, *others], "context": context}

    quote = from_document({"format": 2, "quote": older})

    limits = [line.manual_authority for line in quote.lines]
    assert limits == [Decimal(5), *[None] * len(others)]
    assert from_document(json.loads(json.dumps(to_document(quote)))) == quote


@pytest.mark.parametrize("document", [{}, {"format": 4, "quote": {}}, {"format": 3, "quote": {}}])
def test_a_document_of_nobodys_is_refused(document):
    with pytest.raises(UnreadableDocument):
        from_document(document)
