"""Prices of changes laid over each other, taken away, and taken back."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.support.change_times import backdate, day, everything, known, midnight, net_at, net_now
from tests.support.changes import (
    Team,
    changed,
    move,
    shown,
    team,
)


@pytest.fixture
async def the(world) -> Team:
    return await team(world)


async def test_an_offer_of_some_days_is_laid_over(the):
    await changed(the, "Offer", the.row("9", validFrom=day(3), validUntil=day(4)))

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 4, 5)]

    assert prices == ["10", "9", "9", "10"]


async def test_a_price_taken_away_is_gone_and_comes_back_after_its_last_day(the):
    gone = the.row(None, remove=True, validFrom=day(3), validUntil=day(4))
    for_good = the.row(None, the.other, remove=True, validFrom=day(3))
    await changed(the, "Away", gone, for_good)

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 4, 5)]

    assert prices == ["10", None, None, "10"]
    assert await net_at(the, midnight(2), the.other) == "20"
    assert await net_at(the, midnight(400), the.other) is None


async def test_versions_of_one_price_follow_each_other(the):
    await changed(
        the,
        "Year",
        the.row("11", validFrom=day(3), validUntil=day(5)),
        the.row("12", validFrom=day(6)),
    )

    prices = [await net_at(the, midnight(ahead)) for ahead in (2, 3, 5, 6, 99)]

    assert prices == ["10", "11", "11", "12", "12"]


async def test_an_offer_that_replaces_one_of_the_same_start_leaves_its_rest(the):
    await changed(the, "Rise", the.row("12", validFrom=day(3)))

    await changed(the, "Offer", the.row("9", validFrom=day(3), validUntil=day(4)))

    assert [await net_at(the, midnight(ahead)) for ahead in (2, 3, 5)] == ["10", "9", "12"]


async def test_rolled_back_before_its_start_nothing_is_left_of_a_change(the):
    before = await known(the, datetime.now(UTC))
    change_set = await changed(the, "Spring", the.row("11", validFrom=day(5)))
    between = datetime.now(UTC)

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert (await shown(the.author, change_set))["state"] == "ROLLED_BACK"
    assert await net_at(the, midnight(6)) == "10"
    assert await known(the, datetime.now(UTC)) == before
    as_known_then = await known(the, between)
    assert [amount for amount, _, _ in as_known_then] == ["10", "11"]
    assert as_known_then[1][1] == midnight(5)


async def test_rolled_back_after_its_start_the_past_stays_as_it_was(the):
    change_set = await changed(the, "Spring", the.row("11"))
    await backdate(the, change_set, timedelta(hours=2))
    an_hour_ago, between = datetime.now(UTC) - timedelta(hours=1), datetime.now(UTC)
    assert await net_now(the) == "11"

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert await net_now(the) == "10"
    assert await net_at(the, an_hour_ago) == "11"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=3)) == "10"
    assert [row[::2] for row in await known(the, between)][1] == ("11", None)
    assert [row[0] for row in await known(the, datetime.now(UTC))] == ["10", "11", "10"]


async def test_a_removal_taken_back_leaves_the_gap_in_the_past(the):
    change_set = await changed(the, "Away", the.row(None, remove=True))
    await backdate(the, change_set, timedelta(hours=2))

    await move(the.approver, "rollBack", change_set, reason="mistaken")

    assert await net_now(the) == "10"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=1)) is None
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=3)) == "10"


async def test_offers_laid_over_come_back_in_their_order(the):
    offer = await changed(the, "Offer", the.row("9", validUntil=day(5)))
    await backdate(the, offer, timedelta(hours=3))
    rise = await changed(the, "Rise", the.row("12"))
    await backdate(the, rise, timedelta(hours=2))

    await move(the.approver, "rollBack", rise, reason="mistaken")

    assert await net_now(the) == "9"
    assert await net_at(the, midnight(6)) == "10"
    assert await net_at(the, datetime.now(UTC) - timedelta(hours=1)) == "12"


async def test_what_a_later_change_built_upon_is_not_taken_back_alone(the):
    first = await changed(the, "First", the.row("11"), the.row("22", the.other))
    second = await changed(the, "Second", the.row("12"))
    before = await everything(the)

    refused = await move(the.approver, "rollBack", first, reason="mistaken")

    assert refused["code"] == "PRICE_CHANGE_BUILT_UPON"
    assert "Second" in refused["message"]
    assert await everything(the) == before
    for each in (second, first):
        moved = await move(the.approver, "rollBack", each, reason="mistaken")
        assert moved["__typename"] == "PriceChangeSet"
    assert await net_now(the) == "10"
    assert await net_now(the, the.other) == "20"
