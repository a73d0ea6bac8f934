"""Loops of derived lists as a pure rule: at any depth and any date."""

from datetime import UTC, datetime
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.period import Period
from app.pricing.rules.loops import Link, loop_through

LISTS = [UUID(int=number) for number in range(1, 7)]


def day(number: int | None) -> datetime | None:
    return None if number is None else datetime(2026, 1, number, tzinfo=UTC)


def link(child: int, parent: int, start: int = 1, end: int | None = None) -> Link:
    return Link(LISTS[child], LISTS[parent], Period(day(start), day(end)))


def test_a_list_cannot_derive_from_itself():
    assert loop_through(link(0, 0), []) == (LISTS[0],)


def test_a_loop_several_lists_long_is_named_in_order():
    standing = [link(1, 2), link(2, 3), link(3, 0)]

    assert loop_through(link(0, 1), standing) == (LISTS[0], LISTS[1], LISTS[2], LISTS[3])


def test_lists_that_never_derive_from_each_other_at_one_instant_make_no_loop():
    standing = [link(1, 2, 1, 10), link(2, 0, 10, 20)]

    assert loop_through(link(0, 1), standing) == ()
    assert loop_through(link(0, 1, 5, 10), [link(1, 0, 10)]) == ()


def test_one_shared_day_is_enough_for_a_loop():
    standing = [link(1, 2, 1, 11), link(2, 0, 10, 20)]

    assert loop_through(link(0, 1), standing) == (LISTS[0], LISTS[1], LISTS[2])


links = st.builds(
    link,
    st.integers(0, 5),
    st.integers(0, 5),
    st.integers(1, 14),
    st.one_of(st.none(), st.integers(15, 28)),
)


@given(st.lists(links, max_size=8))
def test_links_accepted_one_by_one_never_go_round_at_any_day(tried):
    accepted: list[Link] = []
    for each in tried:
        if not loop_through(each, accepted):
            accepted.append(each)

    for number in range(1, 29):
        edges = [
            (each.list_id, each.parent_id)
            for each in accepted
            if each.period.start <= day(number)
            and (each.period.end is None or day(number) < each.period.end)
        ]
        assert not _goes_round(edges)


def _goes_round(edges) -> bool:
    """Take away lists that derive from nothing left, until none or only loops remain."""
    while edges:
        children = {child for child, _ in edges}
        left = [(child, parent) for child, parent in edges if parent in children]
        if left == edges:
            return True
        edges = left
    return False
