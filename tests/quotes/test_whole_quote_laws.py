"""What holds for every quote of prices, hands, schemes, points, guards and tax together."""

import json
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType
from typing import Any

import orjson
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kernel.money import FreeGoodsTax, TaxMode
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import BreakType, PriceBook
from app.pricing.rules.change import OutsideBand
from app.pricing.rules.guards import Guard
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.terms import Gift, ProductScope
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
)
from app.quotes.rules import (
    ManualPrice,
    PointsWish,
    Quote,
    as_buyer_sees,
    from_document,
    quote,
    to_document,
    to_stored,
)
from tests.support.baskets import (
    BOTTLE,
    CRATE,
    a_line,
    a_list,
    a_request,
    a_row,
    a_scheme,
    a_sku,
    with_lines,
)

laws = settings(derandomize=True, max_examples=120, deadline=None)
CONTAINERS = MappingProxyType({PackagingLevel.PIECE: BOTTLE, PackagingLevel.CASE: CRATE})
SKUS = [
    a_sku(1, containers=CONTAINERS),
    a_sku(2, tax_rate_percent=Decimal(9)),
    a_sku(3, tax_rate_percent=Decimal(0)),
]
FLOORS = {
    sku.sku_id: (
        Guard(
            sku_id=sku.sku_id,
            source_id=sku.product_id,
            outside=OutsideBand.APPROVAL,
            granted_by_own=True,
            floor=Fraction(10),
        ),
    )
    for sku in SKUS
}
UNITS = [level.value for level in (PackagingLevel.PIECE, PackagingLevel.INNER, PackagingLevel.CASE)]

ROWS = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.sampled_from(SKUS),
        st.integers(0, 5000),
        st.sampled_from([0, 1, 12, 100]),
    ),
    max_size=12,
)
LINES = st.lists(
    st.tuples(st.sampled_from(SKUS), st.integers(1, 60), st.sampled_from(UNITS)),
    min_size=1,
    max_size=6,
)
LANES: list[dict[str, Any]] = [
    {"lane": Lane.LINE},
    {"lane": Lane.LINE, "percent_chaining": PercentChaining.ADDED},
    {"lane": Lane.LINE, "benefit": BenefitKind.AMOUNT_OFF},
    {"lane": Lane.LINE, "benefit": BenefitKind.FIXED_PRICE},
    {"lane": Lane.ORDER},
    {"lane": Lane.ORDER, "benefit": BenefitKind.AMOUNT_OFF},
    {
        "lane": Lane.FREE_GOODS,
        "benefit": BenefitKind.FREE_GOODS,
        "measure": Measure.QUANTITY,
        "calculation": Calculation.RECURRING,
        "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE),
    },
    {
        "lane": Lane.FREE_GOODS,
        "benefit": BenefitKind.FREE_GOODS,
        "measure": Measure.QUANTITY,
        "calculation": Calculation.RECURRING,
        "gift": Gift(kind=FreeGoodsKind.INCLUSIVE),
    },
    {
        "lane": Lane.FREE_GOODS,
        "benefit": BenefitKind.FREE_GOODS,
        "gift": Gift(kind=FreeGoodsKind.EXCLUSIVE, sku_id=SKUS[1].sku_id),
    },
    {"lane": Lane.POINTS, "benefit": BenefitKind.POINTS},
]
SCHEMES = st.lists(
    st.fixed_dictionaries(
        {
            "kind": st.sampled_from(LANES),
            "off": st.integers(1, 60),
            "threshold": st.sampled_from([1, 5, 30, 200]),
            "sequence": st.integers(1, 3),
            "exclusion_group": st.sampled_from([None, None, "best"]),
            "scope": st.sampled_from(
                [ProductScope(), *(ProductScope(sku_ids=(sku.sku_id,)) for sku in SKUS)]
            ),
        }
    ),
    max_size=6,
)
ASKED = st.fixed_dictionaries(
    {
        "tax_mode": st.sampled_from(list(TaxMode)),
        "free_goods_tax": st.sampled_from(list(FreeGoodsTax)),
        "cash_discount_percent": st.sampled_from([Decimal(0), Decimal("2.5"), Decimal(100)]),
        "points": st.builds(
            PointsWish,
            asked=st.integers(0, 500),
            balance=st.integers(0, 300),
            value_per_point=st.sampled_from([None, Decimal("0.01"), Decimal("0.333")]),
        ),
    }
)
BY_HAND = st.dictionaries(
    st.integers(0, 5).map(str),
    st.integers(1, 100).map(
        lambda percent: ManualPrice(
            discount_percent=Decimal(percent),
            reason="why",
            by="Wei",
            authority_percent=Decimal(10),
        )
    ),
    max_size=2,
)


def lists_from(drawn: Any, inclusive: list[bool]) -> tuple[list[Any], list[Any]]:
    lists = [
        a_list(
            number,
            priority=number,
            is_tax_inclusive=inclusive[number],
            break_type=BreakType.GRADUATED if number == 2 else BreakType.ALL_UNITS,
            is_promotable=number != 1,
        )
        for number in range(3)
    ]
    rows = [
        a_row(
            lists[place],
            sku,
            str(Decimal(cents) / 100),
            entry=entry,
            from_quantity=Decimal(start),
        )
        for entry, (place, sku, cents, start) in enumerate(drawn)
    ]
    return lists, rows


