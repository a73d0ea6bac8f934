"""Planted anomalies are found, each by its name, and sound histories are left alone."""

import pytest

from chaos.races.histories.anomalies import search
from chaos.races.histories.history import Append, Outcome, Read, Transaction, reads_apart


def appends(key, value):
    return Append(key, value)


def reads(key, *values):
    return Read(key, values)


def history(*steps, aborted=()):
    """Transactions from 1 on; the last one is the look at all lists."""
    return [
        Transaction(
            number,
            f"T{number}",
            tuple(each),
            Outcome.ABORTED if number in aborted else Outcome.COMMITTED,
        )
        for number, each in enumerate(steps, start=1)
    ]


def found_in(made):
    return {each.anomaly.value for each in search(made)}


SOUND = history(
    [reads("x"), appends("x", 1)],
    [reads("x", 1), appends("x", 2), appends("y", 1), reads("x", 1, 2)],
    [reads("x", 1, 2), reads("y", 1)],
    [appends("z", 9)],
    [reads("x", 1, 2), reads("y", 1), reads("z")],
    aborted={4},
)
PLANTED = {
    "G0": history(
        [appends("x", 1), appends("y", 1)],
        [appends("x", 2), appends("y", 2)],
        [reads("x", 1, 2), reads("y", 2, 1)],
    ),
    "G1a": history([appends("x", 1)], [reads("x", 1)], aborted={1}),
    "G1b": history([appends("x", 1), appends("x", 2)], [reads("x", 1)], [reads("x", 1, 2)]),
    "G1c": history(
        [appends("x", 1), reads("y", 2)],
        [appends("y", 2), reads("x", 1)],
        [reads("x", 1), reads("y", 2)],
    ),
    "G-single": history(
        [appends("x", 1), appends("y", 1)],
        [reads("x"), reads("y", 1)],
        [reads("x", 1), reads("y", 1)],
    ),
    "G2": history(
        [reads("x"), appends("y", 1)],
        [reads("y"), appends("x", 1)],
        [reads("x", 1), reads("y", 1)],
    ),
    "lost append": history([appends("x", 1)], [appends("x", 2)], [reads("x", 2)]),
    "doubled append": history([appends("x", 1)], [reads("x", 1, 1)]),
    "two pasts of a list": history(
        [appends("x", 1)], [appends("x", 2)], [reads("x", 2)], [reads("x", 1, 2)]
    ),
}


def test_nothing_is_found_in_a_sound_history():
    assert search(SOUND) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_anomaly_is_found_by_its_name_and_no_other(name):
    assert found_in(PLANTED[name]) == {name}


def test_an_anomaly_is_laid_to_who_did_not_see():
    (found,) = search(PLANTED["G-single"])

    assert (found.kind, found.shown_by) == ("T2", (2, 1))


def test_both_of_a_write_skew_are_named():
    assert {each.kind for each in search(PLANTED["G2"])} == {"T1", "T2"}


def test_a_long_way_round_is_found_among_many_others():
    """Twenty transactions, each of which did not see the next; the last closes the circle."""
    ring = [[reads(f"k{n}"), appends(f"k{(n + 1) % 20}", 1)] for n in range(20)]
    busy = [[appends("busy", n)] for n in range(200)]
    last = [reads(f"k{n}", 1) for n in range(20)] + [reads("busy", *range(200))]

    found = search(history(*ring, *busy, last))

    assert {each.anomaly.value for each in found} == {"G2"}
    assert len(found) == 20
    assert all(len(each.shown_by) == 20 for each in found)


def test_reads_alone_are_sound_where_only_the_writing_came_too_late():
    """It reads one state and appends to a later one: as a whole it saw too little."""
    made = history([reads("x"), appends("x", 2)], [appends("x", 1)], [reads("x", 1, 2)])

    assert found_in(made) == {"G-single"}
    assert found_in(reads_apart(made, ["T1"])) == set()
