"""The rest of the worked examples, each by its number, through the whole quote and what follows."""

import json
from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from app.kernel.quantity import PackagingLevel
from app.pricing.rules import BreakType, ContractRule, PriceBook, PriceKind
from app.pricing.rules.change import OutsideBand
from app.pricing.rules.guards import Guard
from app.promotions.rules.basket import SchemeUse
from app.promotions.rules.price_protection import ProtectedStock, price_protection
from app.promotions.rules.terms import Funding, Gift, ProductScope
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
)
from app.quotes.rules import ManualPrice, Returned, Returns, from_document, refund, to_document
from tests.support.baskets import (
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
BRAND = UUID(int=81)
HUNDRED_GIVE_THREE = {
    "lane": Lane.FREE_GOODS,
    "benefit": BenefitKind.FREE_GOODS,
    "measure": Measure.QUANTITY,
    "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE),
}


def ladder(scale, **of_list):
    terms = a_list(**of_list)
    rows = [
        a_row(terms, UNTAXED, price, entry=place, from_quantity=Decimal(start))
        for place, (start, price) in enumerate(scale)
    ]
    return PriceBook([terms], rows)


def piece_by_piece(quantity: str, **more):
    return a_request([UNTAXED], [a_line(UNTAXED, quantity, key="0")], **more)


@pytest.mark.parametrize(("pieces", "net"), [("49", "465.50"), ("50", "450.00")])
def test_p2_the_amount_may_fall_at_a_break_and_the_quote_says_so_before(pieces, net):
    quote = quoted(piece_by_piece(pieces), ladder([("1", "10.00"), ("20", "9.50"), ("50", "9.00")]))

    following = quote.lines[0].next_break
    assert quote.total == Decimal(net)
    assert (following and following.from_quantity) == (Decimal(50) if pieces == "49" else None)


@pytest.mark.parametrize(
    ("breaks", "net"), [(BreakType.GRADUATED, "2230.00"), (BreakType.ALL_UNITS, "2800.00")]
)
def test_p2_the_published_check_of_140_pieces(breaks, net):
    scale = [("0", "10"), ("6", "12"), ("21", "15"), ("101", "20")]

    quote = quoted(piece_by_piece("140"), ladder(scale, break_type=breaks))

    assert quote.total == Decimal(net)


@pytest.mark.parametrize(
    ("of_hundreds", "of_pieces", "fifty", "six_hundred"),
    [
        (ContractRule.CONTRACT_WINS, ContractRule.LOWEST_WINS, "120.00", "1560.00"),
        (ContractRule.LOWEST_WINS, ContractRule.CONTRACT_WINS, "122.50", "1440.00"),
    ],
)
def test_p5_of_two_contracts_each_keeps_its_own_rule(of_hundreds, of_pieces, fifty, six_hundred):
    base = a_list()
    signed = [
        a_list(
            number,
            kind=PriceKind.CONTRACT,
            relationship_id=RELATIONSHIP,
            contract_rule=rule,
            priority=priority,
        )
        for number, rule, priority in ((2, of_hundreds, 9), (3, of_pieces, 1))
    ]
    rows = [
        a_row(base, UNTAXED, "2.40"),
        a_row(signed[0], UNTAXED, "2.60", from_quantity=Decimal(100)),
        a_row(signed[1], UNTAXED, "2.45"),
    ]
    book = PriceBook([base, *signed], rows)

    totals = [quoted(piece_by_piece(pieces), book).total for pieces in ("50", "600")]

    assert totals == list(money(fifty, six_hundred))


@pytest.mark.parametrize(
    ("chaining", "net"), [(PercentChaining.CHAINED, "85.50"), (PercentChaining.ADDED, "85.00")]
)
def test_p6_two_percents_chain_or_add(chaining, net):
    ten = a_scheme(1, "10", sequence=1)
    five = a_scheme(2, "5", sequence=2, percent_chaining=chaining)

    quote = quoted(piece_by_piece("1"), prices((UNTAXED, "100")), ten, five)

    assert quote.total == Decimal(net)


def test_p7_the_effective_price_of_ten_plus_one_is_of_all_that_is_delivered():
    scheme = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.PACKS,
        calculation=Calculation.RECURRING,
        packaging_level=PackagingLevel.CASE,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.CASE),
    )

    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "25", "CASE")]), case_price(UNTAXED, "60"), scheme
    )

    delivered = sum(line.quantity for line in quote.lines)
    assert (delivered, quote.total) == money("27", "1500.00")
    assert round(quote.total / delivered, 4) == Decimal("55.5556")


@pytest.mark.parametrize(
    ("calculation", "free"), [(Calculation.CONTINUOUS, "8"), (Calculation.RECURRING, "6")]
)
def test_p7_a_hundred_gives_three_pro_rata_or_by_whole_hundreds(calculation, free):
    scheme = a_scheme(1, "3", threshold="100", calculation=calculation, **HUNDRED_GIVE_THREE)

    quote = quoted(piece_by_piece("280"), prices((UNTAXED, "1")), scheme)

    assert quote.lines[1].quantity == Decimal(free)


