"""Nobody reaches what is another's: every field of the schema, with real ids of a filled world."""

import pytest

from app.db.outbox import DomainEvent
from app.db.tables import tenant_tables
from app.db.work import Work
from tests.isolation.cases import CASES, NODES, NOTHING, Case
from tests.isolation.scene import Scene, Unknown
from tests.support.branches import fill, key
from tests.support.documents import command_document, deepest, document, node_types, root_fields
from tests.support.notifications import told
from tests.support.sockets import listeners_become, socket
from tests.support.world import Answer

pytestmark = pytest.mark.xdist_group("isolation")

STRANGERS = ("sibling", "other", "nobody")
LAST = (
    "closeRelationship",
    "assignRoles",
    "endMembership",
    "endPriceBand",
    "endDiscountAuthority",
    "endPriceList",
)
REWRITTEN = ("organisation", "points_programme")
LOOK = "query($id: ID!) { node(id: $id) { __typename id } }"
LOOK_AT_ALL = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"


def uses(*roots: str) -> list:
    """Each stranger's use of each case, named for people."""
    return [
        pytest.param(who, name, case, id=f"{who}-{name}-{place}")
        for name, cases in CASES.items()
        for place, case in enumerate(cases)
        for who in STRANGERS
        if root_fields().get(name) in roots and not (case.is_of_network and who == "sibling")
    ]


def test_every_field_of_the_schema_has_a_case():
    assert set(CASES) == set(root_fields())


def test_every_node_type_of_the_schema_has_a_case():
    assert set(NODES) == set(node_types())


def test_every_table_of_a_tenant_holds_something(scene):
    filled = {table for table, _ in scene.look()}

    assert set(tenant_tables()) - filled == {"handled_event"}  # the worker's own notes


@pytest.mark.parametrize(("who", "name", "case"), uses("query", "mutation"))
async def test_a_stranger_finds_and_changes_nothing(scene: Scene, who, name, case: Case):
    own = scene.stranger(who) if who != "nobody" else scene.sibling
    text = _text(who, name, case)
    before = scene.look()

    reached = await scene.ask(who, text, case.build(scene.victim, own))

    after = scene.look()
    assert _untouched(case, before, after, str(own.distributor))
    assert _marks_in(scene, reached) == set()
    assert "INTERNAL" not in reached.error_codes
    if who == "nobody" and not case.is_public:
        assert reached.error_codes == ["UNAUTHENTICATED"]
    elif not case.changes:
        unknown = await scene.ask(who, text, case.build(Unknown(), own))
        assert reached.body == unknown.body
    if who != "nobody" and case.is_for_staff:
        assert reached.error_codes == ["FORBIDDEN"]


async def test_what_strangers_try_is_what_owners_can_do(scene: Scene, world):
    """Otherwise a stranger's answer would prove nothing: the input itself would be wrong."""
    mine = await fill(world, await world.organisation("Brand", "BRAND"))
    tried = [
        (name, case)
        for name, cases in CASES.items()
        for case in cases
        if root_fields()[name] != "subscription" and not case.is_for_staff
    ]

    for name, case in sorted(tried, key=lambda use: use[0] in LAST):
        answer = await mine.person(case.owner).ask(
            _text("owner", name, case), **case.build(mine, mine)
        )
        assert answer.error_codes == [], (name, answer.body)


@pytest.mark.parametrize("who", STRANGERS)
@pytest.mark.parametrize("kind", NODES)
async def test_a_node_of_another_is_no_node(scene: Scene, who, kind):
    names = [name for name in NODES[kind] if who != "sibling" or "@network" not in name]
    ids, unknown = [scene.victim[name] for name in names], Unknown()

    for name in names:
        found = await scene.ask(who, LOOK, {"id": scene.victim[name]})
        nothing = await scene.ask(who, LOOK, {"id": unknown[name]})
        assert found.body == nothing.body
        assert found.error_codes or found.data == {"node": None}
    found = await scene.ask(who, LOOK_AT_ALL, {"ids": ids})
    assert _marks_in(scene, found) == set()
    assert found.error_codes or found.data == {"nodes": [None] * len(ids)}


@pytest.mark.parametrize("id", ["", "x", "Order", "T3JkZXI6eA==", "Vmlld2VyOjE=", "Tm9kZTox"])
async def test_an_id_without_meaning_is_no_node(scene: Scene, id):
    answer = await scene.ask("sibling", LOOK, {"id": id})

    assert answer.error_codes in ([], ["INVALID"])
    assert (answer.body["data"] or {"node": None}) == {"node": None}


@pytest.mark.parametrize(("who", "name", "case"), uses("subscription"))
async def test_a_stranger_hears_nothing_while_the_owner_does(
    scene: Scene, server, who, name, case: Case
):
    own = scene.stranger(who) if who != "nobody" else scene.sibling
    token = None if who == "nobody" else own.seller.token
    payload = {"query": document(name, 3), "variables": case.build(scene.victim, own)}
    tenant_id = scene.victim.world.tenant_id

    async with (
        socket(server, token) as stranger,
        socket(server, scene.victim.seller.token) as owner,
    ):
        await listeners_become(tenant_id, 0)  # Those of the case before have left.
        for client in (stranger, owner):
            await client.send(id="1", type="subscribe", payload=payload)
        await listeners_become(tenant_id, 2 if who == "sibling" else 1)
        await _ring(scene)

        assert name in await owner.next()
        if who == "nobody":
            assert await stranger.error_code() == "UNAUTHENTICATED"
        else:
            with pytest.raises(TimeoutError):
                await stranger.receive(0.3)


async def _ring(scene: Scene) -> None:
    """Tell the seller something, and tell of a change of one of its orders."""
    event = DomainEvent("order_changed", "order", key(scene.victim["Order:CONFIRMED"]), {})

    async def tell(work: Work) -> None:
        work.tell(event)

    await told(scene.victim.world, scene.victim.seller)
    await scene.victim.world.run(tell)
    scene.look()


def _text(who: str, name: str, case: Case) -> str:
    """Ask for all that can be reached from a list; of one thing, its being there tells enough."""
    if root_fields()[name] == "mutation":
        return command_document(name)
    return deepest(name) if case in NOTHING and who != "nobody" else document(name, 3)


def _untouched(case: Case, before, after, own: str) -> bool:
    """Nothing is written; or, where the stranger writes rows of their own, no row is another's."""
    if not case.changes:
        return before == after
    theirs = {row for row in before - after if row[0] not in {"tenant", "network_revision"}}
    return not {row for row in theirs if row[0] not in REWRITTEN or own not in row[1]}


def _marks_in(scene: Scene, answer: Answer) -> set[str]:
    shown = str(answer.body)
    return {mark for mark in scene.victim.marks if mark in shown}
