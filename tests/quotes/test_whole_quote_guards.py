"""Discounts by hand, points, cash discount, guards, and what a buyer sees of them."""

from decimal import Decimal
from fractions import Fraction
from uuid import UUID

import pytest

from app.kernel.quantity import PackagingLevel
from app.pricing.rules import PriceBook, PriceKind
from app.pricing.rules.change import OutsideBand
from app.pricing.rules.guards import Guard
from app.promotions.rules.terms import Gift
from app.promotions.rules.words import BenefitKind, Calculation, FreeGoodsKind, Lane, Measure
from app.quotes.rules import ManualPrice, PointsWish, as_buyer_sees
from tests.support.baskets import (
    RELATIONSHIP,
    a_line,
    a_list,
    a_request,
    a_row,
    a_scheme,
    a_sku,
    case_price,
    prices,
    quoted,
)

TEA = a_sku(1, tax_rate_percent=Decimal(0))
CUP = a_sku(2, tax_rate_percent=Decimal(0))


def floor_at(price: str, outside: OutsideBand = OutsideBand.APPROVAL, **more) -> Guard:
    return Guard(
        sku_id=TEA.sku_id,
        source_id=UUID(int=9),
        outside=outside,
        granted_by_own=True,
        floor=Fraction(price),
        **more,
    )


def by_hand(percent: str, authority: str | None = None, by: str = "Wei") -> ManualPrice:
    return ManualPrice(
        discount_percent=Decimal(percent),
        reason="opening stock",
        by=by,
        authority_percent=Decimal(authority) if authority else None,
    )


@pytest.mark.parametrize(("percent", "asks"), [("5", False), ("5.0001", True)])
def test_a_discount_beyond_the_authority_asks_for_approval(percent, asks):
    request = a_request(
        [TEA],
        [a_line(TEA, "10", key="0")],
        manual={"0": by_hand(percent, "5")},
    )

    quote = quoted(request, prices((TEA, "10")))

    step = quote.lines[0].steps[1]
    assert (step.name, step.after) == ("MANUAL", quote.net)
    assert "by Wei: opening stock" in step.reason
    assert bool(quote.approval_causes) is asks
    assert [cause.kind for cause in quote.approval_causes] == ["DISCOUNT_AUTHORITY"] * asks


def test_each_discount_is_held_against_the_authority_of_its_own_giver():
    given = {"0": by_hand("10", "5", "Wei"), "1": by_hand("10", "20", "Boss"), "2": by_hand("1")}
    lines = [a_line(TEA, "10", key=key) for key in given]

    quote = quoted(a_request([TEA], lines, manual=given), prices((TEA, "10")))

    assert [(cause.line_key, cause.text) for cause in quote.approval_causes] == [
        ("0", "10 % off by Wei: opening stock; beyond an authority of 5 %"),
        ("2", "1 % off by Wei: opening stock; beyond an authority of 0 %"),
    ]
    assert [line.manual_authority for line in quote.lines] == [Decimal(5), Decimal(20), None]


def test_without_authority_every_discount_asks():
    request = a_request([TEA], [a_line(TEA, "10", key="0")], manual={"0": by_hand("0.01")})

    assert len(quoted(request, prices((TEA, "10"))).approval_causes) == 1


def test_a_discount_by_hand_also_lowers_a_contract_price():
    contract = a_list(1, kind=PriceKind.CONTRACT, relationship_id=RELATIONSHIP)
    request = a_request([TEA], [a_line(TEA, "10", key="0")], manual={"0": by_hand("10")})

    quote = quoted(request, PriceBook([contract], [a_row(contract, TEA, "2.45")]))

    assert quote.net == Decimal("22.05")
    assert (quote.lines[0].price_amount, quote.lines[0].discount) == (
        Decimal("24.50"),
        Decimal("2.45"),
    )


def test_points_pay_what_they_can_and_no_more_than_the_goods_cost():
    def redeemed(asked: int, balance: int):
        points = PointsWish(asked=asked, balance=balance, value_per_point=Decimal("0.10"))
        request = a_request(
            [TEA, CUP], [a_line(TEA, "2", key="0"), a_line(CUP, "1", key="1")], points=points
        )
        return quoted(request, prices((TEA, "5"), (CUP, "5")))

    assert (redeemed(30, 100).points_redeemed, redeemed(30, 100).net) == (30, Decimal("12.00"))
    assert redeemed(30, 20).points_redeemed == 20
    assert (redeemed(900, 900).points_redeemed, redeemed(900, 900).net) == (150, Decimal("0.00"))
    assert [line.net for line in redeemed(30, 100).lines] == [Decimal("8.00"), Decimal("4.00")]
    assert redeemed(30, 100).lines[0].steps[-2].name == "POINTS"


def test_points_without_a_programme_pay_nothing():
    points = PointsWish(asked=10, balance=10)
    request = a_request([TEA], [a_line(TEA, "2")], points=points)

    assert quoted(request, prices((TEA, "5"))).points_redeemed == 0


