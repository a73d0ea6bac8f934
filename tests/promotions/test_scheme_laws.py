"""What holds for whatever schemes and baskets: order, sums, chains, growth, limits, failures."""

import json
from dataclasses import replace
from decimal import Decimal
from typing import Any
from uuid import UUID

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.kernel.document import from_plain, to_plain
from app.kernel.later import known
from app.kernel.quantity import PackagingLevel
from app.promotions.operations.remembered import counted_ids
from app.promotions.rules.basket import Basket, Scheme, SchemeUse
from app.promotions.rules.book import SchemeBook
from app.promotions.rules.checking import check_terms
from app.promotions.rules.outcome import Promoted, Said, SchemeStep
from app.promotions.rules.terms import (
    Funding,
    Gift,
    Limits,
    ProductScope,
    Requirement,
    SchemeTerms,
    SchemeTier,
)
from app.promotions.rules.waterfall import apply_schemes
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
)
from tests.support.schemes import basket, free, line, only, scheme, sku, terms

laws = settings(derandomize=True, max_examples=200, deadline=None)
CENTS = st.integers(0, 50_000).map(lambda cents: Decimal(cents) / 100)
COUNTS = st.integers(1, 60)
SCOPES = st.sampled_from(
    [ProductScope(), only(1), only(1, 2), ProductScope(excluded_sku_ids=(sku(3),))]
)
LINES = st.lists(
    st.tuples(CENTS, COUNTS, st.integers(1, 3), st.sampled_from([True, True, True, False])),
    min_size=1,
    max_size=5,
)
LIMITS = st.builds(
    Limits,
    uses_per_buyer=st.sampled_from([None, None, 1]),
    money_per_buyer=st.sampled_from([None, None, Decimal("7.77")]),
    goods_per_buyer=st.sampled_from([None, None, Decimal(3)]),
    uses=st.sampled_from([None, None, 5]),
    money=st.sampled_from([None, None, Decimal("11.11")]),
    goods=st.sampled_from([None, None, Decimal(5)]),
)
USES = st.builds(
    SchemeUse,
    buyer_uses=st.integers(0, 1),
    buyer_money=st.sampled_from([Decimal(0), Decimal("3.33")]),
    buyer_goods=st.integers(0, 2).map(Decimal),
    money=st.sampled_from([Decimal("3.33"), Decimal(12)]),
    goods=st.integers(2, 6).map(Decimal),
    purchased_amount=CENTS,
    purchased_quantity=COUNTS.map(Decimal),
)
LANES = [
    (Lane.LINE, BenefitKind.FIXED_PRICE),
    (Lane.LINE, BenefitKind.AMOUNT_OFF),
    (Lane.LINE, BenefitKind.PERCENT_OFF),
    (Lane.ORDER, BenefitKind.AMOUNT_OFF),
    (Lane.ORDER, BenefitKind.PERCENT_OFF),
    (Lane.FREE_GOODS, BenefitKind.FREE_GOODS),
    (Lane.POINTS, BenefitKind.POINTS),
    (Lane.POINTS, BenefitKind.REBATE),
]


@st.composite
def gifts(draw: Any) -> Gift:
    kind = draw(st.sampled_from(FreeGoodsKind))
    bought = kind is FreeGoodsKind.INCLUSIVE or draw(st.booleans())
    level = draw(st.sampled_from([PackagingLevel.PIECE, PackagingLevel.INNER]))
    return Gift(kind=kind, sku_id=None if bought else sku(1), packaging_level=level)


@st.composite
def any_terms(draw: Any, lanes: Any = tuple(LANES), groups: Any = (None, None, "G")) -> SchemeTerms:
    lane, benefit = draw(st.sampled_from(lanes))
    steps = draw(st.lists(st.tuples(st.integers(0, 40), COUNTS), min_size=1, max_size=3))
    measure = draw(st.sampled_from(Measure))
    told = terms(
        benefit,
        lane=lane,
        measure=measure,
        calculation=draw(st.sampled_from(Calculation)),
        tiers=tuple(
            SchemeTier(threshold=Decimal(threshold), benefit=Decimal(given))
            for threshold, given in _ladder(steps, falling=benefit is BenefitKind.FIXED_PRICE)
        ),
        scope=draw(SCOPES),
        packaging_level=draw(
            st.sampled_from([PackagingLevel.PIECE, PackagingLevel.INNER, PackagingLevel.CASE])
        ),
        gift=draw(gifts()) if benefit is BenefitKind.FREE_GOODS else None,
        sequence=draw(st.integers(1, 3)),
        exclusion_group=draw(st.sampled_from(groups)),
        exclusion_rule=draw(st.sampled_from(ExclusionRule)),
        percent_chaining=draw(st.sampled_from(PercentChaining)),
        is_cumulative=draw(st.booleans()),
        requirements=draw(
            st.sampled_from([(), (), (Requirement(scope=only(1), minimum=Decimal(2)),)])
        ),
        limits=draw(LIMITS),
        funding=draw(
            st.sampled_from([None, Funding(organisation_id=UUID(int=9), percent=Decimal(60))])
        ),
    )
    assume(not check_terms(told))
    return told


