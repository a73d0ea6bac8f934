"""The worked examples of the price waterfall through the whole quote, to the cent."""

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from zoneinfo import ZoneInfo

import pytest

from app.kernel.money import FreeGoodsTax, TaxMode
from app.kernel.period import period_of_days
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import BreakType, ContractRule, PriceBook, PriceKind
from app.promotions.rules.terms import Gift
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from tests.support.baskets import (
    BOTTLE,
    CRATE,
    LEVEL,
    RELATIONSHIP,
    a_line,
    a_list,
    a_request,
    a_row,
    a_scheme,
    a_sku,
    case_price,
    money,
    prices,
    quoted,
)

TEA = a_sku(1)
UNTAXED = a_sku(2, tax_rate_percent=Decimal(0))
PER_CASE = {PackagingLevel.CASE: CRATE, PackagingLevel.PIECE: BOTTLE}
SHANGHAI = ZoneInfo("Asia/Shanghai")


def ladder(scale, **of_list):
    terms = a_list(**of_list)
    rows = [
        a_row(terms, UNTAXED, price, entry=place, from_quantity=Decimal(start))
        for place, (start, price) in enumerate(scale)
    ]
    return PriceBook([terms], rows)


def ten_plus_one(kind: FreeGoodsKind, **changes):
    return a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.PACKS,
        calculation=Calculation.RECURRING,
        packaging_level=PackagingLevel.CASE,
        gift=Gift(kind=kind, packaging_level=PackagingLevel.CASE),
        **changes,
    )


def test_p1_a_level_takes_its_percentage_of_the_list_price():
    base, level = a_list(), a_list(2, kind=PriceKind.LEVEL, level_id=LEVEL)
    rows = [a_row(base, TEA, "3.00"), a_row(level, None, None, percent_of_list=Decimal(88))]

    quote = quoted(a_request([TEA], [a_line(TEA, "10", "CASE")]), PriceBook([base, level], rows))

    assert (quote.net, quote.tax, quote.total) == money("633.60", "82.37", "715.97")
    assert [step.name for step in quote.lines[0].steps] == ["LIST", "LEVEL", "TAX"]


@pytest.mark.parametrize(
    ("breaks", "net"), [(BreakType.ALL_UNITS, "540.00"), (BreakType.GRADUATED, "574.00")]
)
def test_p2_breaks_price_all_units_or_each_interval(breaks, net):
    book = ladder([(1, "10.00"), (20, "9.50"), (50, "9.00")], break_type=breaks)

    quote = quoted(a_request([UNTAXED], [a_line(UNTAXED, "60")]), book)

    assert quote.total == Decimal(net)


def test_p3_breaks_count_all_lines_of_the_sku():
    book = ladder([(0, "2.64"), (72, "2.50")])
    lines = [a_line(UNTAXED, *each) for each in (("2", "CASE"), ("5", "INNER"), ("3", "PIECE"))]

    quote = quoted(a_request([UNTAXED], lines), book)

    assert tuple(line.net for line in quote.lines) == money("120.00", "75.00", "7.50")
    assert quote.total == Decimal("202.50")


@pytest.mark.parametrize(("pieces", "net"), [("5", "20.83"), ("7", "29.17"), ("24", "100.00")])
def test_p4_pieces_of_a_case_price_do_not_drift(pieces, net):
    quote = quoted(a_request([UNTAXED], [a_line(UNTAXED, pieces)]), case_price(UNTAXED, "100.00"))

    assert quote.total == Decimal(net)


@pytest.mark.parametrize(
    ("rule", "net"),
    [(ContractRule.CONTRACT_WINS, "1470.00"), (ContractRule.LOWEST_WINS, "1440.00")],
)
def test_p5_a_contract_wins_or_competes(rule, net):
    base = a_list()
    contract = a_list(2, kind=PriceKind.CONTRACT, relationship_id=RELATIONSHIP, contract_rule=rule)
    rows = [
        a_row(base, UNTAXED, "2.64"),
        a_row(base, UNTAXED, "2.40", entry=2, from_quantity=Decimal(500)),
        a_row(contract, UNTAXED, "2.45"),
    ]

    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "600")]), PriceBook([base, contract], rows)
    )

    assert quote.total == Decimal(net)


