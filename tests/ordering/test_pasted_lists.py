"""A pasted list becomes lines: nothing is dropped, and nothing is guessed."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.quantity import PackagingLevel
from app.ordering.rules.pasted import UNITS, read_text

CASE = PackagingLevel.CASE


@pytest.mark.parametrize(
    ("text", "word", "quantity", "unit"),
    [
        ("TEA-500\t3\tcase", "TEA-500", "3", CASE),
        ("TEA-500;3;Cases", "TEA-500", "3", CASE),
        ("TEA-500, 3, 箱", "TEA-500", "3", CASE),
        ("TEA-500   3   CTN", "TEA-500", "3", CASE),
        ("TEA-500 case 3", "TEA-500", "3", CASE),
        ("6901234567892 2cases", "6901234567892", "2", CASE),
        ("TEA-500 1.5", "TEA-500", "1.5", None),
    ],
)
def test_a_line_is_read_however_people_write_it(text, word, quantity, unit):
    (line,) = read_text(text)

    assert (line.word, line.quantity, line.unit) == (word, Decimal(quantity), unit)
    assert line.number == 1


@pytest.mark.parametrize("text", ["TEA-500", "TEA-500 many", "TEA-500 1 2 case", "TEA-500 -3"])
def test_an_unclear_quantity_is_none(text):
    (line,) = read_text(text)

    assert (line.word, line.quantity) == ("TEA-500", None)


def test_a_heading_and_empty_lines_are_passed_over_and_lines_keep_their_numbers():
    lines = read_text("\ufeffSKU;Quantity;Unit\n\nA;1;case\n ; ;\nB;2;dozen\n")

    assert [(line.number, line.word, line.unit_word) for line in lines] == [
        (3, "A", "case"),
        (5, "B", "dozen"),
    ]
    assert lines[1].unit is None


WORDS = st.text("ABCDEF-0123456789", min_size=1, max_size=12)
AMOUNTS = st.decimals("0", "999999", allow_nan=False, places=2).map(lambda each: f"{each:f}")
ROWS = st.lists(st.tuples(WORDS, AMOUNTS, st.sampled_from(["", *UNITS])), min_size=1, max_size=20)


@given(ROWS, st.sampled_from("\t;,"))
def test_every_line_that_says_something_is_answered(rows, separator):
    text = "\n".join(separator.join(row) for row in rows)

    lines = read_text(text)

    read = [(line.number, line.word, line.quantity, line.unit_word) for line in lines]
    assert read == [
        (number, word, Decimal(amount), unit)
        for number, (word, amount, unit) in enumerate(rows, start=1)
    ]


@given(st.text(max_size=300))
def test_no_text_is_too_odd_and_none_of_it_is_lost(text):
    lines = read_text(text)

    numbers = [line.number for line in lines]
    assert numbers == sorted(set(numbers))
    spoken = [line for line in text.removeprefix("\ufeff").splitlines() if line.strip(" \t;,")]
    assert len(lines) <= len(text.splitlines())
    assert len(lines) >= len([line for line in spoken if line.strip()]) - 1
