"""Profiles are counted right, and aims are judged by what was found."""

from bench.http.driving import Driven
from bench.http.found import BARE_NAME, OURS_NAME, Cell, Found
from bench.http.profiling import profile_of
from bench.paper.aims import Verdict, verdicts


def cell(workload: str, server: str, rate: float, p99: float = 1.0) -> Cell:
    driven = Driven(100, 100, rate, 1.0, 1.0, p99, 1.0, 1.0, 0.1, 1.0, 0, "")
    return Cell(workload, workload, server, 0 if server == BARE_NAME else 2, 8, driven)


def test_a_profile_counts_a_function_once_a_stack_however_often_it_calls_itself():
    found = profile_of(
        "page",
        [
            "main (app/asgi.py:1);walk (graphql/a.py:5);walk (graphql/a.py:5) 3",
            "main (app/asgi.py:1);load (app/pricing/rows.py:9) 1",
        ],
    )

    assert found.samples == 4
    assert [(part.name, part.own, part.whole) for part in found.functions] == [
        ("walk (graphql/a.py:5)", 0.75, 0.75),
        ("load (app/pricing/rows.py:9)", 0.25, 0.25),
        ("main (app/asgi.py:1)", 0.0, 1.0),
    ]
    assert [part.name for part in found.packages] == ["graphql", "app/pricing", "app"]


def test_an_aim_is_judged_by_the_same_run_at_the_connections_compared():
    found = Found(
        cells=[
            cell("catalogue", OURS_NAME, 300.0, p99=50.0),
            cell("catalogue", BARE_NAME, 1_000.0),
        ]
    )

    by_aim = {each.aim: each.in_words for each in verdicts(found, 2)}

    assert by_aim["Catalogue page, of the bare SQL's rate"] == "met"
    assert by_aim["Catalogue page, p99"] == "missed by 1.2x"
    assert by_aim["Trivial query"] == "not measured in this run"


def test_a_verdict_tells_by_how_much_an_aim_is_missed():
    assert Verdict("Rate", 100.0, 25.0, "/s", is_least=True).in_words == "missed by 4.0x"
    assert Verdict("Time", 40.0, 80.0, "ms").in_words == "missed by 2.0x"
    assert Verdict("Broken", 0.0, 3.0, "").in_words == "missed"
