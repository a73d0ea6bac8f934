"""Lists that derive their prices from a parent (Our rule 3)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.pricing.rules import (
    Derivation,
    LossCode,
    PricedLine,
    PriceKind,
    PriceRequest,
    RefusalCode,
    RefusedLine,
    RequestLine,
    StepName,
    price_lines,
    problems,
)
from tests.support.books import ListedRow, make_book, make_list, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

BASE = UUID(int=1000)
CASE: dict[str, Any] = {"packaging_level": "CASE", "unit_factor": Decimal(24)}


def deriving(number: int, parent: UUID = BASE, /, **rule: Any) -> Any:
    """Make a level list that derives; numbers of the rule are written as text."""
    numbers = {name: Decimal(value) for name, value in rule.items()}
    derivation = Derivation(parent_id=parent, **numbers)
    return make_list(number, PriceKind.LEVEL, name="Gold", derivation=derivation)


@pytest.mark.parametrize(
    ("rule", "net"),
    [
        ({}, "10.00"),
        ({"percent": "97"}, "9.70"),
        ({"amount": "-0.35"}, "9.65"),
        ({"percent": "90", "amount": "0.27"}, "9.27"),
        ({"percent": "97", "multiple": "0.50"}, "9.50"),
        ({"percent": "97.5", "multiple": "0.50"}, "10.00"),
        ({"percent": "50", "floor": "8"}, "8.00"),
        ({"percent": "150", "ceiling": "12"}, "12.00"),
        ({"percent": "97", "multiple": "4", "floor": "9", "ceiling": "11"}, "9.00"),
        ({"amount": "-30", "floor": "1"}, "1.00"),
        ({"percent": "0"}, "0.00"),
    ],
)
def test_a_derived_price_is_shared_shifted_rounded_then_clamped(
    row: Row, line: Line, ask: Ask, rule: dict[str, str], net: str
) -> None:
    answer = quoted(ask(line("1")), [row(1, "10.00")], deriving(2000, **rule))

    assert answer.net == Decimal(net)


def test_a_derivation_counts_per_unit_of_the_parents_row(row: Row, line: Line, ask: Ask) -> None:
    gold = deriving(2000, percent="97", amount="0.10", multiple="0.05")

    (case, piece) = quoted(ask(line("1", "CASE"), line("1")), [row(1, "60.00", **CASE)], gold).lines

    assert case.net == Decimal("58.30")
    assert piece.net == Decimal("2.43")


def test_a_list_three_deep_lives_with_the_first(row: Row, line: Line, ask: Ask) -> None:
    lists = [
        make_list(
            2000 + step,
            PriceKind.GROUP,
            name=name,
            derivation=Derivation(parent_id=UUID(int=parent), percent=Decimal(90)),
        )
        for step, (name, parent) in enumerate([("Silver", 1000), ("Gold", 2000)])
    ]
    platinum = deriving(2002, UUID(int=2001), amount="-1")

    before, after = (
        quoted(ask(line("1")), [row(1, price)], *lists, platinum) for price in ("10.00", "20.00")
    )

    assert (before.net, after.net) == (Decimal("7.10"), Decimal("15.20"))
    assert before.lines[0].steps[1].reason == (
        "Gold: 90 % of BASE 1000, 90 % of Silver, Gold minus 1, 7.1000 per base unit"
    )


def test_the_step_names_the_kind_of_list_and_tells_the_derivation(
    row: Row, line: Line, ask: Ask
) -> None:
    (answer,) = quoted(ask(line("1")), [row(1, "10.00")], deriving(2000, percent="97")).lines

    assert [step.name for step in answer.steps] == [StepName.LIST, StepName.LEVEL, StepName.TAX]
    assert answer.steps[1].list_id == UUID(int=2000)
    assert answer.steps[1].source_id == UUID(int=10_001)
    assert "97 % of BASE 1000" in answer.steps[1].reason


def test_an_own_row_overrides_the_derived_one_of_its_threshold_alone(
    row: Row, line: Line, ask: Ask
) -> None:
    gold = deriving(1001, percent="90")
    rows = [
        row(1, "10.00"),
        row(2, "9.00", from_quantity=Decimal(20)),
        row(100, "8.50", kind=PriceKind.LEVEL, name="Gold", derivation=gold.derivation),
    ]

    one, twenty = (quoted(ask(line(quantity)), rows) for quantity in ("1", "20"))

    assert (one.net, twenty.net) == (Decimal("8.50"), Decimal("162.00"))
    assert LossCode.OVERRIDDEN in {loser.code for loser in one.lines[0].losers}


def test_an_own_row_out_of_time_overrides_nothing(row: Row, line: Line, ask: Ask) -> None:
    gold = deriving(1001, percent="90")
    later = row(1, "1").row.valid_from.replace(year=2027)
    own = row(
        100, "8.50", kind=PriceKind.LEVEL, name="Gold", derivation=gold.derivation, valid_from=later
    )

    (answer,) = quoted(ask(line("1")), [row(1, "10.00"), own]).lines

    assert answer.net == Decimal("9.00")
    assert LossCode.NOT_YET_VALID in {loser.code for loser in answer.losers}


def test_a_percentage_of_the_parent_is_priced_before_it_is_derived(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "10.00"),
        row(2, "9.00", from_quantity=Decimal(20)),
        row(100, kind=PriceKind.GROUP, percent_of_list=Decimal(80), sku_id=None),
    ]
    gold = deriving(2000, UUID(int=1001), amount="-0.50")

    one, twenty = (quoted(ask(line(quantity)), rows, gold) for quantity in ("1", "20"))

    assert (one.net, twenty.net) == (Decimal("7.50"), Decimal("134.00"))


@pytest.mark.parametrize(
    ("lists", "word"),
    [
        ([deriving(2000, UUID(int=2001)), deriving(2001, UUID(int=2000))], "loop"),
        ([deriving(2000, UUID(int=2000))], "loop"),
        ([deriving(2000, UUID(int=77))], "missing"),
    ],
)
def test_a_broken_list_is_reported_and_the_page_goes_on(
    row: Row, line: Line, ask: Ask, lists: list[Any], word: str
) -> None:
    book = make_book([row(1, "10.00")], *lists)

    (answer,) = price_lines(ask(line("1")), book)

    assert isinstance(answer, PricedLine)
    assert answer.amount == Decimal("10.00")
    assert {problem.source_id for problem in problems(book)} == {each.list_id for each in lists}
    assert all(word in problem.reason for problem in problems(book))


def test_a_parent_in_another_currency_is_reported(row: Row, line: Line, ask: Ask) -> None:
    book = make_book([row(1, "10.00", currency="USD")], deriving(2000))

    (answer,) = price_lines(ask(line("1")), book)

    assert isinstance(answer, RefusedLine)
    assert ["USD" in problem.reason for problem in problems(book)] == [True]


def test_a_price_derived_below_zero_fails_and_never_counts(row: Row, line: Line, ask: Ask) -> None:
    book = make_book(
        [row(1, "10.00", kind=PriceKind.GROUP)], deriving(2000, UUID(int=1000), amount="-10.01")
    )

    (answer,) = price_lines(ask(line("1")), book)

    assert isinstance(answer, PricedLine)
    assert answer.amount == Decimal("10.00")
    assert LossCode.RULE_FAILED in {loser.code for loser in answer.losers}
    assert ["below zero" in problem.reason for problem in problems(book)] == [True]


def test_a_percentage_derived_below_zero_fails_and_refuses_the_line(
    row: Row, line: Line, ask: Ask
) -> None:
    other = {"kind": PriceKind.GROUP, "group_id": UUID(int=99)}
    rows = [
        row(1, "10.00", from_quantity=Decimal(5)),
        row(100, sku_id=None, percent_of_list=Decimal(1), **other),
    ]

    (answer,) = price_lines(
        ask(line("5")), make_book(rows, deriving(2000, UUID(int=1001), amount="-1"))
    )

    assert isinstance(answer, PricedLine)
    assert answer.amount == Decimal("50.00")
    assert LossCode.RULE_FAILED in {loser.code for loser in answer.losers}


def test_a_parent_that_has_ended_gives_no_price(row: Row, line: Line, ask: Ask) -> None:
    period = make_list(1).period
    ended = type(period)(period.start, period.start.replace(month=2))
    rows = [row(1, "10.00", list_period=ended)]

    (refused,) = quoted(ask(line("1")), rows, deriving(2000)).refused

    assert refused.code is RefusalCode.NO_PRICE
    assert {loser.code for loser in refused.losers} == {LossCode.NO_LONGER_VALID}
    assert any("which it derives from" in loser.reason for loser in refused.losers)


@pytest.mark.parametrize(
    "rule",
    [
        {"percent": "-1"},
        {"percent": "NaN"},
        {"multiple": "0"},
        {"floor": "2", "ceiling": "1"},
        {"floor": "-1"},
    ],
)
def test_a_derivation_that_says_nothing_clear_cannot_be_written(rule: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        deriving(2000, **rule)
