"""One test for each known pitfall of prices and discounts, through the whole quote."""

from decimal import Decimal
from itertools import pairwise

import pytest

from app.kernel.money import TaxMode
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import BreakType, PriceBook
from app.pricing.rules.change import OutsideBand
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    Lane,
    Measure,
    PercentChaining,
)
from app.quotes.rules import ManualPrice
from tests.support.baskets import (
    YEAR,
    a_line,
    a_list,
    a_request,
    a_row,
    a_scheme,
    case_price,
    money,
    prices,
    quoted,
    stored,
    with_lines,
)
from tests.support.pitfalls import CUP, TAXED, TEA, gifts, guard, tea

# Rounding


def test_pitfall_rounding_a_unit_price_of_two_decimals_inflates_no_case():
    quote = quoted(tea("24"), case_price(TEA, "100.00"))

    assert (quote.total, quote.lines[0].unit_price_display) == money("100.00", "4.1667")


@pytest.mark.parametrize(("mode", "tax"), [(TaxMode.PER_LINE, "1.14"), (TaxMode.PER_GROUP, "1.15")])
def test_pitfall_rounding_tax_per_line_or_per_group_is_the_tenants_word(mode, tax):
    lines = [a_line(TAXED, "1", key=str(number)) for number in range(3)]

    quote = quoted(a_request([TAXED], lines, tax_mode=mode), prices((TAXED, "2.95")))

    assert (quote.tax, quote.gross) == (Decimal(tax), Decimal("8.85") + Decimal(tax))
    assert sum(line.tax for line in quote.lines) == quote.tax


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize("how", ["by hand", "on the line", "on the order", "for cash", "by budget"])
def test_pitfall_rounding_a_discount_of_a_hundred_percent_gives_exactly_nothing(how, inclusive):
    by_hand = {"0": ManualPrice(discount_percent=Decimal(100), reason="gift")}
    lane = {"on the line": Lane.LINE, "on the order": Lane.ORDER}.get(how)
    schemes = [a_scheme(1, "100", lane=lane)] if lane else []
    if how == "by budget":
        schemes = [a_scheme(1, "9999", lane=Lane.ORDER, benefit=BenefitKind.AMOUNT_OFF)]
    request = a_request(
        [TAXED],
        [a_line(TAXED, "7", key="0"), a_line(TAXED, "3", "INNER", key="1")][: 1 + bool(schemes)],
        manual=by_hand if how == "by hand" else {},
        cash_discount_percent=Decimal(100 if how == "for cash" else 0),
    )

    quote = quoted(request, prices((TAXED, "3.33"), is_tax_inclusive=inclusive), *schemes)

    assert (str(quote.net), str(quote.tax), str(quote.total)) == ("0.00", "0.00", "0.00")
    assert {str(line.net) for line in quote.lines} == {"0.00"}


# Stacking


def test_pitfall_stacking_the_order_is_said_and_total():
    amount = a_scheme(1, "10", benefit=BenefitKind.AMOUNT_OFF)
    percent = a_scheme(2, "25")
    fixed = a_scheme(3, "90", benefit=BenefitKind.FIXED_PRICE)
    twins = [a_scheme(4, "10"), a_scheme(5, "20")]
    same_place = [percent, *twins, amount, fixed]

    one = quoted(tea("1"), prices((TEA, "100")), *same_place)
    other = quoted(tea("1"), prices((TEA, "100")), *reversed(same_place))

    assert one == other
    assert [step.name for step in one.lines[0].steps][1:4] == [
        "FIXED_PRICE",
        "AMOUNT_OFF",
        "PERCENT_OFF",
    ]
    assert [step.source_id for step in one.lines[0].steps][3:6] == [
        percent.scheme_id,
        *(twin.scheme_id for twin in twins),
    ]


@pytest.mark.parametrize(
    ("chaining", "net"), [(PercentChaining.CHAINED, "85.50"), (PercentChaining.ADDED, "85.00")]
)
def test_pitfall_stacking_two_percents_chain_or_add_as_the_scheme_says(chaining, net):
    schemes = [
        a_scheme(number, off, percent_chaining=chaining) for number, off in ((1, "10"), (2, "5"))
    ]

    assert quoted(tea("1"), prices((TEA, "100")), *schemes).total == Decimal(net)


@pytest.mark.parametrize(
    ("rule", "net", "step"),
    [(ExclusionRule.FIRST, "80.00", "FIXED_PRICE"), (ExclusionRule.BEST, "60.00", "PERCENT_OFF")],
)
def test_pitfall_stacking_no_discount_is_left_over_on_a_fixed_price(rule, net, step):
    group = {"exclusion_group": "price", "exclusion_rule": rule}
    fixed = a_scheme(1, "80", sequence=1, benefit=BenefitKind.FIXED_PRICE, **group)
    discount = a_scheme(2, "40", sequence=2, **group)

    quote = quoted(tea("1"), prices((TEA, "100")), discount, fixed)

    assert quote.total == Decimal(net)
    assert [each.name for each in quote.lines[0].steps] == ["LIST", step, "TAX"]
    assert [each.code for each in quote.losing_schemes] == ["EXCLUDED"]


