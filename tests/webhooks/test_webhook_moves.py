"""A move is heard by the branch and by who stands above it now, each as far as they may see."""

from tests.support.hook_log import log_of
from tests.support.hooks import hook
from tests.support.moves import move

SHOWN = "{ ... on Organisation { name parent { name } } ... on TradingRelationship { id } }"
EVENTS = ("ORGANISATION_MOVED", "RELATIONSHIP_CLOSED")


async def test_a_move_is_heard_above_the_branch_and_by_nobody_beside_it(post, world, receiver):
    async with world.at_once():
        brand = await world.organisation("Brand", "BRAND")
        places = {"brand": brand}
        above = {"east": "brand", "west": "brand", "branch": "east", "cousin": "west"}
        for name, parent in above.items():
            places[name] = await world.organisation(name.title(), parent=places[parent])
        for name, parent in above.items():
            await world.relationship(places[parent], places[name], upstream_visibility="ORDERS")
        people = {
            name: await world.member(place, "ENTERPRISE_ADMIN") for name, place in places.items()
        }
    hooks = {
        name: (await hook(person, receiver.url, *EVENTS, selection=SHOWN))[0]
        for name, person in people.items()
    }

    shown = {"upstreamVisibility": "ORDERS"}
    await move(people["brand"], places["branch"], places["west"], terms=shown)
    await post.deliver()

    heard = {
        name: sorted(each["event"] for each in await log_of(people[name], hooks[name]))
        for name in hooks
    }
    assert heard == {
        "brand": ["ORGANISATION_MOVED", "RELATIONSHIP_CLOSED"],
        "east": ["RELATIONSHIP_CLOSED"],
        "west": ["ORGANISATION_MOVED"],
        "branch": ["ORGANISATION_MOVED", "RELATIONSHIP_CLOSED"],
        "cousin": [],
    }
    moved = [each.subject for each in receiver.received if "name" in each.subject]
    assert {(each["name"], each["parent"]["name"]) for each in moved} == {("Branch", "West")}
    assert len(moved) == 3
