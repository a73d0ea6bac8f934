"""A stranger learns nothing from how long an answer takes: the same statements are executed."""

import re

import pytest
from sqlalchemy import delete

from app.kernel.ids import new_id
from app.pricing.models import PriceChangeSet
from tests.isolation.cases import NODES, Case
from tests.isolation.scene import Scene, Unknown
from tests.isolation.test_strangers import LOOK, LOOK_AT_ALL, _text, uses
from tests.support.branches import key

pytestmark = pytest.mark.xdist_group("isolation")
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def comparable() -> list:
    """Each signed-in stranger's use of each case that changes nothing of the stranger's own."""
    return [
        use
        for use in uses("query", "mutation")
        if use.values[0] != "nobody" and not use.values[2].changes
    ]


async def work_of(scene: Scene, statements, who: str, text: str, variables) -> tuple:
    """The body of an answer, and the statements that it took."""
    with statements.counting() as sent:
        answer = await scene.ask(who, text, variables)
    return answer.body, [_UUID.sub("id", statement) for statement in sent]


@pytest.mark.parametrize("who", ["sibling", "other"])
@pytest.mark.parametrize("kind", NODES)
async def test_a_node_of_another_takes_the_work_of_no_node(scene, statements, who, kind):
    names = [name for name in NODES[kind] if who != "sibling" or "@network" not in name]
    unknown = Unknown()

    for name in names:
        nothing = await work_of(scene, statements, who, LOOK, {"id": unknown[name]})
        found = await work_of(scene, statements, who, LOOK, {"id": scene.victim[name]})
        assert found == nothing


@pytest.mark.parametrize(("who", "name", "case"), comparable())
async def test_a_field_given_what_is_anothers_takes_the_work_of_what_is_not(
    scene, statements, who, name, case: Case
):
    own, unknown = scene.stranger(who), Unknown()
    text = _text(who, name, case)
    await scene.ask(who, text, case.build(Unknown(), own))  # Fills the caches.

    nothing = await work_of(scene, statements, who, text, case.build(unknown, own))
    found = await work_of(scene, statements, who, text, case.build(scene.victim, own))

    assert found == nothing


async def test_a_deleted_node_takes_the_work_of_one_that_never_was(scene, statements):
    made = await scene.victim.do(
        "colleague",
        "createPriceChangeSet",
        idempotencyKey=new_id().hex,
        name="Not for long",
        effectiveFrom="2199-01-01",
    )
    gone = delete(PriceChangeSet).where(PriceChangeSet.id == key(made["id"]))
    await scene.victim.world.run(lambda work: work.session.execute(gone))
    unknown = Unknown()["PriceChangeSet"]

    for who in ("sibling", "other", "nobody"):
        for text, name in ((LOOK, "id"), (LOOK_AT_ALL, "ids")):
            nothing = await work_of(scene, statements, who, text, {name: unknown})
            deleted = await work_of(scene, statements, who, text, {name: made["id"]})
            assert deleted == nothing