def schemes_from(drawn: Any) -> list[Any]:
    return [
        a_scheme(
            number,
            str(each["off"]),
            threshold=str(each["threshold"]),
            sequence=each["sequence"],
            exclusion_group=each["exclusion_group"],
            scope=each["scope"],
            **each["kind"],
        )
        for number, each in enumerate(drawn)
    ]


@laws
@given(
    ROWS,
    st.lists(st.booleans(), min_size=3, max_size=3),
    LINES,
    SCHEMES,
    ASKED,
    BY_HAND,
    st.randoms(use_true_random=False),
)
def test_every_whole_quote_keeps_the_laws(drawn, inclusive, wanted, schemes, asked, hands, random):
    lists, rows = lists_from(drawn, inclusive)
    lines = [a_line(sku, str(n), unit, str(at)) for at, (sku, n, unit) in enumerate(wanted)]
    request = a_request(SKUS, lines, manual=hands, guards=FLOORS, **asked)
    offered = schemes_from(schemes)

    answer = quote(request, PriceBook(lists, rows), SchemeBook(offered))

    shuffled = PriceBook(random.sample(lists, 3), random.sample(rows, len(rows)))
    assert quote(request, shuffled, SchemeBook(random.sample(offered, len(offered)))) == answer
    _sums_hold(answer)
    _chains_hold(answer)
    _parts_hold(answer)
    assert from_document(orjson.loads(bytes(to_stored(answer)))) == answer
    assert orjson.loads(bytes(to_stored(answer))) == to_document(answer)
    _buyers_view_holds(answer)


def _sums_hold(answer: Quote) -> None:
    lines = answer.lines
    assert answer.net == sum(line.net for line in lines)
    assert answer.tax == sum(line.tax for line in lines)
    assert answer.gross == sum(line.gross for line in lines) == answer.net + answer.tax
    assert answer.total == answer.gross + answer.deposits
    assert answer.deposits == sum(line.deposit for line in lines)
    for line in lines:
        assert line.net + line.tax == line.gross
        assert min(line.net, line.tax, line.discount, line.deposit, line.seller_tax) >= 0
        assert line.discount <= line.price_amount
        assert line.free_quantity <= line.base_quantity
        assert line.is_free <= (line.net == 0)


def _chains_hold(answer: Quote) -> None:
    for line in answer.lines:
        afters = [step.after for step in line.steps]
        assert [step.before for step in line.steps] == [Decimal(0), *afters[:-1]]
        assert afters[-1] == line.gross
        before_tax = line.steps[-1].before
        assert before_tax == line.price_amount - line.discount


def _parts_hold(answer: Quote) -> None:
    for benefit in answer.benefits:
        cuts = [
            step.before - step.after
            for line in answer.lines
            for step in line.steps
            if step.source_id == benefit.scheme_id and not line.is_free
        ]
        assert all(cut > 0 for cut in cuts)
        assert sum(cuts) == benefit.money


def _buyers_view_holds(answer: Quote) -> None:
    view = as_buyer_sees(answer)
    assert (view.total, view.net, view.tax) == (answer.total, answer.net, answer.tax)
    told = json.dumps(to_document(view))
    for name in ("BASE 0", "BASE 1", "BASE 2", "authority of", "Wei"):
        assert name not in told
    assert view.problems == view.losing_schemes == view.approval_causes == ()
    assert all(line.losers == () for line in view.lines)


@laws
@given(LINES, SCHEMES, st.integers(1, 9))
def test_more_quantity_never_lowers_the_free_goods_of_one_scheme(wanted, schemes, times):
    lists, rows = lists_from([(0, sku, 500, 0) for sku in SKUS], [False] * 3)
    of_goods = [each for each in schemes_from(schemes) if each.terms.gift][:1]
    lines = [a_line(sku, str(n), unit, str(at)) for at, (sku, n, unit) in enumerate(wanted)]
    request = a_request(SKUS, lines)
    more = [replace(line, quantity=line.quantity * times) for line in lines]

    few = quote(request, PriceBook(lists, rows), SchemeBook(of_goods))
    many = quote(with_lines(request, more), PriceBook(lists, rows), SchemeBook(of_goods))

    assert _free(many) >= _free(few)


def _free(answer: Quote) -> Decimal:
    return sum((each.goods for each in answer.benefits), Decimal(0))


def test_a_hundred_percent_off_is_exactly_nothing():
    sku = a_sku(1)
    lists, rows = lists_from([(0, sku, 333, 0)], [False] * 3)
    request = a_request(
        [sku],
        [a_line(sku, "7", key="0")],
        manual={"0": ManualPrice(discount_percent=Decimal(100), reason="gift")},
    )

    answer = quote(request, PriceBook(lists, rows), SchemeBook(()))

    assert (answer.total, answer.lines[0].net) == (Decimal("0.00"), Decimal("0.00"))
