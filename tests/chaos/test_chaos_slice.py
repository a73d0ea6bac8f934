"""A short run of the fault laboratory: each kind of fault once; nothing is lost or doubled."""

import json
import re
from collections import Counter

import pytest

from chaos.faults import FAULTS, schedule
from chaos.paper import write_report
from chaos.run import Plan, run
from tests.support.patience import PATIENCE_SECONDS

SEED = 7
pytestmark = pytest.mark.xdist_group("chaos")


@pytest.fixture(scope="module")
async def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("chaos")


@pytest.fixture(scope="module")
async def ran(folder):
    plan = Plan(
        seed=SEED,
        faults=schedule(SEED, len(FAULTS)),
        minutes=PATIENCE_SECONDS,
        tenants=1,
        shops=2,
        calm_seconds=0.1,
        patience=10 * PATIENCE_SECONDS,
        forgetful=True,
    )
    return await run(plan, folder)


async def test_every_kind_of_fault_struck_and_the_installation_came_back(ran):
    assert Counter(outcome.name for outcome in ran.outcomes) == Counter(
        fault.name for fault in FAULTS
    )
    assert [outcome for outcome in ran.outcomes if outcome.back is None] == []
    told = {outcome.name: outcome.told for outcome in ran.outcomes}
    assert re.fullmatch(r"swallowed the answers to [1-3] COMMITs", told["commit-answer-lost"])
    assert re.fullmatch(r"swallowed [1-3] answers to clients", told["answer-to-client-lost"])
    assert ran.restarts >= 5


async def test_what_was_acknowledged_is_there_once(ran):
    comparison = ran.comparison

    assert (comparison.lost, comparison.doubled, comparison.unasked) == ([], [], [])
    assert comparison.unanswered == Counter()
    assert ran.unexpected == []
    assert {"placeOrder", "recordPayment", "receiveStock"} <= comparison.acknowledged.keys()


async def test_no_invariant_broke_at_any_time(ran):
    assert ran.looks.broken == []
    assert ran.looks.taken > 0
    assert ran.came_to_rest
    assert ran.is_whole


async def test_the_report_tells_all_of_it(ran, folder):
    report = write_report(ran, folder).read_text()

    assert "| lost | 0 | 0 |" in report
    assert all(fault.name in report for fault in FAULTS)
    written = json.loads((folder / "report.json").read_text())
    assert (written["lost"], written["doubled"], written["broken"]) == ([], [], [])
    assert (folder / "faults.svg").read_text().count("<circle") == len(FAULTS)
