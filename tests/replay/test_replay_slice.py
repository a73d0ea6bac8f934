"""Recorded orders, replayed over HTTP, come out as recorded; and a difference is noticed."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rich.console import Console

from app.books import BOOKS
from replay.__main__ import FOODMART
from replay.folder import read_folder
from replay.report import achieved, differences, recorded, show
from replay.run import replay
from tests.support.record import write_folder

SLICE = 12


@pytest.fixture(scope="module")
def record(tmp_path_factory):
    return read_folder(write_folder(tmp_path_factory.mktemp("record")))


@pytest.fixture(scope="module")
async def replayed(server, database, record):
    return await replay(server, database, record, at_once=4)


async def test_a_record_comes_out_as_recorded(record, replayed):
    console = Console(record=True, width=120, quiet=True)

    show(console, record, replayed)

    assert differences(record, replayed) == []
    assert {(item.order.day, item.order.store_id): item.state for item in replayed.outcomes} == {
        (765, 1): "COMPLETED",
        (765, 2): "COMPLETED",
        (766, 1): "CANCELLED",
        (766, 2): "COMPLETED",
        (767, 2): "COMPLETED",
    }
    total = achieved(replayed.outcomes)
    assert (total.orders, total.lines, total.short) == (5, 7, 4)
    assert (total.ordered, total.shipped) == (167, 105)


async def test_money_is_the_list_price_of_what_was_shipped(replayed):
    first = 7 * Decimal("2.85") + 84 * Decimal("0.74") + 2 * Decimal("2.85")
    second = 5 * Decimal("1.20") + 7 * Decimal("0.74")

    assert replayed.money == {1: {"USD": first}, 2: {"USD": second}}


async def test_all_books_agree_with_each_other(replayed):
    assert replayed.broken == {book.name: [] for book in BOOKS}


async def test_a_piece_too_few_is_a_difference(record, replayed):
    outcome = replayed.outcomes[0]
    ordered, shipped, received = outcome.lines[0]
    fewer = replace(outcome, lines=((ordered, shipped - 1, received - 1), *outcome.lines[1:]))
    tampered = replace(replayed, outcomes=[fewer, *replayed.outcomes[1:]])

    found = differences(record, tampered)

    assert [sentence.partition(" ")[0] for sentence in found] == ["Warehouse", "Day"]


async def test_a_broken_invariant_is_a_difference(record, replayed):
    tampered = replace(replayed, broken={**replayed.broken, "money": ["they do not agree"]})

    assert differences(record, tampered) == ["money: they do not agree"]


@pytest.mark.skipif(not FOODMART.exists(), reason=f"FoodMart is not at {FOODMART}")
async def test_the_first_orders_of_foodmart_come_out_as_recorded(server, database):
    record = read_folder(FOODMART).first(SLICE)

    replayed = await replay(server, database, record, at_once=4)

    assert differences(record, replayed) == []
    assert achieved(replayed.outcomes) == recorded(record.orders)