def test_pitfall_stacking_percent_and_amount_together_lose_neither():
    percent, amount = a_scheme(1, "10"), a_scheme(2, "4", benefit=BenefitKind.AMOUNT_OFF)

    quote = quoted(tea("2"), prices((TEA, "100")), percent, amount)

    assert {each.money for each in quote.benefits} == set(money("8", "19.20"))
    assert quote.total == Decimal("172.80")


# Mixed units


@pytest.mark.parametrize("measure", [Measure.QUANTITY, Measure.PACKS])
def test_pitfall_mixed_units_breaks_and_thresholds_count_base_units_of_all_lines(measure):
    terms = a_list()
    rows = [
        a_row(terms, TEA, "2.64"),
        a_row(terms, TEA, "2.50", entry=2, from_quantity=Decimal(72)),
    ]
    lines = [a_line(TEA, *each) for each in (("2", "CASE"), ("5", "INNER"), ("3", "PIECE"))]
    threshold = "81" if measure is Measure.QUANTITY else "13.5"
    scheme = a_scheme(
        1, "10", threshold=threshold, measure=measure, packaging_level=PackagingLevel.INNER
    )

    quote = quoted(a_request([TEA], lines), PriceBook([terms], rows), scheme)
    short = quoted(a_request([TEA], lines[:2]), PriceBook([terms], rows), scheme)

    assert (quote.total, short.total) == money("182.25", "195.00")


@pytest.mark.parametrize(("quantity", "unit"), [("48", "PIECE"), ("8", "INNER"), ("2", "CASE")])
def test_pitfall_mixed_units_a_discount_amount_is_of_the_rules_unit(quantity, unit):
    per_case = a_scheme(1, "3", benefit=BenefitKind.AMOUNT_OFF, packaging_level=PackagingLevel.CASE)

    assert quoted(tea(quantity, unit), prices((TEA, "1")), per_case).total == Decimal("42.00")


@pytest.mark.parametrize("quantity", ["1", "11", "13"])
def test_pitfall_mixed_units_nothing_is_converted_back_and_forth(quantity):
    quote = quoted(tea(quantity), case_price(TEA, "24.00"))

    line = quote.lines[0]
    assert (line.quantity, line.base_quantity, line.net) == money(quantity, quantity, quantity)
    assert stored(quote).lines[0].base_quantity == Decimal(quantity)


# Free quantity


def test_pitfall_free_quantity_is_never_a_part_of_a_unit():
    quote = quoted(tea("15"), prices((TEA, "1")), gifts())
    by_rate = quoted(tea("15"), prices((TEA, "1")), gifts(calculation=Calculation.CONTINUOUS))

    for answer in (quote, by_rate):
        assert [line.quantity for line in answer.lines] == [Decimal(15), Decimal(1)]


def test_pitfall_free_quantity_the_free_line_is_gone_once_the_order_shrinks():
    request = tea("10")
    smaller = with_lines(request, [a_line(TEA, "9", key="0")])

    quote, after = (quoted(each, prices((TEA, "1")), gifts()) for each in (request, smaller))

    assert [line.key for line in quote.lines] == ["0", "free-1"]
    assert [line.key for line in after.lines] == ["0"]
    assert (after.benefits, quote.benefits[0].goods) == ((), Decimal(1))


def test_pitfall_free_quantity_one_sku_on_two_lines_counts_together():
    lines = [a_line(TEA, "6", key="a"), a_line(TEA, "1", "INNER", key="b")]

    quote = quoted(a_request([TEA], lines), prices((TEA, "1")), gifts())

    assert [line.free_of is not None for line in quote.lines] == [False, False, True]


def test_pitfall_free_quantity_earns_no_gift_no_rebate_no_point_and_no_break():
    terms = a_list()
    rows = [a_row(terms, TEA, "2"), a_row(terms, TEA, "1", entry=2, from_quantity=Decimal(12))]
    earning = {"lane": Lane.POINTS, "threshold": "1"}
    schemes = [
        gifts(1, "5"),
        gifts(2, "1", threshold="11"),
        a_scheme(3, "1", benefit=BenefitKind.POINTS, calculation=Calculation.RECURRING, **earning),
        a_scheme(4, "10", benefit=BenefitKind.REBATE, **earning),
    ]

    quote = quoted(tea("10"), PriceBook([terms], rows), *schemes)

    assert [(line.quantity, line.net) for line in quote.lines] == [
        money("10", "20"),
        money("5", "0"),
    ]
    assert {each.name: (each.points, each.rebate) for each in quote.benefits} == {
        "Scheme 1": (0, 0),
        "Scheme 3": (20, 0),
        "Scheme 4": (0, Decimal("2.00")),
    }


