"""What has ended or is gone answers strangers like what never was, and takes the same work.

The owners' own statements, sent again from another network, find and write nothing: when all our
filters name the wrong network, or none, the database alone stands.
"""

import re

import pytest

from tests.isolation.matrix.walls import replayed, unnamed
from tests.isolation.scene import Unknown
from tests.isolation.spent import ENDS, GONE, ONES_OWN
from tests.support.documents import root_fields

pytestmark = pytest.mark.xdist_group("isolation of what has ended")
LOOK = "query($id: ID!) { node(id: $id) { __typename id } }"
LOOK_AT_ALL = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id } }"
_OF_NETWORK = {"Tenant@network", "Product"}
"""Known within the network: a product that was ever listed stays readable for all (R3-8)."""
_UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_ENDING = re.compile(
    "(archive|cancel|close|deactivate|delete|delist|drop|end|erase|expire|remove|revoke|suspend|"
    "unassign|withdraw)[A-Z]"
)


def test_every_command_that_ends_something_says_what():
    ending = {
        name for name, root in root_fields().items() if root == "mutation" and _ENDING.match(name)
    }

    assert ending - ONES_OWN == set(ENDS), (
        "say in tests/isolation/spent.py what the command leaves ended"
    )


async def test_what_strangers_try_is_what_owners_can_do(spent):
    """Otherwise a stranger's answer would prove nothing: the input itself would be wrong."""
    assert spent.failed == {}


async def work_of(person, statements, text: str, variables) -> tuple:
    """The body of an answer, and the statements that it took."""
    with statements.counting() as sent:
        answer = await person.ask(text, **variables)
    return answer.body, [_UUID.sub("id", statement) for statement in sent]


@pytest.mark.parametrize("who", ["sibling", "other tenant"])
async def test_what_has_ended_answers_like_what_never_was(spent, statements, who):
    person, unknown = spent.strangers[who], Unknown()
    names = {*ENDS.values()} - (_OF_NETWORK if who == "sibling" else set())
    await person.ask(LOOK, id=unknown["Order"])  # Fills the caches.

    for name in sorted(names):
        for text, key, shape in ((LOOK, "id", str), (LOOK_AT_ALL, "ids", lambda id: [id])):
            nothing = await work_of(person, statements, text, {key: shape(unknown[name])})
            ended = await work_of(person, statements, text, {key: shape(spent.branch[name])})
            assert ended == nothing, name


@pytest.mark.parametrize("name", GONE)
async def test_what_is_gone_answers_its_owner_like_what_never_was(spent, statements, name):
    owner, unknown = spent.branch.seller, Unknown()
    await owner.ask(LOOK, id=unknown[name])  # Fills the caches.

    nothing = await work_of(owner, statements, LOOK, {"id": unknown[name]})
    gone = await work_of(owner, statements, LOOK, {"id": spent.branch[name]})

    assert gone == nothing
    assert gone[0]["data"] == {"node": None}


async def test_what_owners_send_to_the_database_gives_another_network_nothing(spent, access):
    theirs, stranger = spent.branch.world, spent.strangers["other tenant"].world
    sent = spent.statements

    own = replayed(access.app_dsn, theirs.tenant_id, sent, spent.ids)
    named = replayed(access.app_dsn, stranger.tenant_id, sent, spent.ids)
    of_any = replayed(access.app_dsn, stranger.tenant_id, map(unnamed, sent), spent.ids)

    assert own.told > len(sent) / 4
    assert own.forbidden == 0
    assert named.leaks == of_any.leaks == []
    assert named.forbidden > 0