@pytest.mark.parametrize("scope", [{"brand_ids": (TEA.brand_id,)}, {"sku_ids": (TEA.sku_id,)}])
@pytest.mark.parametrize(("cases", "paid"), [("10", "600.00"), ("11", "600.00"), ("25", "1380.00")])
def test_p7_an_inclusive_gift_is_one_of_every_eleven_however_its_goods_are_named(
    scope, cases, paid
):
    scheme = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.PACKS,
        calculation=Calculation.RECURRING,
        packaging_level=PackagingLevel.CASE,
        scope=ProductScope(**scope),
        gift=Gift(
            kind=FreeGoodsKind.INCLUSIVE, sku_id=TEA.sku_id, packaging_level=PackagingLevel.CASE
        ),
    )

    quote = quoted(a_request([TEA], [a_line(TEA, cases, "CASE")]), case_price(TEA, "60"), scheme)

    assert quote.net == Decimal(paid)


@pytest.mark.parametrize("taken_off", ["by a scheme", "by hand"])
def test_p11_a_line_less_four_percent_is_rounded_before_its_tax(taken_off):
    sku = a_sku(1, tax_rate_percent=Decimal(22))
    by_hand = {"0": ManualPrice(discount_percent=Decimal(4), reason="opening")}
    schemes = [a_scheme(1, "4")] if taken_off == "by a scheme" else []
    request = a_request([sku], [a_line(sku, "16", key="0")], manual={} if schemes else by_hand)

    quote = quoted(request, prices((sku, "348.35")), *schemes)

    assert (quote.net, quote.tax, quote.total) == money("5350.66", "1177.15", "6527.81")


def test_p12b_an_inclusive_gift_spreads_the_price_over_all_units():
    scheme = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        calculation=Calculation.RECURRING,
        gift=Gift(kind=FreeGoodsKind.INCLUSIVE),
    )
    quote = quoted(piece_by_piece("22"), prices((UNTAXED, "60")), scheme)
    stored = from_document(json.loads(json.dumps(to_document(quote))))

    back = refund(stored, Returns(lines=[Returned(key="0", base_quantity=Decimal(5))]))

    assert (quote.total, back.total) == money("1200.00", "272.73")


def test_p14_each_month_accrues_what_its_quarter_earns_more():
    tiers = (("100000", "2"), ("200000", "3"))
    rebate = a_scheme(
        1, "", tiers=tiers, lane=Lane.POINTS, benefit=BenefitKind.REBATE, is_cumulative=True
    )

    def accrued(bought: str, before: str) -> Decimal:
        use = SchemeUse(purchased_amount=Decimal(before))
        request = piece_by_piece(bought, uses={rebate.scheme_id: use})
        quote = quoted(request, prices((UNTAXED, "1")), rebate)
        assert quote.total == Decimal(bought)
        return quote.benefits[0].rebate

    months = [accrued(*each) for each in (("80000", "0"), ("70000", "80000"), ("60000", "150000"))]

    assert months == [0, 3000, 3300]


def test_p14_a_graduated_rebate_pays_each_part_at_its_tier():
    rebate = a_scheme(
        1,
        "",
        tiers=(("100000", "2"), ("200000", "3")),
        lane=Lane.POINTS,
        benefit=BenefitKind.REBATE,
        calculation=Calculation.GRADUATED,
    )

    quote = quoted(piece_by_piece("205000"), prices((UNTAXED, "1")), rebate)

    assert (quote.benefits[0].rebate, quote.total) == money("2150", "205000")


@pytest.mark.parametrize(
    ("percent", "price"), [("72", "2.1600"), ("80", "2.4000"), ("88", "2.6400")]
)
def test_p15_each_level_of_the_chain_has_its_share_of_the_list_price(percent, price):
    base, level = a_list(), a_list(2, kind=PriceKind.LEVEL, level_id=LEVEL)
    share = a_row(level, None, None, percent_of_list=Decimal(percent))

    quote = quoted(
        piece_by_piece("1"), PriceBook([base, level], [a_row(base, UNTAXED, "3"), share])
    )

    assert quote.lines[0].unit_price_display == Decimal(price)


def test_p15_the_benefit_of_a_quote_says_what_is_claimed_of_whom():
    funding = Funding(organisation_id=BRAND)
    scheme = a_scheme(1, "5", funding=funding, is_claimable=True)
    floor = Guard(
        sku_id=UNTAXED.sku_id,
        source_id=UUID(int=9),
        outside=OutsideBand.APPROVAL,
        granted_by_own=True,
        floor=Fraction("2.45"),
    )
    request = a_request(
        [UNTAXED], [a_line(UNTAXED, "100", "CASE")], guards={UNTAXED.sku_id: (floor,)}
    )

    quote = quoted(request, prices((UNTAXED, "2.64")), scheme)

    (given,) = quote.benefits
    assert (quote.lines[0].price_amount, quote.total) == money("6336.00", "6019.20")
    assert quote.lines[0].guard == "PASS"
    assert (given.funder_id, given.is_claimable) == (BRAND, True)
    assert (given.money, given.funded_money) == money("316.80", "316.80")


@pytest.mark.parametrize(("window", "credit"), [("250", "1160.00"), (None, "1440.00")])
def test_p16_the_drop_between_two_quotes_is_credited_on_what_is_held(window, credit):
    case = a_request([UNTAXED], [a_line(UNTAXED, "1", "CASE")])
    before, after = (quoted(case, case_price(UNTAXED, price)).net for price in ("60", "56"))
    stock = ProtectedStock(
        on_hand=Decimal(320),
        in_transit=Decimal(40),
        bought_within_window=None if window is None else Decimal(window),
    )

    assert price_protection(before, after, stock, "CNY") == Decimal(credit)
