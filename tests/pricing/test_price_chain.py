"""Prices inherited down the chain, and breaks that count by line, SKU, product group or order."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.pricing.rules import (
    BreakBasis,
    BreakType,
    LossCode,
    PricedLine,
    PriceKind,
    PriceRequest,
    RequestLine,
    StepName,
    offers,
    price_lines,
)
from tests.support.books import ListedRow, make_book, make_list, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

OTHER, GROUP_MATE, STRANGER = UUID(int=30), UUID(int=31), UUID(int=32)
GROUP, ROOT, ELSEWHERE = UUID(int=20), UUID(int=21), UUID(int=22)


def above(distance: int, **changes: Any) -> dict[str, Any]:
    """Say that a list is inherited from so far up."""
    owner = UUID(int=900 + distance)
    return {"kind": PriceKind.INHERITED, "distance": distance, "seller_id": owner, **changes}


def test_the_nearest_organisation_that_prices_the_item_sets_its_price(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(100, "4.00", **above(1, sku_id=OTHER)),
        row(200, "5.00", **above(2)),
        row(201, "6.00", **above(2, sku_id=OTHER)),
    ]
    lines = line("1"), line("2", sku_id=OTHER)

    mine, other = quoted(ask(*lines, inherits_prices=True), rows).lines

    assert (mine.net, other.net) == (Decimal("5.00"), Decimal("8.00"))
    assert mine.steps[0].name is StepName.INHERITED
    assert [(loser.code, loser.reason) for loser in other.losers] == [
        (LossCode.NEARER_PRICES, "a nearer organisation prices it")
    ]


def test_the_sellers_own_base_price_comes_before_every_inherited_one(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [row(1, "3.00"), row(100, "2.00", **above(1))]

    (answer,) = quoted(ask(line("1"), inherits_prices=True), rows).lines

    assert answer.net == Decimal("3.00")
    assert [loser.code for loser in answer.losers] == [LossCode.NEARER_PRICES]


def test_a_nearer_price_that_is_not_reached_leaves_the_farther_one(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [row(1, "2.50", from_quantity=Decimal(100)), row(100, "3.00", **above(1))]

    few, many = (quoted(ask(line(n), inherits_prices=True), rows) for n in ("10", "100"))

    assert (few.net, many.net) == (Decimal("30.00"), Decimal("250.00"))


def test_a_level_takes_its_percentage_of_an_inherited_price(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(100, "3.00", **above(1)),
        row(200, kind=PriceKind.LEVEL, percent_of_list=Decimal(88)),
    ]

    (answer,) = quoted(ask(line("10"), inherits_prices=True), rows).lines

    assert answer.net == Decimal("26.40")
    assert [step.name for step in answer.steps] == ["INHERITED", "LEVEL", "TAX"]


def test_without_inheritance_the_line_is_refused(row: Row, line: Line, ask: Ask) -> None:
    (refused,) = quoted(ask(line("1")), [row(100, "3.00", **above(1))]).refused

    assert [loser.code for loser in refused.losers] == [LossCode.NOT_INHERITED]


def basket(line: Line) -> list[RequestLine]:
    """Two lines of the SKU, one of its category, one of another category."""
    return [
        line("10", key="a", category_path=(GROUP, ROOT)),
        line("20", key="b", category_path=(GROUP, ROOT)),
        line("40", key="mate", sku_id=GROUP_MATE, category_path=(GROUP, ROOT)),
        line("80", key="far", sku_id=STRANGER, category_path=(ELSEWHERE, ROOT)),
    ]


@pytest.mark.parametrize(
    ("basis", "reached"),
    [
        (BreakBasis.LINE, 10),
        (BreakBasis.SKU, 30),
        (BreakBasis.PRODUCT_GROUP, 70),
        (BreakBasis.ORDER, 150),
    ],
)
@pytest.mark.parametrize("over", [0, 1])
def test_a_break_counts_by_the_basis_of_its_list(
    row: Row, line: Line, ask: Ask, basis: BreakBasis, reached: int, over: int
) -> None:
    rows = [
        row(1, "3.00", sku_id=None, break_basis=basis),
        row(2, "2.00", sku_id=None, break_basis=basis, from_quantity=Decimal(reached + over)),
    ]

    answer = quoted(ask(*basket(line)), rows).lines[0]

    assert answer.net == Decimal("30.00") if over else Decimal("20.00")
    assert (answer.next_break is not None) == bool(over)


def test_rungs_of_one_ladder_are_reached_each_by_its_own_list(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00", sku_id=None, break_basis=BreakBasis.ORDER),
        row(2, "2.50", sku_id=None, from_quantity=Decimal(150), break_basis=BreakBasis.ORDER),
        row(
            100,
            "2.40",
            sku_id=None,
            kind=PriceKind.LEVEL,
            break_basis=BreakBasis.LINE,
            from_quantity=Decimal(40),
        ),
    ]

    nets = [quote.net for quote in quoted(ask(*basket(line)), rows).lines]

    assert nets == [Decimal(25), Decimal(50), Decimal(96), Decimal(192)]


def test_a_refused_line_counts_towards_no_break(row: Row, line: Line, ask: Ask) -> None:
    rows = [row(1, "3.00"), row(2, "2.00", from_quantity=Decimal(10))]
    lines = line("5", key="whole"), line("5.5", key="broken")

    answer = quoted(ask(*lines), rows)

    assert [priced.net for priced in answer.lines] == [Decimal("15.00")]


def test_graduated_lines_that_count_alone_are_rounded_alone(row: Row, line: Line, ask: Ask) -> None:
    graduated = {"break_type": BreakType.GRADUATED, "break_basis": BreakBasis.LINE}
    rows = [row(1, "1.00", **graduated), row(2, "0.125", from_quantity=Decimal(2), **graduated)]
    lines = [line("2", key=key) for key in "ab"]

    answer = quoted(ask(*lines), rows)

    assert [priced.net for priced in answer.lines] == [Decimal("1.13"), Decimal("1.13")]


@pytest.mark.parametrize("basis", [BreakBasis.PRODUCT_GROUP, BreakBasis.ORDER])
def test_graduated_breaks_count_lines_or_skus_only(basis: BreakBasis) -> None:
    with pytest.raises(ValueError, match="GRADUATED"):
        make_list(1000, break_type=BreakType.GRADUATED, break_basis=basis)


def test_offers_count_each_line_alone_whatever_the_basis(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "3.00", sku_id=None, break_basis=BreakBasis.ORDER),
        row(2, "2.00", sku_id=None, from_quantity=Decimal(11), break_basis=BreakBasis.ORDER),
    ]

    found = offers(ask(*basket(line)), make_book(rows))

    assert [found[key].unit_price for key in ("a", "far")] == [Decimal(3), Decimal(2)]


def test_a_line_says_whether_schemes_may_touch_it(row: Row, line: Line, ask: Ask) -> None:
    rows = [row(1, "3.00"), row(100, "2.00", kind=PriceKind.CONTRACT, is_promotable=False)]
    request = ask(line("2"))

    (signed,) = price_lines(request, make_book(rows))
    (usual,) = price_lines(request, make_book(rows[:1]))

    assert isinstance(signed, PricedLine)
    assert isinstance(usual, PricedLine)
    assert (signed.is_promotable, usual.is_promotable) == (False, True)
    assert (signed.amount, signed.list_amount) == (Decimal("4.00"), Decimal("6.00"))