def _ladder(steps: list[tuple[int, int]], *, falling: bool) -> list[tuple[int, int]]:
    thresholds = sorted({threshold for threshold, _ in steps})
    return list(zip(thresholds, sorted((b for _, b in steps), reverse=falling), strict=False))


@st.composite
def rising_gifts(draw: Any) -> SchemeTerms:
    """Draw free goods that give no less per unit from a higher threshold on, all in pieces."""
    threshold, benefit = draw(st.integers(2, 20)), draw(st.integers(1, 3))
    kind = draw(st.sampled_from(FreeGoodsKind))
    steps = [(threshold, min(benefit, threshold - 1))]
    for more, extra in draw(st.lists(st.tuples(st.integers(1, 20), st.integers(0, 3)), max_size=2)):
        below, given_ = steps[-1]
        above = below + more
        steps.append((above, -(-given_ * above // below) + extra))
    told = terms(
        BenefitKind.FREE_GOODS,
        *steps,
        measure=draw(st.sampled_from([Measure.QUANTITY, Measure.PACKS, Measure.LINES])),
        packaging_level=PackagingLevel.PIECE,
        calculation=draw(
            st.sampled_from([Calculation.STEP, Calculation.RECURRING, Calculation.CONTINUOUS])
        ),
        scope=draw(SCOPES),
        gift=Gift(kind=kind),
        sequence=draw(st.integers(1, 2)),
    )
    assume(not check_terms(told))
    return told


def basket_of(drawn: Any, uses: Any = ()) -> Basket:
    lines = [
        line(str(index), amount, count, number, is_promotable=promotable)
        for index, (amount, count, number, promotable) in enumerate(drawn)
    ]
    return basket(*lines, uses={UUID(int=n): use for n, use in enumerate(uses, start=1)})


def numbered(told: list[SchemeTerms]) -> list[Scheme]:
    return [scheme(number, each) for number, each in enumerate(told, start=1)]


def chained(held: Basket, outcome: Promoted) -> dict[str, Decimal]:
    amounts = {each.key: each.amount for each in held.lines}
    for step in outcome.steps:
        assert step.before == amounts[step.line_key]
        assert 0 <= step.after < step.before
        assert step.reason
        amounts[step.line_key] = step.after
    return amounts


def cuts(steps: tuple[SchemeStep, ...], scheme_id: UUID) -> Decimal:
    return sum((s.before - s.after for s in steps if s.scheme_id == scheme_id), Decimal(0))


@given(
    drawn=LINES,
    told=st.lists(any_terms(), max_size=5),
    uses=st.lists(USES, min_size=5, max_size=5),
    random=st.randoms(),
)
@laws
def test_every_outcome_keeps_the_laws(drawn: Any, told: Any, uses: Any, random: Any) -> None:
    held = basket_of(drawn, uses)
    schemes = numbered(told)
    shuffled = replace(held, lines=tuple(random.sample(held.lines, len(held.lines))))

    outcome = apply_schemes(held, SchemeBook(schemes))

    again = apply_schemes(shuffled, SchemeBook(random.sample(schemes, len(schemes))))
    assert again == outcome
    assert chained(held, outcome) == outcome.amounts
    assert all(amount >= 0 for amount in outcome.amounts.values())
    assert not [loser for loser in outcome.losers if loser.code == "RULE_FAILED"]
    assert all(loser.reason for loser in outcome.losers)
    for given_ in outcome.benefits:
        assert given_.money == cuts(outcome.steps, given_.scheme_id)
        goods = [f.base_quantity for f in outcome.free_lines if f.scheme_id == given_.scheme_id]
        assert given_.goods == sum(goods, Decimal(0))
        assert given_.funded_money <= given_.money
    kept = {each.key for each in held.lines if not each.is_promotable}
    assert not [step for step in outcome.steps if step.line_key in kept]
    assert len({hint.scheme_id for hint in outcome.hints}) == len(outcome.hints)
    assert all(hint.missing > 0 for hint in outcome.hints)
    said = outcome.said.told
    assert from_plain(Said, json.loads(json.dumps(to_plain(said)))) == said


@given(
    drawn=LINES,
    told=st.lists(any_terms(), max_size=5),
    uses=st.lists(USES, min_size=5, max_size=5),
)
@laws
def test_what_was_used_of_schemes_that_count_no_uses_changes_nothing(
    drawn: Any, told: Any, uses: Any
) -> None:
    held, book = basket_of(drawn, uses), SchemeBook(numbered(told))
    read = {key: use for key, use in held.uses.items() if key in counted_ids(book)}

    outcome = apply_schemes(replace(held, uses=read), book)

    assert outcome == apply_schemes(held, book)


@given(drawn=LINES, told=any_terms(groups=(None,)), use=USES)
@laws
def test_no_limit_is_ever_exceeded(drawn: Any, told: SchemeTerms, use: SchemeUse) -> None:
    held = basket_of(drawn, [use])

    outcome = apply_schemes(held, SchemeBook(numbered([told])))

    limits = told.limits
    for given_ in outcome.benefits:
        money = given_.money + given_.rebate
        for limit, used, more in (
            (limits.money_per_buyer, use.buyer_money, money),
            (limits.money, use.money, money),
            (limits.goods_per_buyer, use.buyer_goods, given_.goods),
            (limits.goods, use.goods, given_.goods),
            (limits.uses_per_buyer, use.buyer_uses, int(given_.is_given)),
            (limits.uses, use.uses, int(given_.is_given)),
        ):
            assert limit is None or not more or used + more <= limit


@given(
    drawn=LINES,
    told=st.lists(rising_gifts(), min_size=1, max_size=3),
    index=st.integers(0, 4),
    more=st.integers(1, 30),
)
@laws
def test_more_quantity_never_lowers_the_free_goods(
    drawn: Any, told: list[SchemeTerms], index: int, more: int
) -> None:
    told = told if all(_comes_on_top(each) for each in told) else told[:1]
    at = index % len(drawn)
    amount, count, number, promotable = drawn[at]
    grown = [*drawn[:at], (amount, count + more, number, promotable), *drawn[at + 1 :]]

    before = apply_schemes(basket_of(drawn), SchemeBook(numbered(told)))
    after = apply_schemes(basket_of(grown), SchemeBook(numbered(told)))

    assert free(after) >= free(before)


def _comes_on_top(told: SchemeTerms) -> bool:
    return told.gift is not None and told.gift.kind is FreeGoodsKind.EXCLUSIVE


@given(drawn=LINES, told=st.lists(any_terms(), max_size=4))
@laws
def test_a_failing_scheme_leaves_the_rest_untouched(drawn: Any, told: list[SchemeTerms]) -> None:
    held = basket_of(drawn)
    broken = replace(terms(BenefitKind.PERCENT_OFF, (0, 5), exclusion_group="G"), tiers=())
    alone = apply_schemes(held, SchemeBook(numbered(told)))

    outcome = apply_schemes(held, SchemeBook([*numbered(told), scheme(99, broken)]))

    assert [loser.code for loser in outcome.losers if loser.scheme_id.int == 99] == ["RULE_FAILED"]
    said = outcome.said.told
    others = tuple(loser for loser in said.losing_schemes if loser.scheme_id.int != 99)
    assert replace(outcome, said=known(said._replace(losing_schemes=others))) == alone


@given(drawn=LINES, discount=CENTS, share=st.integers(1, 100))
@laws
def test_the_parts_of_an_order_discount_sum_to_the_whole(
    drawn: Any, discount: Decimal, share: int
) -> None:
    held = basket_of([(amount, count, number, True) for amount, count, number, _ in drawn])
    whole = sum((each.amount for each in held.lines), Decimal(0))
    rule = terms(BenefitKind.AMOUNT_OFF, (0, discount), lane=Lane.ORDER)

    outcome = apply_schemes(held, SchemeBook(numbered([rule])))

    assert whole - sum(outcome.amounts.values(), Decimal(0)) == min(whole, discount)


@given(told=any_terms())
@laws
def test_terms_survive_storage(told: SchemeTerms) -> None:
    document = json.loads(json.dumps(to_plain(told)))

    assert from_plain(SchemeTerms, document) == told


def test_terms_of_an_older_version_take_the_defaults_of_new_fields() -> None:
    told = terms(BenefitKind.PERCENT_OFF, (0, 5), limits=Limits(uses=3))
    document = to_plain(told)
    for name in ("return_rule", "funding", "exclusion_rule"):
        del document[name]
    del document["limits"]["money"]

    assert from_plain(SchemeTerms, document) == told
