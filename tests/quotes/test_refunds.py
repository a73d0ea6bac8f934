"""Returns refund what was paid, from the stored quote (Our rule 11, P12, P13)."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.quantity import PackagingLevel
from app.promotions.rules.clawback import MoreThanBought
from app.promotions.rules.terms import Gift
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
    ReturnRule,
)
from app.quotes.rules import (
    Returned,
    ReturnedContainers,
    Returns,
    refund,
)
from tests.support.baskets import (
    BOTTLE,
    CRATE,
    a_line,
    a_request,
    a_scheme,
    a_sku,
    case_price,
    prices,
    quoted,
    stored,
)

UNTAXED = a_sku(2, tax_rate_percent=Decimal(0))
GOODS = {UNTAXED.sku_id: UNTAXED}


def returned(key, quantity, already="0"):
    return Returned(key=key, base_quantity=Decimal(quantity), already=Decimal(already))


@pytest.mark.parametrize(
    ("rule", "amount"), [(ReturnRule.KEEP, "225.00"), (ReturnRule.CLAW_BACK, "220.00")]
)
def test_p12a_a_broken_threshold_follows_the_schemes_rule(rule, amount):
    scheme = a_scheme(1, "10", threshold="300", lane=Lane.ORDER, return_rule=rule)
    request = a_request([UNTAXED], [a_line(UNTAXED, "6", key="0")])
    quote = stored(quoted(request, prices((UNTAXED, "50")), scheme))

    back = refund(quote, Returns(lines=[returned("0", "5")]), [scheme], GOODS)
    nothing = refund(quote, Returns(lines=[returned("0", "0")]), [scheme], GOODS)
    everything = refund(quote, Returns(lines=[returned("0", "6")]), [scheme], GOODS)

    assert quote.total == Decimal("270.00")
    assert back.total == Decimal(amount)
    assert (nothing.total, everything.total) == (0, quote.total)


@pytest.mark.parametrize(
    ("rule", "amount"), [(ReturnRule.KEEP, "300.00"), (ReturnRule.CLAW_BACK, "240.00")]
)
def test_p12b_a_gift_that_is_kept_and_no_longer_earned_is_paid_for(rule, amount):
    scheme = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        calculation=Calculation.RECURRING,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE),
        return_rule=rule,
    )
    request = a_request([UNTAXED], [a_line(UNTAXED, "20", key="0")])
    quote = stored(quoted(request, prices((UNTAXED, "60")), scheme))

    back = refund(quote, Returns(lines=[returned("0", "5")]), [scheme], GOODS)
    everything = Returns(lines=[returned("0", "20"), returned("free-1", "2")])

    assert quote.lines[1].quantity == 2
    assert back.total == Decimal(amount)
    assert refund(quote, everything, [scheme], GOODS).total == quote.total == Decimal("1200.00")


def test_p13_deposits_go_back_with_their_containers():
    beer = a_sku(1, containers={PackagingLevel.PIECE: BOTTLE, PackagingLevel.CASE: CRATE})
    request = a_request([beer], [a_line(beer, "10", "CASE")])
    quote = stored(quoted(request, case_price(beer, "84.00")))
    containers = [
        ReturnedContainers(container_id=BOTTLE.container_id, quantity=Decimal(130)),
        ReturnedContainers(container_id=CRATE.container_id, quantity=Decimal(6)),
    ]

    back = refund(quote, Returns(containers=containers))

    assert (back.deposits, back.total) == (Decimal("113.00"), Decimal("113.00"))
    assert [each.outstanding for each in back.containers] == [110, 4]
    assert sum(each.outstanding_amount for each in back.containers) == Decimal("87.00")


def test_nothing_returned_refunds_nothing_and_more_than_bought_is_refused():
    quote = quoted(a_request([UNTAXED], [a_line(UNTAXED, "6", key="0")]), prices((UNTAXED, "50")))

    assert refund(quote, Returns(lines=[returned("0", "0")])).total == 0
    for quantity, already in (("7", "0"), ("1", "6"), ("-1", "0")):
        with pytest.raises(MoreThanBought):
            refund(quote, Returns(lines=[returned("0", quantity, already)]))
    with pytest.raises(KeyError):
        refund(quote, Returns(lines=[returned("1", "1")]))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(
    st.integers(1, 40),
    st.integers(1, 4000),
    st.integers(0, 30),
    st.booleans(),
    st.lists(st.integers(0, 7), max_size=8),
)
def test_returns_in_any_parts_add_up_to_what_was_paid(bought, cents, off, inclusive, parts):
    sku = a_sku(1)
    scheme = a_scheme(1, str(off or 1), lane=Lane.ORDER)
    request = a_request([sku], [a_line(sku, str(bought), key="0")])
    price = str(Decimal(cents) / 100)
    quote = quoted(request, prices((sku, price), is_tax_inclusive=inclusive), scheme)
    already, total = 0, Decimal(0)

    for part in [*parts, bought]:
        now = min(part, bought - already)
        back = refund(quote, Returns(lines=[returned("0", str(now), str(already))]))
        assert back.total >= 0
        already, total = already + now, total + back.total

    assert total == quote.total


def test_one_line_returned_twice_in_one_go_gives_back_no_more_than_was_paid():
    quote = quoted(
        a_request([UNTAXED], [a_line(UNTAXED, "7", key="0")]), case_price(UNTAXED, "100")
    )
    parts = [returned("0", "3"), returned("0", "4")]

    assert refund(quote, Returns(lines=parts)).total == quote.total
    with pytest.raises(MoreThanBought):
        refund(quote, Returns(lines=[returned("0", "4"), returned("0", "4")]))


def test_one_container_returned_twice_in_one_go_gives_back_no_more_than_was_paid():
    beer = a_sku(1, containers={PackagingLevel.PIECE: BOTTLE})
    quote = quoted(a_request([beer], [a_line(beer, "10")]), prices((beer, "1")))
    back = ReturnedContainers(container_id=BOTTLE.container_id, quantity=Decimal(5))
    more = ReturnedContainers(container_id=BOTTLE.container_id, quantity=Decimal(6))

    assert refund(quote, Returns(containers=[back, back])).deposits == Decimal("5.00")
    with pytest.raises(MoreThanBought):
        refund(quote, Returns(containers=[back, more]))


@settings(derandomize=True, max_examples=80, deadline=None)
@given(st.integers(2, 12), st.integers(101, 9999), st.booleans())
def test_what_is_taken_back_is_exact_with_tax_inside_the_price_too(bought, cents, inclusive):
    sku = a_sku(1)
    price = str(Decimal(cents) / 100)
    scheme = a_scheme(
        1,
        "10",
        threshold=str(bought),
        measure=Measure.QUANTITY,
        lane=Lane.ORDER,
        return_rule=ReturnRule.CLAW_BACK,
    )
    request = a_request([sku], [a_line(sku, str(bought), key="0")])
    quote = stored(quoted(request, prices((sku, price), is_tax_inclusive=inclusive), scheme))
    one = Returns(lines=[returned("0", "1")])

    kept, clawed = refund(quote, one), refund(quote, one, [scheme], {sku.sku_id: sku})

    owed = clawed.taken_back[0].owed
    lost = kept.total - clawed.total if inclusive else kept.net - clawed.net
    assert lost == min(owed, kept.total if inclusive else kept.net)
    assert clawed.net + clawed.tax == clawed.gross
