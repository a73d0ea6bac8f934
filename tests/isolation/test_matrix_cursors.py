"""A cursor of another's is a place in an order and nothing else: it opens and tells nothing."""

from contextlib import nullcontext

import pytest

from tests.isolation.matrix.askers import RELATIONS, ROLES
from tests.isolation.matrix.asking import Matrix
from tests.isolation.matrix.paging import OF_ALL, WITHOUT_CURSORS, cursors_of, listings, page_all
from tests.isolation.matrix.seen import seen_by
from tests.isolation.matrix.walls import without_criterion

pytestmark = [
    pytest.mark.xdist_group("isolation of questions"),
    pytest.mark.usefixtures("on_no_cluster"),
]
_OPEN_TO = ("sibling", "other tenant")


@pytest.fixture(scope="module")
async def cursors(whole_matrix: Matrix):
    return await cursors_of(whole_matrix)


@pytest.fixture(scope="module")
def forbidden():
    """Lists that a role may not ask for, found out by the first who tries."""
    return {role: set[str]() for role in ROLES}


def test_of_every_list_the_victim_has_a_cursor(cursors):
    missing = {str(listing) for listing in listings()} - set(cursors) - OF_ALL

    assert missing == set(WITHOUT_CURSORS), "let `fill` make two of it, or say why not"


@pytest.mark.parametrize(
    ("relation", "is_filtered"),
    [*((relation, True) for relation in RELATIONS), ("other tenant", False)],
)
async def test_a_page_after_anothers_cursor_is_like_one_after_any(
    matrix: Matrix, cursors, forbidden, relation, is_filtered
):
    asked = set[str]()
    for role in ROLES:
        asker = matrix.askers[relation, role]
        with nullcontext() if is_filtered else without_criterion():
            paged = await page_all(matrix, asker, cursors, forbidden[role])
        asked |= paged.asked
        assert paged.heard.unlike == []
        assert set(paged.heard.learned) <= seen_by(relation, role), paged.heard.learned

    if relation in _OPEN_TO:  # They have all that the victim has, so that no list stays unasked.
        assert asked == set(cursors)
    if matrix.askers[relation, "buyer"].is_shut_out:
        assert asked == set()
