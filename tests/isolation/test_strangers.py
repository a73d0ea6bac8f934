"""Who has not signed in reaches and hears nothing; ids without meaning are no nodes."""

from collections.abc import Sequence

import pytest

from app.db.tables import tenant_tables
from tests.isolation.cases import CASES, NODES, Case
from tests.isolation.scene import Scene, Unknown
from tests.support.documents import command_document, document, root_fields
from tests.support.sockets import socket
from tests.support.world import Answer

pytestmark = pytest.mark.xdist_group("isolation")

LOOK = "query($id: ID!) { node(id: $id) { __typename id } }"
LOOK_AT_ALL = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def uses(strangers: Sequence[str], *roots: str) -> list:
    """Each stranger's use of each case, named for people."""
    return [
        pytest.param(who, name, case, id=f"{who}-{name}-{place}")
        for name, cases in CASES.items()
        for place, case in enumerate(cases)
        for who in strangers
        if root_fields().get(name) in roots and not (case.is_of_network and who == "sibling")
    ]


def test_every_table_of_a_tenant_holds_something(scene):
    filled = {table for table, _ in scene.look()}

    assert set(tenant_tables()) - filled == {"handled_event"}  # the worker's own notes


@pytest.mark.parametrize(("who", "name", "case"), uses(["nobody"], "query", "mutation"))
async def test_without_a_sign_in_nothing_is_found_or_changed(scene: Scene, who, name, case: Case):
    before = scene.look()

    reached = await scene.ask(who, _text(name), case.build(scene.victim, scene.sibling))

    assert scene.look() == before
    assert _marks_in(scene, reached) == set()
    if case.is_public:
        unknown = await scene.ask(who, _text(name), case.build(Unknown(), scene.sibling))
        assert reached.body == unknown.body
    else:
        assert reached.error_codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("text", [LOOK_AT_ALL, LOOK])
async def test_without_a_sign_in_nothing_is_a_node(scene: Scene, text):
    ids = [scene.victim[name] for names in NODES.values() for name in names]
    given = [{"ids": ids}] if text == LOOK_AT_ALL else [{"id": id} for id in ids]

    for variables in given:
        found = await scene.ask("nobody", text, variables)
        assert set(found.error_codes) == {"UNAUTHENTICATED"}
        assert _marks_in(scene, found) == set()


@pytest.mark.parametrize("id", ["", "x", "Order", "T3JkZXI6eA==", "Vmlld2VyOjE=", "Tm9kZTox"])
async def test_an_id_without_meaning_is_no_node(scene: Scene, id):
    answer = await scene.ask("sibling", LOOK, {"id": id})

    assert answer.error_codes in ([], ["INVALID"])
    assert (answer.body["data"] or {"node": None}) == {"node": None}


@pytest.mark.parametrize(("who", "name", "case"), uses(["nobody"], "subscription"))
async def test_without_a_sign_in_nothing_is_heard(scene: Scene, server, who, name, case: Case):
    variables = case.build(scene.victim, scene.sibling)
    async with socket(server, None) as stranger:
        payload = {"query": document(name, 3), "variables": variables}
        await stranger.send(id="1", type="subscribe", payload=payload)

        assert await stranger.error_code() == "UNAUTHENTICATED"


def _text(name: str) -> str:
    return command_document(name) if root_fields()[name] == "mutation" else document(name, 3)


def _marks_in(scene: Scene, answer: Answer) -> set[str]:
    shown = str(answer.body)
    return {mark for mark in scene.victim.marks if mark in shown}