# Boundaries


@pytest.mark.parametrize(
    ("instant", "net"), [("start", "9"), ("before the end", "9"), ("end", "10"), ("before", "10")]
)
def test_pitfall_boundary_dates_hold_from_the_start_to_just_before_the_end(instant, net):
    begins, ends = YEAR.start.replace(month=6), YEAR.start.replace(month=7)
    tick = (ends - begins) / (ends - begins).total_seconds() / 1_000_000
    at = {"start": begins, "before": begins - tick, "before the end": ends - tick, "end": ends}
    terms = a_list()
    offer = a_row(terms, TEA, "9", entry=2, valid_from=begins, valid_until=ends)
    request = tea("1", price_instant=at[instant])

    quote = quoted(request, PriceBook([terms], [a_row(terms, TEA, "10"), offer]))

    assert quote.total == Decimal(net)


def test_pitfall_boundary_dates_of_two_rows_that_overlap_the_later_start_counts():
    terms = a_list()
    rows = [
        a_row(terms, TEA, str(10 - month), entry=month, valid_from=YEAR.start.replace(month=month))
        for month in (1, 3, 2)
    ]

    quote = quoted(tea("1"), PriceBook([terms], rows))

    assert quote.total == Decimal("7.00")
    assert len(quote.lines[0].losers) == 2


@pytest.mark.parametrize(("pieces", "net", "off"), [("49", "49", False), ("50", "40", True)])
def test_pitfall_boundary_quantities_from_fifty_includes_fifty(pieces, net, off):
    terms = a_list()
    rows = [a_row(terms, TEA, "1"), a_row(terms, TEA, "0.8", entry=2, from_quantity=Decimal(50))]
    scheme = gifts(threshold="50")

    quote = quoted(tea(pieces), PriceBook([terms], rows), scheme)

    assert quote.lines[0].net == Decimal(net)
    assert (len(quote.lines) == 2) is off


def test_pitfall_boundary_quantities_a_falling_amount_is_hinted_and_not_corrected():
    terms = a_list()
    rows = [a_row(terms, TEA, "9.5"), a_row(terms, TEA, "9", entry=2, from_quantity=Decimal(50))]

    totals = [quoted(tea(n), PriceBook([terms], rows)) for n in ("49", "50")]

    assert [quote.total for quote in totals] == list(money("465.50", "450.00"))
    assert totals[0].lines[0].next_break.from_quantity == 50


@pytest.mark.parametrize("breaks", list(BreakType))
def test_pitfall_gaps_in_a_scale_are_refused_and_never_free(breaks):
    terms = a_list(break_type=breaks)
    row = a_row(terms, TEA, "9.5", from_quantity=Decimal(20))

    quote = quoted(tea("19"), PriceBook([terms], [row]))

    assert (quote.lines, quote.total) == ((), Decimal(0))
    assert [each.code for each in quote.refused] == ["BELOW_LOWEST_BREAK"]
    assert "20" in quote.refused[0].reason


# No price, and law


def test_pitfall_no_price_refuses_the_line_and_never_falls_to_zero():
    lines = [a_line(TEA, "1", key="0"), a_line(CUP, "1", key="1")]

    quote = quoted(a_request([TEA, CUP], lines), prices((TEA, "0")), gifts(threshold="1"))

    assert [line.key for line in quote.lines if not line.is_free] == ["0"]
    assert (quote.lines[0].net, quote.total) == (Decimal("0.00"), Decimal("0.00"))
    assert [(each.key, each.code) for each in quote.refused] == [("1", "NO_PRICE")]
    assert quote.refused[0].reason


@pytest.mark.parametrize("outside", list(OutsideBand))
def test_pitfall_law_bands_of_others_that_only_advise_only_warn(outside):
    advice = guard("9", outside, is_advisory=True)

    quote = quoted(tea("1", guards={TEA.sku_id: (advice,)}), prices((TEA, "1")))

    assert (quote.lines[0].guard, quote.blocked, quote.approval_causes) == ("PASS", (), ())
    assert [(each.kind, each.verdict) for each in quote.lines[0].guard_reasons] == [
        ("FLOOR", "PASS")
    ]


def test_every_step_of_a_gift_and_its_trigger_follows_the_one_before():
    quote = quoted(tea("10"), prices((TEA, "1")), gifts(), a_scheme(2, "3"))

    for line in quote.lines:
        assert line.steps[0].before == 0
        assert all(below.after == above.before for below, above in pairwise(line.steps))
