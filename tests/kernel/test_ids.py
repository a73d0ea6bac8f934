"""Identifiers sort by the moment they were made, and no two are the same."""

from uuid import UUID

from app.kernel.ids import id_series, new_id


def test_two_series_of_one_millisecond_differ():
    made = [id_series() for _ in range(100)]

    assert len(set(made)) == len(made)


def test_what_a_series_counts_up_are_identifiers_of_their_moment():
    before = new_id()

    identifiers = [UUID(f"{id_series()}{number:012x}") for number in (1, 2)]

    assert {(key.version, key.variant) for key in identifiers} == {(7, before.variant)}
    assert all(key.int >> 80 >= before.int >> 80 for key in identifiers)