def test_the_cash_discount_is_rounded_once_and_comes_last():
    request = a_request(
        [TEA, CUP],
        [a_line(TEA, "1", key="0"), a_line(CUP, "1", key="1")],
        cash_discount_percent=Decimal(2),
    )

    quote = quoted(request, prices((TEA, "33.33"), (CUP, "33.33")), a_scheme(1, "10"))

    assert quote.net == Decimal("60.00") - Decimal("1.20")
    assert [step.name for step in quote.lines[0].steps] == [
        "LIST",
        "PERCENT_OFF",
        "CASH_DISCOUNT",
        "TAX",
    ]


@pytest.mark.parametrize(("more_off", "verdict"), [("0", "PASS"), ("3", "NEEDS_APPROVAL")])
def test_p15_the_floor_is_held_against_the_price_after_all_discounts(more_off, verdict):
    schemes = [a_scheme(1, "5", sequence=1)]
    schemes += [a_scheme(2, more_off, sequence=2)] * (more_off != "0")
    request = a_request(
        [TEA], [a_line(TEA, "2400", key="0")], guards={TEA.sku_id: (floor_at("2.45"),)}
    )

    quote = quoted(request, prices((TEA, "2.64")), *schemes)

    assert quote.lines[0].guard == verdict
    assert len(quote.approval_causes) == (verdict != "PASS")
    assert not quote.blocked


@pytest.mark.parametrize(("floor", "passes"), [("54.5454", True), ("54.5456", False)])
def test_free_goods_of_the_same_sku_thin_out_its_price(floor, passes):
    ten_plus_one = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.PACKS,
        packaging_level=PackagingLevel.CASE,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, packaging_level=PackagingLevel.CASE),
    )
    guard = floor_at(str(Fraction(floor) / 24), OutsideBand.REFUSE)
    request = a_request([TEA], [a_line(TEA, "10", "CASE", "0")], guards={TEA.sku_id: (guard,)})

    quote = quoted(request, case_price(TEA, "60"), ten_plus_one)

    assert (quote.lines[0].guard == "PASS") is passes
    assert bool(quote.blocked) is not passes
    assert quote.lines[1].guard == "PASS"


def test_another_gift_counts_with_its_value():
    gift = a_scheme(
        1,
        "1",
        threshold="10",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        calculation=Calculation.STEP,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=CUP.sku_id),
    )
    request = a_request(
        [TEA, CUP],
        [a_line(TEA, "10", key="0")],
        guards={TEA.sku_id: (floor_at("9.51"),)},
    )

    quote = quoted(request, prices((TEA, "10"), (CUP, "5")), gift)

    assert quote.lines[0].guard == "NEEDS_APPROVAL"


def test_an_advisory_guard_only_warns_and_a_margin_needs_a_cost():
    advisory = floor_at("100", OutsideBand.REFUSE, is_advisory=True)
    margin = Guard(
        sku_id=TEA.sku_id,
        source_id=UUID(int=8),
        outside=OutsideBand.REFUSE,
        granted_by_own=True,
        minimum_margin_percent=Decimal(20),
    )

    def guarded(**more):
        request = a_request(
            [TEA], [a_line(TEA, "1", key="0")], guards={TEA.sku_id: (advisory, margin)}, **more
        )
        return quoted(request, prices((TEA, "10"))).lines[0]

    known = guarded(purchase_prices={TEA.sku_id: Fraction(9)})
    unknown = guarded()

    assert (known.guard, unknown.guard) == ("BLOCK", "PASS")
    assert [each.kind for each in unknown.guard_reasons] == ["FLOOR", "MARGIN_UNKNOWN"]
    assert not any("100" in each.text or "9" in each.text for each in known.guard_reasons)


def test_a_buyer_sees_no_guard_no_authority_and_no_giver():
    request = a_request(
        [TEA],
        [a_line(TEA, "1", key="0")],
        manual={"0": by_hand("30", "20")},
        guards={TEA.sku_id: (floor_at("9", OutsideBand.REFUSE),)},
    )

    view = as_buyer_sees(quoted(request, prices((TEA, "10"))))

    (line,) = view.lines
    assert (line.guard, line.guard_reasons, line.manual_by, line.manual_reason) == (
        "PASS",
        (),
        "",
        "",
    )
    assert (line.manual_percent, line.net) == (Decimal(30), Decimal("7.00"))
    assert [step.reason for step in line.steps][:2] == [
        "the seller's list price",
        "a discount given to you",
    ]
    assert line.manual_authority is None


def test_a_failing_scheme_is_reported_and_the_others_count():
    broken = a_scheme(1, "5", tiers=())
    gone = a_scheme(
        2,
        "1",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=UUID(int=404)),
    )

    quote = quoted(a_request([TEA], [a_line(TEA, "10")]), prices((TEA, "10")), broken, gone)

    assert {problem.source_id for problem in quote.problems} == {broken.scheme_id, gone.scheme_id}
    assert quote.net == Decimal("100.00")


def test_a_gift_without_a_price_is_given_and_reported():
    gift = a_scheme(
        1,
        "1",
        lane=Lane.FREE_GOODS,
        benefit=BenefitKind.FREE_GOODS,
        measure=Measure.QUANTITY,
        gift=Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=CUP.sku_id),
    )

    quote = quoted(a_request([TEA, CUP], [a_line(TEA, "1")]), prices((TEA, "10")), gift)

    assert (quote.lines[1].sku_id, quote.lines[1].list_value) == (CUP.sku_id, None)
    assert [problem.source_id for problem in quote.problems] == [gift.scheme_id]
