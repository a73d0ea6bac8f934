"""One test for each known pitfall of free goods, their tax, and returns, by the whole quote."""

from decimal import Decimal
from uuid import UUID

import pytest

from app.kernel.money import FreeGoodsTax
from app.promotions.rules.terms import Funding
from app.promotions.rules.words import (
    BenefitKind,
    Lane,
    Measure,
    ReturnRule,
)
from app.quotes.rules import Returned, Returns, refund
from tests.support.baskets import (
    a_line,
    a_request,
    a_scheme,
    case_price,
    money,
    prices,
    quoted,
    stored,
)
from tests.support.pitfalls import CUP, TAXED, TEA, gifts, guard, tea

GOODS = {sku.sku_id: sku for sku in (TAXED, TEA, CUP)}
BRAND = UUID(int=81)


def returned(key: str, quantity: str, already: str = "0") -> Returned:
    return Returned(key=key, base_quantity=Decimal(quantity), already=Decimal(already))


# Free goods at zero price


@pytest.mark.parametrize(("floor", "verdict"), [("0.9", "PASS"), ("0.92", "BLOCK")])
def test_pitfall_free_goods_at_zero_price_are_guarded_with_what_is_paid(floor, verdict):
    request = tea("10", guards={TEA.sku_id: (guard(floor),)})

    quote = quoted(request, prices((TEA, "1")), gifts())

    assert [line.guard for line in quote.lines] == [verdict, "PASS"]


@pytest.mark.parametrize(("floor", "verdict"), [("0.81", "PASS"), ("0.82", "BLOCK")])
def test_pitfall_free_goods_and_an_order_discount_both_count_for_the_guard(floor, verdict):
    request = tea("10", guards={TEA.sku_id: (guard(floor),)})

    quote = quoted(request, prices((TEA, "1")), gifts(), a_scheme(2, "10", lane=Lane.ORDER))

    assert quote.lines[0].guard == verdict


def test_pitfall_free_goods_stay_with_a_promised_price():
    quote = quoted(tea("10"), prices((TEA, "1")), gifts())

    promised = stored(quote)

    assert promised == quote
    assert (promised.lines[1].free_of, promised.lines[1].list_value) == (
        gifts().scheme_id,
        Decimal("1.00"),
    )


# Tax on free goods


@pytest.mark.parametrize("inclusive", [False, True])
@pytest.mark.parametrize(
    ("treatment", "buyers", "sellers"),
    [
        (FreeGoodsTax.DISCOUNT, "130.00", "0.00"),
        (FreeGoodsTax.SUPPLY_SELLER_BEARS, "130.00", "13.00"),
        (FreeGoodsTax.SUPPLY_BUYER_BEARS, "143.00", "0.00"),
    ],
)
def test_pitfall_tax_on_free_goods_is_one_of_three(treatment, buyers, sellers, inclusive):
    request = a_request([TAXED], [a_line(TAXED, "10", key="0")], free_goods_tax=treatment)
    price = "113" if inclusive else "100"

    quote = quoted(request, prices((TAXED, price), is_tax_inclusive=inclusive), gifts())

    assert (quote.net, quote.tax, quote.seller_tax) == money("1000.00", buyers, sellers)
    assert quote.total == quote.net + quote.tax


# Returns


def test_pitfall_returns_give_back_the_paid_share_and_not_the_list_price():
    quote = stored(quoted(tea("6"), prices((TEA, "50")), a_scheme(1, "10", lane=Lane.ORDER)))

    assert refund(quote, Returns(lines=[returned("0", "2")])).total == Decimal("90.00")


def test_pitfall_returns_leave_the_discount_of_other_lines_alone():
    scheme = a_scheme(1, "10", threshold="100", lane=Lane.ORDER, benefit=BenefitKind.AMOUNT_OFF)
    lines = [a_line(TEA, "1", key="0"), a_line(CUP, "1", key="1")]
    quote = stored(quoted(a_request([TEA, CUP], lines), prices((TEA, "75"), (CUP, "25")), scheme))

    first = refund(quote, Returns(lines=[returned("0", "1")]))
    then = refund(quote, Returns(lines=[returned("1", "1")]))

    assert (
        [line.net for line in quote.lines]
        == [first.total, then.total]
        == [
            Decimal("67.50"),
            Decimal("22.50"),
        ]
    )


@pytest.mark.parametrize(
    ("rule", "back"), [(ReturnRule.KEEP, "225"), (ReturnRule.CLAW_BACK, "220")]
)
def test_pitfall_returns_keep_or_claw_back_a_broken_threshold_as_the_scheme_says(rule, back):
    scheme = a_scheme(1, "10", threshold="300", lane=Lane.ORDER, return_rule=rule)
    quote = stored(quoted(tea("6"), prices((TEA, "50")), scheme))

    assert refund(quote, Returns(lines=[returned("0", "5")]), [scheme], GOODS).total == Decimal(
        back
    )


def test_pitfall_returns_use_the_stored_price_again_and_never_a_new_one():
    quote = quoted(tea("7"), case_price(TEA, "100"))
    kept = stored(quote)

    parts = [refund(kept, Returns(lines=[returned("0", "1", str(n))])).total for n in range(7)]

    assert (sum(parts), quote.total) == money("29.17", "29.17")


def test_pitfall_returns_of_no_quantity_refund_nothing():
    quote = quoted(tea("6"), prices((TEA, "50")))

    assert refund(quote, Returns(lines=[returned("0", "0")])).total == 0


def test_pitfall_returns_take_back_rebate_points_and_claims_that_are_no_longer_earned():
    funding = Funding(organisation_id=BRAND)
    terms = {"threshold": "10", "measure": Measure.QUANTITY, "return_rule": ReturnRule.CLAW_BACK}
    schemes = [
        a_scheme(1, "10", lane=Lane.ORDER, funding=funding, is_claimable=True, **terms),
        a_scheme(2, "5", lane=Lane.POINTS, benefit=BenefitKind.REBATE, **terms),
        a_scheme(3, "7", lane=Lane.POINTS, benefit=BenefitKind.POINTS, **terms),
    ]
    quote = stored(quoted(tea("10"), prices((TEA, "10")), *schemes))

    back = refund(quote, Returns(lines=[returned("0", "5")]), schemes, GOODS)

    taken = {each.scheme_id: each for each in back.taken_back}
    assert (quote.total, quote.benefits[0].funded_money, back.total) == money(
        "90.00", "10.00", "40.00"
    )
    assert [
        (taken[each.scheme_id].money, taken[each.scheme_id].rebate, taken[each.scheme_id].points)
        for each in schemes
    ] == [(Decimal(5), 0, 0), (0, Decimal("4.50"), 0), (0, 0, 7)]
