"""The database stands alone: the application's own criterion of the tenant is taken away."""

import pytest

from tests.isolation.matrix.askers import ROLES
from tests.isolation.matrix.asking import Heard, Matrix, questions
from tests.isolation.matrix.commands import may
from tests.isolation.matrix.walls import without_criterion

pytestmark = [
    pytest.mark.xdist_group("isolation of questions"),
    pytest.mark.usefixtures("on_no_cluster"),
]
_OTHER = "other tenant"


@pytest.mark.parametrize("role", ROLES)
async def test_without_our_filter_a_stranger_learns_nothing(matrix: Matrix, role):
    asker = matrix.askers[_OTHER, role]

    with without_criterion() as lifted:
        heard = await matrix.asked_all(asker, frozenset(), deep=False)

    assert lifted.statements > 0
    assert heard.learned == {}
    assert heard.unlike == []
    assert "INTERNAL" not in heard.codes


@pytest.mark.parametrize("role", ROLES)
async def test_without_our_filter_a_stranger_changes_nothing(matrix: Matrix, role):
    asker, heard = matrix.askers[_OTHER, role], Heard()
    before = matrix.scene.look()

    with without_criterion():
        for question in questions("mutation"):
            if question.name not in may(_OTHER, role):
                await matrix.compare(asker, question, frozenset(), heard)

    assert matrix.scene.look() == before
    assert heard.learned == {}
    assert heard.unlike == []
    assert "INTERNAL" not in heard.codes
