"""Which price row wins, comparison by comparison, and what the losers are told."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from app.kernel.period import Period
from app.pricing.rules import (
    Combination,
    ContractRule,
    LossCode,
    PriceKind,
    PriceRequest,
    RefusalCode,
    RequestLine,
)
from tests.support.books import ListedRow, ladder_of, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

BRAND, CATEGORY, PARENT_CATEGORY = UUID(int=9), UUID(int=20), UUID(int=21)
LEVEL, PARENT_LEVEL, STRANGER = UUID(int=4), UUID(int=5), UUID(int=99)
NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
EVERYTHING: dict[str, Any] = {"sku_id": None}
OF_CATEGORY: dict[str, Any] = {"sku_id": None, "category_id": CATEGORY}
OF_PARENT: dict[str, Any] = {"sku_id": None, "category_id": PARENT_CATEGORY}
OF_BRAND: dict[str, Any] = {**OF_CATEGORY, "brand_id": BRAND}
OF_BRAND_ABOVE: dict[str, Any] = {**OF_PARENT, "brand_id": BRAND}
LATER: dict[str, Any] = {"list_period": Period(datetime(2026, 6, 1, tzinfo=UTC))}
PIECE: dict[str, Any] = {"packaging_level": "PIECE", "unit_factor": Decimal(1)}
CASE: dict[str, Any] = {"packaging_level": "CASE", "unit_factor": Decimal(1)}


def kind(name: str, **changes: Any) -> dict[str, Any]:
    return {"kind": PriceKind(name), **changes}


PAIRS: list[tuple[dict[str, Any], dict[str, Any], str]] = [
    (kind("CONTRACT"), kind("BUYER", priority=9), "replaces"),
    (kind("BUYER", **EVERYTHING), kind("LEVEL", priority=9), "more directly"),
    (kind("LEVEL", **EVERYTHING), kind("GROUP", priority=9), "more directly"),
    (kind("GROUP", **EVERYTHING), kind("BASE", priority=9), "more directly"),
    (kind("TERRITORY", **EVERYTHING), kind("BASE", priority=9), "more directly"),
    (kind("CHANNEL", **EVERYTHING), kind("BASE", priority=9), "more directly"),
    (kind("CHANNEL", priority=1), kind("GROUP"), "priority"),
    (kind("LEVEL", **EVERYTHING), kind("LEVEL", level_id=PARENT_LEVEL), "nearer customer level"),
    ({"priority": 2, **EVERYTHING}, {"priority": 1}, "priority"),
    (CASE, {}, "unit ordered"),
    ({}, OF_BRAND, "narrowly"),
    (OF_BRAND, OF_CATEGORY, "narrowly"),
    (OF_BRAND_ABOVE, OF_CATEGORY, "narrowly"),
    (OF_CATEGORY, OF_PARENT, "nearer category"),
    (OF_PARENT, EVERYTHING, "narrowly"),
    (LATER, {}, "later"),
    ({"entry_period": Period(NOON - HOUR)}, LATER, "later"),
]


@pytest.mark.parametrize(("stronger", "weaker", "why"), PAIRS)
def test_the_stronger_row_wins_and_the_weaker_learns_why(
    row: Row, line: Line, ask: Ask, stronger: dict[str, Any], weaker: dict[str, Any], why: str
) -> None:
    rows = [row(100, "2.00", **weaker), row(200, "3.00", **stronger)]

    (answer,) = quoted(ask(line("1", "CASE", unit_factor=Decimal(1))), rows).lines

    (loser,) = answer.losers
    assert answer.net == Decimal("3.00")
    assert loser.entry_id == rows[0].entry_id
    assert why in loser.reason


def test_between_equal_rows_the_lower_id_wins(row: Row, line: Line, ask: Ask) -> None:
    (answer,) = quoted(ask(line("1")), [row(200, "2.00"), row(100, "3.00")]).lines

    assert answer.net == Decimal("3.00")
    assert "lower id" in answer.losers[0].reason


FILTERED: list[tuple[dict[str, Any], LossCode]] = [
    ({"seller_id": STRANGER}, LossCode.OTHER_SELLER),
    ({"currency": "USD"}, LossCode.OTHER_CURRENCY),
    (kind("INHERITED"), LossCode.NOT_INHERITED),
    ({"list_period": Period(NOON + HOUR)}, LossCode.NOT_YET_VALID),
    ({"entry_period": Period(NOON - HOUR, NOON)}, LossCode.NO_LONGER_VALID),
    (kind("CONTRACT", relationship_id=STRANGER), LossCode.BUYER_NOT_ELIGIBLE),
    (kind("LEVEL", level_id=STRANGER), LossCode.BUYER_NOT_ELIGIBLE),
    (kind("GROUP", group_id=STRANGER), LossCode.BUYER_NOT_ELIGIBLE),
    (kind("TERRITORY", territory_id=STRANGER), LossCode.BUYER_NOT_ELIGIBLE),
    (kind("CHANNEL", channel="ONLINE"), LossCode.BUYER_NOT_ELIGIBLE),
    (kind("PURCHASE_PLUS_MARGIN"), LossCode.FALLBACK_NOT_ALLOWED),
    ({"packaging_level": "PALLET"}, LossCode.UNIT_NOT_CONVERTIBLE),
]


@pytest.mark.parametrize(("changes", "code"), FILTERED)
def test_a_row_that_cannot_compete_refuses_the_line_with_the_reason(
    row: Row, line: Line, ask: Ask, changes: dict[str, Any], code: LossCode
) -> None:
    answer = quoted(ask(line("1")), [row(1, "3.00", **changes)])

    (refused,) = answer.refused
    assert answer.lines == ()
    assert answer.gross == Decimal("0.00")
    assert refused.code is RefusalCode.NO_PRICE
    assert [loser.code for loser in refused.losers] == [code]
    assert refused.losers[0].reason


def test_a_row_of_another_sku_is_not_a_loser(row: Row, line: Line, ask: Ask) -> None:
    rows = [row(1, "3.00"), row(2, "2.00", sku_id=STRANGER), row(3, "1.00", **OF_CATEGORY)]
    lines = line("1"), line("2", category_path=(), sku_id=STRANGER)

    first, second = quoted(ask(*lines), rows).lines

    assert [loser.entry_id for loser in first.losers] == [rows[2].entry_id]
    assert second.losers == ()


def test_an_override_of_the_piece_price_keeps_the_break_below_it(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00"),
        row(2, "2.50", from_quantity=Decimal(24)),
        row(100, "2.90", kind=PriceKind.BUYER),
    ]

    assert quoted(ask(line("1")), rows).net == Decimal("2.90")
    assert quoted(ask(line("24")), rows).net == Decimal("60.00")


def test_an_override_of_the_piece_price_keeps_the_price_of_the_case(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00", **PIECE),
        row(2, "60.00", packaging_level="CASE"),
        row(100, "2.90", kind=PriceKind.BUYER, **PIECE),
    ]

    piece, case = quoted(ask(line("1"), line("1", "CASE")), rows).lines

    assert (piece.net, case.net) == (Decimal("2.90"), Decimal("60.00"))
    assert {loser.code for loser in case.losers} == {LossCode.OTHER_UNIT}


def test_a_list_that_replaces_hides_the_breaks_of_weaker_lists(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00"),
        row(2, "2.50", from_quantity=Decimal(24)),
        row(100, "2.90", kind=PriceKind.BUYER, combination=Combination.REPLACE),
    ]

    (answer,) = quoted(ask(line("24")), rows).lines

    assert answer.net == Decimal("69.60")
    assert [loser.code for loser in answer.losers] == [LossCode.REPLACED, LossCode.REPLACED]


def test_a_weaker_break_never_raises_the_price(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "3.00"),
        row(2, "2.50", from_quantity=Decimal(24)),
        row(100, "2.00", kind=PriceKind.BUYER),
    ]

    (answer,) = quoted(ask(line("24")), rows).lines

    assert answer.net == Decimal("48.00")
    assert LossCode.RAISES_PRICE in {loser.code for loser in answer.losers}


def test_a_percentage_follows_the_breaks_of_the_list_price(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "10.00"),
        row(2, "9.50", from_quantity=Decimal(20)),
        row(100, kind=PriceKind.LEVEL, percent_of_list=Decimal(88)),
    ]

    (answer,) = quoted(ask(line("20")), rows).lines

    assert answer.net == Decimal("167.20")
    assert [step.name for step in answer.steps] == ["LIST", "LEVEL", "QUANTITY_BREAK", "TAX"]


def test_a_percentage_without_list_price_refuses_the_line(row: Row, line: Line, ask: Ask) -> None:
    percentage = row(100, kind=PriceKind.LEVEL, percent_of_list=Decimal(88))

    (refused,) = quoted(ask(line("1")), [percentage]).refused

    assert refused.losers[0].code is LossCode.NO_LIST_PRICE


def test_a_contract_replaces_the_whole_ladder_from_its_start(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00"),
        row(2, "2.40", from_quantity=Decimal(500)),
        row(100, "2.45", kind=PriceKind.CONTRACT, from_quantity=Decimal(100)),
    ]

    assert quoted(ask(line("99")), rows).net == Decimal("297.00")
    assert quoted(ask(line("100")), rows).net == Decimal("245.00")
    assert quoted(ask(line("500")), rows).net == Decimal("1225.00")


def test_a_contract_that_is_not_lowest_is_told_so(row: Row, line: Line, ask: Ask) -> None:
    lowest = ContractRule.LOWEST_WINS
    rows = [row(1, "3.00"), row(100, "3.10", kind=PriceKind.CONTRACT, contract_rule=lowest)]

    (answer,) = quoted(ask(line("1")), rows).lines

    assert answer.net == Decimal("3.00")
    assert [loser.code for loser in answer.losers] == [LossCode.NOT_LOWEST]


def test_the_fallback_counts_only_where_the_seller_allows_it_and_nothing_else_answers(
    row: Row, line: Line, ask: Ask
) -> None:
    margin = Decimal(15)
    fallback = row(1, "2.00", kind=PriceKind.PURCHASE_PLUS_MARGIN, margin_percent=margin)
    request = ask(line("10"), fallback_allowed=True)

    (alone,) = quoted(request, [fallback]).lines
    (beside,) = quoted(request, [fallback, row(100, "3.00")]).lines

    assert alone.net == Decimal("23.00")
    assert alone.steps[0].name == "FALLBACK"
    assert beside.net == Decimal("30.00")
    assert [loser.code for loser in beside.losers] == [LossCode.FALLBACK_NOT_NEEDED]


def test_the_visible_ladder_shows_each_break_per_unit_ordered(
    row: Row, line: Line, ask: Ask
) -> None:
    rows = [
        row(1, "3.00"),
        row(2, "2.40", from_quantity=Decimal(500)),
        row(100, "2.45", kind=PriceKind.CONTRACT, contract_rule=ContractRule.LOWEST_WINS),
    ]
    case = line("1", "CASE")

    ladder = ladder_of(ask(case), case, rows)
    (answer,) = quoted(ask(case), rows).lines

    assert [(rung.from_quantity, rung.unit_price) for rung in ladder] == [
        (Decimal(0), Decimal("58.8000")),
        (Decimal(500), Decimal("57.6000")),
    ]
    assert answer.next_break is not None
    assert answer.next_break.from_quantity == Decimal(500)
    assert answer.next_break.unit_price == Decimal("57.6000")
