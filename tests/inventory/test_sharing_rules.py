"""Fair shares and quotas as arithmetic (P19)."""

from datetime import date
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.inventory.rules import (
    Buyer,
    Demand,
    FreeLot,
    QuotaLeft,
    QuotaPeriod,
    ShareReason,
    SharingManner,
    Wish,
    fair_shares,
    period_start,
    shares,
)

PROPORTIONAL, PRIORITY = SharingManner.PROPORTIONAL, SharingManner.PRIORITY
SKU, HOUSE = UUID(int=900), UUID(int=901)


def wishes(*asked, pack=1):
    return [Wish(UUID(int=place), Decimal(each), Decimal(pack)) for place, each in enumerate(asked)]


def given_of(available, asked, manner=PROPORTIONAL):
    return [int(pieces) for pieces in shares(Decimal(available), asked, manner).values()]


@pytest.mark.parametrize(("pack", "expected"), [(1, [50, 38, 12]), (5, [50, 40, 10])])
def test_a_shortage_is_shared_as_the_trade_does_it(pack, expected):
    assert given_of(100, wishes(80, 60, 20, pack=pack)) == expected


def test_priority_comes_first_and_equals_share():
    asked = [
        Wish(UUID(int=1), Decimal(30), priority=1),
        Wish(UUID(int=2), Decimal(30), priority=9),
        Wish(UUID(int=3), Decimal(30), priority=1),
    ]

    found = shares(Decimal(50), asked, PRIORITY)

    assert [found[UUID(int=place)] for place in (1, 2, 3)] == [10, 30, 10]


WISHES = st.lists(
    st.builds(
        lambda packs, pack, odd, priority: (packs * pack + odd % pack, pack, priority),
        st.integers(0, 60),
        st.sampled_from([1, 5, 6, 24]),
        st.integers(0, 23),
        st.integers(0, 2),
    ),
    min_size=1,
    max_size=8,
)


@given(available=st.integers(0, 3000), asked=WISHES, manner=st.sampled_from(SharingManner))
def test_shares_are_whole_packs_within_wishes_and_stock_and_leave_nothing_that_fits(
    available, asked, manner
):
    claims = [
        Wish(UUID(int=place), Decimal(pieces), Decimal(pack), priority)
        for place, (pieces, pack, priority) in enumerate(asked)
    ]

    found = shares(Decimal(available), claims, manner)

    left = available - sum(found.values())
    assert left >= 0
    for wish in claims:
        got = found[wish.key]
        assert 0 <= got <= wish.asked
        assert got == wish.asked or got % wish.pack == 0
        assert got == wish.asked or min(wish.pack, wish.asked - got) > left
    if manner is PROPORTIONAL and left + sum(found.values()) >= sum(w.asked for w in claims):
        assert all(found[wish.key] == wish.asked for wish in claims)


@given(available=st.integers(0, 500), asked=st.lists(st.integers(1, 200), min_size=2, max_size=6))
def test_in_single_pieces_nobody_is_a_whole_piece_off_their_part(available, asked):
    found = given_of(available, wishes(*asked))

    total = sum(asked)
    for got, each in zip(found, asked, strict=True):
        fair = Decimal(min(available, total) * each) / total
        assert abs(got - fair) < 1


def lot(pieces, expires_on=None, place=0):
    return FreeLot(HOUSE, SKU, UUID(int=500 + place), Decimal(pieces), expires_on)


def demand(place, pieces, keeps=None, pack=1):
    buyer = Buyer(relationship_id=UUID(int=700 + place))
    return Demand(UUID(int=place), SKU, Decimal(pieces), keeps, buyer, Decimal(pack))


def test_what_a_quota_or_shelf_life_keeps_from_one_goes_to_the_others():
    old, fresh = lot(60, date(2026, 6, 10), 1), lot(40, date(2026, 12, 1), 2)
    strict = demand(1, 80, date(2026, 9, 1))
    quota = QuotaLeft(UUID(int=1), UUID(int=702), SKU, date(2026, 6, 1), Decimal(12), Decimal(12))

    found = fair_shares(
        [strict, demand(2, 60, pack=5), demand(3, 40)], [old, fresh], [quota], PROPORTIONAL, {}
    )

    assert [(int(share.given), share.reason) for share in found] == [
        (40, ShareReason.SHELF_LIFE),
        (10, ShareReason.QUOTA),
        (40, ShareReason.FULL),
    ]


@given(
    lots=st.lists(st.tuples(st.integers(0, 90), st.integers(1, 3)), max_size=4),
    asked=st.lists(
        st.tuples(st.integers(1, 90), st.integers(0, 3), st.sampled_from([1, 6])),
        min_size=1,
        max_size=5,
    ),
    allowed=st.integers(0, 60),
    manner=st.sampled_from(SharingManner),
)
def test_what_is_shared_can_be_set_aside(lots, asked, allowed, manner):
    there = [lot(n, date(2026, month, 1), place) for place, (n, month) in enumerate(lots)]
    wanted = [
        demand(place, n, date(2026, month, 1) if month else None, pack)
        for place, (n, month, pack) in enumerate(asked)
    ]
    quota = QuotaLeft(
        UUID(int=1), UUID(int=700), SKU, date(2026, 1, 1), Decimal(allowed), Decimal(allowed)
    )

    found = fair_shares(wanted, there, [quota], manner, {})

    assert sum(share.given for share in found) <= sum(each.free for each in there)
    for share, each in zip(found, wanted, strict=True):
        keeping = sum(item.free for item in there if item.keeps_until(each.expires_not_before))
        assert 0 <= share.given <= min(each.quantity, keeping)
    assert found[0].given <= allowed


@pytest.mark.parametrize(
    ("period", "first"),
    [
        (QuotaPeriod.DAY, date(2026, 6, 18)),
        (QuotaPeriod.WEEK, date(2026, 6, 15)),
        (QuotaPeriod.MONTH, date(2026, 6, 1)),
        (QuotaPeriod.WHOLE, date(2026, 5, 9)),
    ],
)
def test_a_quota_starts_anew_with_its_period(period, first):
    assert period_start(period, date(2026, 5, 9), date(2026, 6, 18)) == first
