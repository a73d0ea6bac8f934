"""Suggested orders follow P20: enough for the horizon, in whole packs, worth a delivery."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.ids import new_id
from app.kernel.quantity import PackagingLevel
from app.ordering.rules.suggesting import (
    Flow,
    Horizon,
    pack_of,
    raised,
    reason_of,
    suggested,
)

CASE = PackagingLevel.CASE
PIECES = st.integers(0, 5_000).map(Decimal)
FACTORS = st.sampled_from([1, 6, 12, 24]).map(Decimal)
HORIZONS = st.builds(
    Horizon,
    lead_days=st.integers(0, 10),
    cycle_days=st.integers(1, 30),
    safety_days=st.integers(0, 10),
)
FLOWS = st.builds(
    Flow,
    sku_id=st.builds(new_id),
    gone=PIECES,
    over_days=st.integers(1, 90),
    stock=PIECES,
    in_transit=PIECES,
)


def tea(**more):
    given = {"gone": Decimal(336), "stock": Decimal(50), "in_transit": Decimal(24)}
    return Flow(sku_id=new_id(), over_days=28, **given | more)


def test_the_worked_example():
    flow, horizon = tea(), Horizon()

    found = suggested(flow, horizon, CASE, Decimal(24))
    assert found is not None
    (line,) = raised([found], {flow.sku_id: Decimal("63.36")}, Decimal(200))

    assert (flow.per_day, found.target, found.need) == (12, 144, 70)
    assert (found.packs, found.packs * Decimal("63.36")) == (3, Decimal("190.08"))
    assert (line.packs, line.packs * Decimal("63.36")) == (4, Decimal("253.44"))
    assert reason_of(line, horizon) == (
        "12 a day for 12 days are 144; 50 are there and 24 are coming: 70 are missing,"
        " which takes 3 CASE of 24. 1 more reach the minimum order value."
    )


def test_nothing_is_suggested_where_enough_is_there_or_nothing_goes_out():
    enough, unsold = tea(stock=Decimal(120)), tea(gone=Decimal(0), stock=Decimal(0))

    assert suggested(enough, Horizon(), CASE, Decimal(24)) is None
    assert suggested(unsold, Horizon(), CASE, Decimal(24)) is None


def test_whole_cases_are_suggested_where_there_are_any():
    packs = {PackagingLevel.PIECE: Decimal(1), PackagingLevel.PALLET: Decimal(960)}

    assert pack_of(packs) == (PackagingLevel.PIECE, 1)
    assert pack_of(packs | {CASE: Decimal(24)}) == (CASE, 24)
    assert pack_of({}) is None


@given(FLOWS, HORIZONS, FACTORS)
def test_it_lasts_for_the_horizon_and_a_pack_less_would_not(flow, horizon, factor):
    line = suggested(flow, horizon, CASE, factor)

    there = flow.stock + flow.in_transit
    if line is None:
        assert flow.gone == 0 or Fraction(there) >= flow.per_day * horizon.days
    else:
        assert line.days_covered >= horizon.days
        assert there + line.pieces - factor < line.target


@given(st.lists(FLOWS, max_size=5), HORIZONS, PIECES)
def test_the_minimum_is_reached_where_anything_has_a_price_and_nothing_is_taken_away(
    flows, horizon, minimum
):
    lines = [
        line for flow in flows if (line := suggested(flow, horizon, CASE, Decimal(24))) is not None
    ]
    prices = {line.flow.sku_id: Decimal(place) for place, line in enumerate(lines)}

    found = raised(lines, prices, minimum)

    value = sum(line.packs * prices[line.flow.sku_id] for line in found)
    assert value >= minimum or not any(prices.values())
    assert [line.flow for line in found] == [line.flow for line in lines]
    for before, after in zip(lines, found, strict=True):
        assert after.packs - after.for_minimum == before.packs
    dearest = max(prices.values(), default=Decimal(0))
    if any(line.for_minimum for line in found):
        assert value - dearest < minimum
