"""The worked examples of the price waterfall, to the cent."""

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.kernel.period import period_of_days
from app.pricing.rules import (
    BreakType,
    ContractRule,
    PriceKind,
    PriceRequest,
    RequestLine,
    TaxMode,
)
from tests.support.books import ListedRow, quoted

Row = Callable[..., ListedRow]
Line = Callable[..., RequestLine]
Ask = Callable[..., PriceRequest]

SHANGHAI = ZoneInfo("Asia/Shanghai")
VAT = Decimal("0.13")
SCALE = ((1, "10.00"), (20, "9.50"), (50, "9.00"))
SAP_SCALE = ((1, "10"), (6, "12"), (21, "15"), (101, "20"))


def ladder(row: Row, scale: tuple[tuple[int, str], ...], **changes: Any) -> list[ListedRow]:
    return [
        row(entry, price, from_quantity=Decimal(start), **changes)
        for entry, (start, price) in enumerate(scale)
    ]


def test_p1_a_level_takes_its_percentage_of_the_list_price(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "3.00"),
        row(100, kind=PriceKind.LEVEL, percent_of_list=Decimal(88), sku_id=None),
    ]

    (answer,) = quoted(ask(line("10", "CASE", tax_rate=VAT)), rows).lines

    assert answer.unit_price_display == Decimal("63.3600")
    assert (answer.net, answer.tax, answer.gross) == (
        Decimal("633.60"),
        Decimal("82.37"),
        Decimal("715.97"),
    )
    assert [(step.name, step.before, step.after) for step in answer.steps] == [
        ("LIST", Decimal("0.00"), Decimal("720.00")),
        ("LEVEL", Decimal("720.00"), Decimal("633.60")),
        ("TAX", Decimal("633.60"), Decimal("715.97")),
    ]


@pytest.mark.parametrize(
    ("quantity", "break_type", "net"),
    [
        ("60", BreakType.ALL_UNITS, "540.00"),
        ("60", BreakType.GRADUATED, "574.00"),
        ("49", BreakType.ALL_UNITS, "465.50"),
        ("50", BreakType.ALL_UNITS, "450.00"),
    ],
)
def test_p2_breaks_price_all_units_or_each_interval(
    row: Row, line: Line, ask: Ask, quantity: str, break_type: BreakType, net: str
) -> None:
    rows = ladder(row, SCALE, break_type=break_type)

    assert quoted(ask(line(quantity)), rows).net == Decimal(net)


@pytest.mark.parametrize(
    ("break_type", "net"), [(BreakType.GRADUATED, "2230.00"), (BreakType.ALL_UNITS, "2800.00")]
)
def test_p2_agrees_with_the_published_check(
    row: Row, line: Line, ask: Ask, break_type: BreakType, net: str
) -> None:
    answer = quoted(ask(line("140")), ladder(row, SAP_SCALE, break_type=break_type))

    assert answer.net == Decimal(net)


def test_p3_breaks_count_all_lines_of_the_sku(row: Row, line: Line, ask: Ask) -> None:
    rows = [row(1, "2.64"), row(2, "2.50", from_quantity=Decimal(72))]
    lines = line("2", "CASE"), line("5", "INNER"), line("3")

    answer = quoted(ask(*lines), rows)

    nets = [Decimal("120.00"), Decimal("75.00"), Decimal("7.50")]
    assert [quoted.net for quoted in answer.lines] == nets
    assert answer.net == Decimal("202.50")


@pytest.mark.parametrize(("quantity", "net"), [("5", "20.83"), ("7", "29.17"), ("24", "100.00")])
def test_p4_pieces_of_a_case_price_do_not_drift(
    row: Row, line: Line, ask: Ask, quantity: str, net: str
) -> None:
    case = row(1, "100.00", packaging_level="CASE", unit_factor=Decimal(24))

    (answer,) = quoted(ask(line(quantity)), [case]).lines

    assert answer.net == Decimal(net)
    assert answer.unit_price_display == Decimal("4.1667")


@pytest.mark.parametrize(
    ("rule", "net"),
    [(ContractRule.CONTRACT_WINS, "1470.00"), (ContractRule.LOWEST_WINS, "1440.00")],
)
def test_p5_a_contract_wins_or_competes(
    row: Row, line: Line, ask: Ask, rule: ContractRule, net: str
) -> None:
    rows = [
        row(1, "2.64"),
        row(2, "2.40", from_quantity=Decimal(500)),
        row(100, "2.45", kind=PriceKind.CONTRACT, contract_rule=rule),
    ]

    assert quoted(ask(line("600")), rows).net == Decimal(net)


def test_p11_a_line_less_four_percent_is_taxed_once(row: Row, line: Line, ask: Ask) -> None:
    rows = [
        row(1, "348.35"),
        row(100, kind=PriceKind.BUYER, percent_of_list=Decimal(96)),
    ]

    answer = quoted(ask(line("16", tax_rate=Decimal("0.22"))), rows)

    assert (answer.net, answer.tax, answer.gross) == (
        Decimal("5350.66"),
        Decimal("1177.15"),
        Decimal("6527.81"),
    )


@pytest.mark.parametrize(
    ("mode", "taxes"),
    [
        (TaxMode.PER_LINE, ["0.38", "0.38", "0.38"]),
        (TaxMode.PER_GROUP, ["0.39", "0.38", "0.38"]),
    ],
)
def test_p11_tax_is_rounded_per_line_or_per_group(
    row: Row, line: Line, ask: Ask, mode: TaxMode, taxes: list[str]
) -> None:
    lines = [line("1", key=key, tax_rate=VAT) for key in "abc"]

    answer = quoted(ask(*lines, tax_mode=mode), [row(1, "2.95")])

    assert [quoted.tax for quoted in answer.lines] == [Decimal(tax) for tax in taxes]
    assert answer.gross == answer.net + answer.tax


@pytest.mark.parametrize(
    ("local", "net"),
    [
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=SHANGHAI), "900.00"),
        (datetime(2026, 7, 1, tzinfo=SHANGHAI), "1000.00"),
    ],
)
def test_p17_an_offer_holds_through_its_last_local_day(
    row: Row, line: Line, ask: Ask, local: datetime, net: str
) -> None:
    june = period_of_days(date(2026, 6, 1), date(2026, 6, 30), "Asia/Shanghai")
    rows = [row(1, "10.00"), row(2, "9.00", entry_period=june)]

    assert quoted(ask(line("100"), price_instant=local), rows).net == Decimal(net)


@pytest.mark.parametrize("mode", TaxMode)
def test_p22_tax_inside_a_price_is_gross_less_net(
    row: Row, line: Line, ask: Ask, mode: TaxMode
) -> None:
    request = ask(line("1", tax_rate=VAT), tax_mode=mode)

    answer = quoted(request, [row(1, "100.00", is_tax_inclusive=True)])

    assert (answer.net, answer.tax, answer.gross) == (
        Decimal("88.50"),
        Decimal("11.50"),
        Decimal("100.00"),
    )
