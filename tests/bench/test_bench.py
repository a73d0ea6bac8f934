"""The bench seeds a network, measures it and prints a table; how fast it was is not our concern."""

from io import StringIO

import pytest
from rich.console import Console

from bench.__main__ import run
from bench.report import show
from bench.schemes import schemes
from bench.sizes import SIZES

pytestmark = pytest.mark.xdist_group("bench")


def test_a_small_network_is_seeded_and_measured_and_shown():
    console = Console(file=StringIO(), width=200)
    told: list[str] = []

    rows = run(SIZES["S"], told.append)
    show(console, SIZES["S"], rows)

    assert told[0] == "Writing organisations"
    assert told[-1] == "Measuring changes"
    text = console.file.getvalue()
    assert all(row.name in text for row in rows)
    statements = {row.name: row.statements for row in rows if row.statements}
    assert statements["Quote of a cart, whole"] == statements["Quote of a large order, whole"]
    targets = [row for row in rows if row.most]
    assert {row.verdict.split()[0] for row in targets} <= {"met", "missed"}


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_size_has_about_as_many_price_rows_as_it_says(size):
    rows = size.brand_rows + size.distributors * (size.skus + size.level_rows)
    rows += size.contracts * size.contract_skus

    assert abs(rows - size.price_rows) <= size.price_rows / 10
    assert len(schemes(size)) == size.schemes
