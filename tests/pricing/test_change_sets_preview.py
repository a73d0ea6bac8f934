"""A simulation with a draft says what the quote will say once the draft is approved."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from app.pricing.operations import applying
from tests.support.branches import key
from tests.support.changes import Team, begun, changed, move, put, team
from tests.support.prices import asking, line
from tests.support.world import gid

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = range(11)


def asked(field: str, input_type: str) -> str:
    """Ask for what a piece costs on all days at once: in one operation there is one truth."""
    variables = ", ".join(f"$on{ahead}: {input_type}!" for ahead in DAYS)
    fields = " ".join(
        f"on{ahead}: {field}(input: $on{ahead}) {{ net lines {{ key }} }}" for ahead in DAYS
    )
    return f"query ({variables}) {{ {fields} }}"


PRICE_AT = asked("priceAt", "PriceAtInput")
SIMULATE = asked("simulateQuote", "SimulateQuoteInput")


@pytest.fixture(params=[1, applying.LARGE], ids=["by list", "by key"])
async def the(world, request, monkeypatch) -> Team:
    """Small sets and large ones find the prices of their keys in different ways."""
    monkeypatch.setattr(applying, "LARGE", request.param)
    return await team(world)


def day(ahead: int) -> str:
    return str(midnight(ahead).date())


def midnight(ahead: int) -> datetime:
    found: date = datetime.now(ZONE).date() + timedelta(days=ahead)
    return datetime(found.year, found.month, found.day, tzinfo=ZONE)


async def nets(the: Team, document: str, **more: Any) -> list[str | None]:
    """What a piece costs now and on each of ten days; none where it has no price."""
    instants = [datetime.now(UTC), *map(midnight, DAYS[1:])]
    lines = [line(the.sku, "1")]
    questions = {
        f"on{ahead}": asking(the.relationship, lines, at=instant.isoformat(), **more)
        for ahead, instant in zip(DAYS, instants, strict=True)
    }
    quotes = (await the.author.ask(document, **questions)).data
    return [quotes[name]["net"] if quotes[name]["lines"] else None for name in questions]


OFFER = {"amount": "9", "validFrom": 3, "validUntil": 8}
RISE = {"amount": "12", "validFrom": 5}


@pytest.mark.parametrize(
    ("standing", "draft"),
    [
        ([], [{"amount": "11"}]),
        ([], [{"amount": "11", "validFrom": 4}]),
        ([], [{"amount": "11", "validUntil": 4}]),
        ([], [{"amount": "11", "validFrom": 2, "validUntil": 4}]),
        ([], [{"remove": True}]),
        ([], [{"remove": True, "validFrom": 4}]),
        ([], [{"remove": True, "validFrom": 2, "validUntil": 4}]),
        ([], [{"amount": "10", "validFrom": 2, "validUntil": 4}]),
        ([OFFER], [{"amount": "11", "validFrom": 4}]),
        ([OFFER], [{"amount": "11", "validFrom": 2}]),
        ([OFFER], [{"amount": "11", "validFrom": 3, "validUntil": 5}]),
        ([OFFER], [{"amount": "11", "validFrom": 5, "validUntil": 9}]),
        ([OFFER], [{"amount": "10", "validFrom": 3, "validUntil": 5}]),
        ([OFFER], [{"remove": True, "validFrom": 4, "validUntil": 5}]),
        ([OFFER, RISE], [{"remove": True, "validFrom": 4, "validUntil": 6}]),
        ([RISE], [{"remove": True, "validFrom": 2, "validUntil": 4}]),
        ([OFFER, RISE], [{"amount": "8", "validFrom": 3, "validUntil": 4}]),
        ([RISE], [{"amount": "11"}]),
        ([RISE], [{"amount": "11", "validUntil": 7}]),
        ([RISE], [{"amount": "11", "validFrom": 5}]),
        (
            [OFFER],
            [
                {"amount": "11", "validUntil": 2},
                {"remove": True, "validFrom": 4, "validUntil": 4},
                {"amount": "12", "validFrom": 6},
            ],
        ),
    ],
)
async def test_what_a_simulation_says_comes_true_and_can_be_taken_back(the, standing, draft):
    for place, each in enumerate(standing):
        await changed(the, f"Before {place}", _row(the, each))
    change_set = await begun(the.author, "Draft")
    await put(the.author, change_set, *[_row(the, each) for each in draft])

    before = await nets(the, PRICE_AT)
    foreseen = await nets(the, SIMULATE, changeSetIds=[gid("PriceChangeSet", key(change_set))])
    await move(the.author, "submit", change_set)
    await move(the.approver, "approve", change_set)

    assert foreseen == await nets(the, PRICE_AT)
    await move(the.approver, "rollBack", change_set, reason="mistaken")
    assert await nets(the, PRICE_AT) == before


async def test_an_offer_wins_again_after_days_without_a_price(the):
    await changed(the, "Offer", _row(the, OFFER))

    await changed(the, "Away", _row(the, {"remove": True, "validFrom": 4, "validUntil": 5}))

    assert await nets(the, PRICE_AT) == [
        *["10"] * 3, "9", None, None, *["9"] * 3, *["10"] * 2,
    ]  # fmt: skip


def _row(the: Team, given: dict[str, Any]) -> dict[str, Any]:
    """A row of which the first and the last day are told as days from now."""
    days = {name: day(given[name]) for name in ("validFrom", "validUntil") if name in given}
    more = given | days
    return the.row(more.pop("amount", None), **more)