@pytest.mark.parametrize(("first", "net"), [("amount", "67.50"), ("percent", "65.00")])
def test_p6_the_sequence_of_schemes_decides(first, net):
    sequences = {"amount": 1, "percent": 2} if first == "amount" else {"amount": 2, "percent": 1}
    off = a_scheme(1, "10", benefit=BenefitKind.AMOUNT_OFF, sequence=sequences["amount"])
    percent = a_scheme(2, "25", sequence=sequences["percent"])

    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "1")]), prices((UNTAXED, "100")), off, percent
    )

    assert quote.total == Decimal(net)
    assert quote.lines[0].discount == Decimal("100.00") - Decimal(net)
    assert quote.lines[0].price_amount == Decimal("100.00")


def test_p7_exclusive_free_goods_become_a_line_of_their_own():
    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "25", "CASE")]),
        case_price(UNTAXED, "60.00"),
        ten_plus_one(FreeGoodsKind.EXCLUSIVE),
    )

    paid, free = quote.lines
    assert (paid.net, free.net, quote.total) == money("1500.00", "0.00", "1500.00")
    assert (free.quantity, free.base_quantity, free.list_value) == money("2", "48", "120.00")
    assert free.free_of == quote.benefits[0].scheme_id
    assert [(step.name, step.before, step.after) for step in free.steps] == [
        ("LIST", *money("0.00", "120.00")),
        ("FREE_GOODS", *money("120.00", "0.00")),
        ("TAX", *money("0.00", "0.00")),
    ]


def test_p7_inclusive_free_goods_are_part_of_what_is_ordered():
    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "25", "CASE")]),
        case_price(UNTAXED, "60.00"),
        ten_plus_one(FreeGoodsKind.INCLUSIVE),
    )

    (line,) = quote.lines
    assert (line.net, line.base_quantity, line.free_quantity) == money("1380.00", "600", "48")
    assert [step.name for step in line.steps] == ["LIST", "FREE_GOODS", "TAX"]


@pytest.mark.parametrize(
    ("calculation", "free"),
    [(Calculation.STEP, "3"), (Calculation.RECURRING, "6"), (Calculation.CONTINUOUS, "7")],
)
def test_p8_tiers_of_free_goods(calculation, free):
    scheme = a_scheme(
        1,
        "",
        tiers=(("10", "1"), ("20", "3"), ("50", "10")),
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        calculation=calculation,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE),
    )

    quote = quoted(a_request([UNTAXED], [a_line(UNTAXED, "47")]), prices((UNTAXED, "2")), scheme)

    assert quote.lines[1].quantity == Decimal(free)


@pytest.mark.parametrize(
    ("treatment", "tax", "total", "sellers"),
    [
        (FreeGoodsTax.DISCOUNT, "195.00", "1695.00", "0.00"),
        (FreeGoodsTax.SUPPLY_SELLER_BEARS, "195.00", "1695.00", "15.60"),
        (FreeGoodsTax.SUPPLY_BUYER_BEARS, "210.60", "1710.60", "0.00"),
    ],
)
@pytest.mark.parametrize("mode", list(TaxMode))
def test_p9_free_goods_are_taxed_as_the_tenant_says(treatment, tax, total, sellers, mode):
    request = a_request([TEA], [a_line(TEA, "25", "CASE")], free_goods_tax=treatment, tax_mode=mode)

    quote = quoted(request, case_price(TEA, "60.00"), ten_plus_one(FreeGoodsKind.EXCLUSIVE))

    assert (quote.tax, quote.total, quote.seller_tax) == money(tax, total, sellers)
    assert all(line.net + line.tax == line.gross for line in quote.lines)


