"""The bench seeds a network and measures everything; how fast it was is not our concern."""

import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bench.http.found import BARE_NAME, OURS_NAME, STOCK_NAME
from bench.http.measuring import Plan
from bench.http.workloads import WORKLOADS
from bench.paper.report import Report
from bench.paper.terminal import show
from bench.paper.writing import write
from bench.schemes import schemes
from bench.sizes import SIZES
from bench.whole import Options, measure

pytestmark = pytest.mark.xdist_group("bench")
QUICK = Plan(
    seconds=0.1, only=("trivial", "catalogue", "order"), connections=(8,), processes=(1,), soak=20
)


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def report(told: list[str]) -> Report:
    """One quick run of everything."""
    return measure(Options(SIZES["S"], plan=QUICK), told.append)


def test_every_workload_is_measured_on_each_server_and_beside_the_limits(report):
    measured = {(cell.workload, cell.server) for cell in report.http.cells}

    assert measured == {
        *((name, server) for name in QUICK.only for server in (OURS_NAME, STOCK_NAME)),
        ("catalogue", BARE_NAME),
        ("order", BARE_NAME),
    }
    assert [cell.driven.first_error for cell in report.http.cells if cell.driven.errors] == []
    assert report.http.statements.keys() == set(QUICK.only)
    assert report.http.statements["trivial"] == 0
    assert report.http.statements["order"] > 0
    assert {(each.server, each.processes) for each in report.http.memory} == {
        (OURS_NAME, 1),
        (STOCK_NAME, 1),
    }
    assert report.http.soak.requests >= QUICK.soak
    assert [each.workload for each in report.http.profiles] == ["catalogue", "order"]
    for profile in report.http.profiles:  # Which parts of ours a quick one meets is by chance.
        assert any(part.name.startswith("app/") for part in profile.packages)


def test_orders_are_placed_and_the_books_still_balance(report):
    assert report.http.orders_placed > 0
    assert {"stock", "money", "orders", "shipments"} <= report.http.broken.keys()
    assert {name: found for name, found in report.http.broken.items() if found} == {}


def test_the_engine_is_measured_in_the_same_run(report, told):
    statements = {row.name: row.statements for row in report.engine if row.statements}

    assert told[0] == "Writing organisations"
    assert told[-1] == "Measuring changes"
    assert statements["Quote of a cart, whole"] == statements["Quote of a large order, whole"]
    targets = [row for row in report.engine if row.most]
    assert {row.verdict.split()[0] for row in targets} <= {"met", "missed"}


def test_the_report_holds_every_aim_and_figure_in_words_in_data_and_as_a_picture(
    report: Report, tmp_path: Path
):
    path = write(report, tmp_path)

    text, data = path.read_text(), json.loads((tmp_path / "report.json").read_text())
    picture = (tmp_path / "rates.svg").read_text()
    assert sorted(found.name for found in tmp_path.iterdir()) == [
        "rates.svg",
        "report.json",
        "report.md",
    ]
    for cell in report.http.cells:
        assert cell.title in text
        assert cell.title in picture
    for verdict in report.verdicts:
        assert verdict.aim in text
        assert verdict.in_words in text
    assert all(row.name in text for row in report.engine)
    assert len(data["http"]["cells"]) == len(report.http.cells)
    assert [each["aim"] for each in data["verdicts"]] == [each.aim for each in report.verdicts]


def test_what_was_measured_is_shown_on_the_screen(report: Report):
    console = Console(file=StringIO(), width=200)

    show(console, report)

    text = console.file.getvalue()
    assert all(cell.title in text for cell in report.http.cells)
    assert all(row.name in text for row in report.engine)
    assert all(verdict.aim in text for verdict in report.verdicts)


def test_workloads_have_names_of_their_own():
    names = [workload.name for workload in WORKLOADS]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_a_size_has_about_as_many_price_rows_as_it_says(size):
    rows = size.brand_rows + size.distributors * (size.skus + size.level_rows)
    rows += size.contracts * size.contract_skus

    assert abs(rows - size.price_rows) <= size.price_rows / 10
    assert len(schemes(size)) == size.schemes
