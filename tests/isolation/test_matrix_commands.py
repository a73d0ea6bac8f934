"""Every command, given by everybody with the victim's ids: refused like ids that nothing has."""

import pytest

from tests.isolation.matrix.askers import Asker, asker_names
from tests.isolation.matrix.asking import Heard, Matrix, questions
from tests.isolation.matrix.commands import may
from tests.isolation.matrix.seen import seen_by, suspected_by
from tests.support.watch import Rows

pytestmark = pytest.mark.xdist_group("isolation")
_REWRITTEN = {
    "billing_details",
    "care_terms",
    "checkout_account",
    "listing_policy",
    "organisation",
    "points_programme",
    "seller_profile",
    "stock_band",
}
_OF_ALL = {"tenant", "network_revision"}


@pytest.mark.parametrize(("relation", "role"), list(asker_names()))
async def test_nobody_changes_anything_of_another(matrix: Matrix, relation, role):
    asker, heard = matrix.askers[relation, role], Heard()
    seen, suspected = seen_by(relation, role), suspected_by(relation, role)
    allowed = may(relation, role)
    before = matrix.scene.look()

    done = set[str]()
    for question in questions("mutation"):
        is_own = question.case.is_of_network and relation != "other tenant"
        if question.name in allowed or is_own:
            continue
        answer = await matrix.compare(asker, question, suspected, heard)
        is_told = question.case.changes or question.case.is_answered
        if not is_told and succeeded(answer.body, question.field):
            done.add(question.name)

    assert done == set()
    assert heard.unlike == []
    assert set(heard.learned) <= seen, heard.learned
    assert "INTERNAL" not in heard.codes
    assert others_changed(before, matrix.scene.look(), asker) == set()
    if asker.is_shut_out:
        assert heard.codes == {"UNAUTHENTICATED", "NOT_FOUND"}  # No workplace of theirs is left.


def succeeded(body, field: str) -> bool:
    """Whether a command has done something; wrong passwords and tokens refuse."""
    given = (body["data"] or {}).get(field)
    return given is not None and given["__typename"] != "Refusal"


def others_changed(before: Rows, after: Rows, asker: Asker) -> set[tuple[str, str]]:
    """Rows that are no more as they were, but for the asker's own and what the network counts."""
    gone = {row for row in before - after if row[0] not in _OF_ALL}
    own = str(asker.person.organisation_id)
    return {row for row in gone if row[0] not in _REWRITTEN or own not in row[1]}