def test_p10_an_order_discount_is_spread_and_taxed_by_line():
    nine = a_sku(3, tax_rate_percent=Decimal(9))
    skus = [a_sku(1), a_sku(2), nine]
    scheme = a_scheme(1, "10", threshold="100", lane=Lane.ORDER, benefit=BenefitKind.AMOUNT_OFF)

    quote = quoted(
        a_request(skus, [a_line(sku, "1") for sku in skus]),
        prices((skus[0], "33.33"), (skus[1], "33.33"), (nine, "33.34")),
        scheme,
    )

    assert [line.net for line in quote.lines] == [Decimal("30.00")] * 3
    assert (quote.tax, quote.total) == money("10.50", "100.50")
    assert quote.lines[2].steps[1].name == "ORDER_DISCOUNT"


@pytest.mark.parametrize(("mode", "tax"), [(TaxMode.PER_LINE, "1.14"), (TaxMode.PER_GROUP, "1.15")])
def test_p11_tax_is_rounded_per_line_or_per_group(mode, tax):
    lines = [a_line(TEA, "1", key=str(number)) for number in range(3)]

    quote = quoted(a_request([TEA], lines, tax_mode=mode), prices((TEA, "2.95")))

    assert quote.tax == Decimal(tax)


def test_p13_deposits_stand_outside_discount_and_tax():
    beer = a_sku(1, containers=PER_CASE)

    quote = quoted(
        a_request([beer], [a_line(beer, "10", "CASE")]),
        case_price(beer, "84.00"),
        a_scheme(1, "5"),
    )

    assert (quote.net, quote.tax, quote.deposits) == money("798.00", "103.74", "200.00")
    assert quote.total == Decimal("1101.74")
    counted = {each.name: each.quantity for each in quote.lines[0].containers}
    assert counted == {"Bottle": Decimal(240), "Crate": Decimal(10)}


def test_pieces_bring_no_crate():
    beer = a_sku(1, containers=PER_CASE)

    quote = quoted(a_request([beer], [a_line(beer, "30")]), prices((beer, "1")))

    assert quote.deposits == Decimal("15.00")


def test_a_deposit_in_another_currency_is_reported_and_not_charged():
    keg = replace(CRATE, currency="EUR")
    beer = a_sku(1, containers=MappingProxyType({PackagingLevel.CASE: keg}))

    quote = quoted(a_request([beer], [a_line(beer, "1", "CASE")]), prices((beer, "1")))

    assert quote.deposits == 0
    assert [problem.name for problem in quote.problems] == ["Crate"]


@pytest.mark.parametrize(
    ("local", "net"),
    [
        (datetime(2026, 6, 30, 23, 59, 59, tzinfo=SHANGHAI), "900.00"),
        (datetime(2026, 7, 1, tzinfo=SHANGHAI), "1000.00"),
    ],
)
def test_p17_an_offer_holds_through_its_last_local_day(local, net):
    terms = a_list()
    june = period_of_days(
        datetime(2026, 6, 1).date(), datetime(2026, 6, 30).date(), "Asia/Shanghai"
    )
    rows = [
        a_row(terms, UNTAXED, "10.00"),
        a_row(terms, UNTAXED, "9.00", entry=2, valid_from=june.start, valid_until=june.end),
    ]
    request = a_request([UNTAXED], [a_line(UNTAXED, "100")], price_instant=local)

    assert quoted(request, PriceBook([terms], rows)).total == Decimal(net)


def test_p22_tax_inside_a_price_is_gross_less_net():
    quote = quoted(
        a_request([TEA], [a_line(TEA, "1")]), prices((TEA, "100.00"), is_tax_inclusive=True)
    )

    assert (quote.net, quote.tax, quote.total) == money("88.50", "11.50", "100.00")
