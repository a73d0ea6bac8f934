"""How much work a price takes, counted in calls, and that late answers are the same answers."""

import sys
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal, localcontext
from typing import Any
from uuid import UUID

import pytest

from app.pricing.rules import (
    Derivation,
    LossCode,
    PricedLine,
    PriceKind,
    PriceRequest,
    RequestLine,
    offers,
    price_lines,
)
from tests.support.books import ListedRow, make_book, make_list, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

SKUS = [UUID(int=5000 + number) for number in range(400)]
GOLD = make_list(
    2000, PriceKind.LEVEL, derivation=Derivation(parent_id=UUID(int=1000), percent=Decimal(97))
)


def calls_of(action: Callable[[], Any]) -> int:
    """Count the calls of Python functions that an action makes."""
    seen = 0

    def note(_frame: Any, event: str, _argument: Any) -> None:
        nonlocal seen
        seen += event == "call"

    sys.setprofile(note)
    try:
        action()
    finally:
        sys.setprofile(None)
    return seen


def rows_of(row: Row, skus: list[UUID]) -> list[ListedRow]:
    """Three breaks for each SKU, all in one list."""
    rows = [
        row(1, price, sku_id=sku, from_quantity=Decimal(start))
        for sku in skus
        for start, price in ((0, "3.00"), (24, "2.80"), (240, "2.50"))
    ]
    return [
        ListedRow(each.terms, each.row._replace(entry_id=UUID(int=90_000 + place)))
        for place, each in enumerate(rows)
    ]


@pytest.mark.parametrize("ask_all", [price_lines, offers])
def test_work_grows_with_the_lines_and_not_faster(
    row: Row, line: Line, ask: Ask, ask_all: Callable[[Any, Any], Any]
) -> None:
    book = make_book(rows_of(row, SKUS), GOLD)
    few, many = (
        ask(*(line("30", key=str(sku), sku_id=sku) for sku in SKUS[:number]))
        for number in (100, 400)
    )

    assert calls_of(lambda: ask_all(many, book)) <= 4.1 * calls_of(lambda: ask_all(few, book))


def test_rows_of_other_products_cost_no_work(row: Row, line: Line, ask: Ask) -> None:
    request = ask(*(line("30", key=str(sku), sku_id=sku) for sku in SKUS[:10]))
    small, large = (make_book(rows_of(row, SKUS[:number]), GOLD) for number in (10, 400))

    assert calls_of(lambda: price_lines(request, small)) == calls_of(
        lambda: price_lines(request, large)
    )


def test_many_lines_of_one_product_share_its_rows(row: Row, line: Line, ask: Ask) -> None:
    book = make_book(rows_of(row, SKUS[:1]), GOLD)
    first, hundred = (
        ask(*(line("1", key=str(number), sku_id=SKUS[0]) for number in range(count)))
        for count in (1, 100)
    )

    per_line = calls_of(lambda: price_lines(first, book))

    assert calls_of(lambda: price_lines(hundred, book)) < 80 * per_line


def test_what_is_asked_later_is_the_same_answer(row: Row, line: Line, ask: Ask) -> None:
    rows = rows_of(row, SKUS[:1])
    request = ask(line("30", sku_id=SKUS[0]))
    (asked,), (untouched,) = (price_lines(request, make_book(rows, GOLD)) for _ in range(2))
    assert isinstance(asked, PricedLine)

    losers, steps = asked.losers, asked.steps

    assert asked.losers is losers
    assert asked.steps is steps
    assert steps[-1].after == asked.amount
    assert asked == untouched


def test_prices_do_not_depend_on_the_ambient_precision(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "123456789.1234"),
        row(100, kind=PriceKind.LEVEL, percent_of_list=Decimal("97.1234")),
    ]
    request = ask(line("999"))

    with localcontext() as rough:
        rough.prec = 3
        (answer,) = price_lines(request, make_book(rows))
        assert isinstance(answer, PricedLine)
        told = (answer.amount, answer.steps, answer.losers, answer.next_break)

    assert told[0] == Decimal("119785525696.35")
    assert price_lines(request, make_book(rows)) == [answer]


@pytest.mark.parametrize(("quantity", "net"), [("1", "8.33"), ("11", "91.67"), ("12", "100.00")])
def test_pieces_of_a_dozen_never_drift(
    row: Row, line: Line, ask: Ask, quantity: str, net: str
) -> None:
    rows = [row(1, "100.00", packaging_level="INNER", unit_factor=Decimal(12))]

    assert quoted(ask(line(quantity)), rows).net == Decimal(net)


def test_a_derived_zero_is_a_price_and_a_missing_row_is_none(
    row: Row, line: Line, ask: Ask
) -> None:
    free = make_list(
        2000, PriceKind.LEVEL, derivation=Derivation(parent_id=UUID(int=1000), percent=Decimal(0))
    )

    answer = quoted(ask(line("3"), line("3", key="other", sku_id=SKUS[0])), [row(1, "3.00")], free)

    assert [priced.net for priced in answer.lines] == [Decimal("0.00")]
    assert [refused.key for refused in answer.refused] == ["other"]


def test_of_two_rows_of_one_key_the_later_start_wins(row: Row, line: Line, ask: Ask) -> None:
    old = row(1, "3.00")
    new = row(2, "2.00", valid_from=old.row.valid_from + timedelta(days=1))

    (answer,) = quoted(ask(line("1")), [new, old]).lines

    assert answer.net == Decimal("2.00")
    assert [(loser.code, "later" in loser.reason) for loser in answer.losers] == [
        (LossCode.WEAKER, True)
    ]
