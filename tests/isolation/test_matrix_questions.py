"""Every field, asked by everybody for the victim's things, and for what is their own."""

import pytest

from tests.isolation.matrix.askers import asker_names
from tests.isolation.matrix.asking import Matrix
from tests.isolation.matrix.seen import seen_by, suspected_by

pytestmark = pytest.mark.xdist_group("isolation of questions")


@pytest.mark.parametrize(("relation", "role"), list(asker_names()))
async def test_nobody_learns_more_of_another_than_is_declared(matrix: Matrix, relation, role):
    """The sets are equal: what is learned beyond them is a leak, what is not is no question."""
    seen, asker = seen_by(relation, role), matrix.askers[relation, role]

    heard = await matrix.asked_all(asker, suspected_by(relation, role))

    assert set(heard.learned) == seen, {
        mark: heard.learned.get(mark) for mark in set(heard.learned) ^ seen
    }
    assert heard.unlike == []
    assert "INTERNAL" not in heard.codes
    if asker.is_shut_out:
        assert heard.codes == {"UNAUTHENTICATED"}
