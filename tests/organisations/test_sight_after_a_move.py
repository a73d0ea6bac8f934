"""What each side sees of orders and people once a branch has moved, and what it does not."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select

from app.approvals.models import ApprovalRule
from app.books import check_tenant
from app.db.outbox import OutboxEvent
from app.rbac.models import MembershipRole
from tests.support.branches import key
from tests.support.chain import Chain, look, on_order
from tests.support.moves import move
from tests.support.people import membership, role
from tests.support.world import LONG_AGO, Person, World, gid

ON_ACCOUNT = {
    "paymentTerms": "ON_ACCOUNT",
    "isCreditUnlimited": True,
    "upstreamVisibility": "ORDERS",
}
SUPPLIERS = "{ suppliers { edges { node { id validUntil seller { name } } } } }"
ORDERS = "{ orders { edges { node { id } } } }"
TRAIL = "{ auditTrail { edges { node { action actorName } } } }"


@dataclass
class Scene:
    """East and west below a brand; below east a sub-distributor, which a shop buys from."""

    chain: Chain
    places: dict[str, UUID]
    sub_terms: UUID
    shop_terms: UUID
    people: dict[str, Person]
    orders: dict[str, str]

    @property
    def world(self) -> World:
        return self.chain.world

    async def place(self, name: str, buyer: str, relationship: UUID) -> None:
        placed = await self.chain.place(self.people[buyer], relationship=relationship)
        assert placed["__typename"] == "Order", placed
        self.orders[name] = placed["id"]

    async def move(self, **more: Any) -> dict[str, Any]:
        """The brand moves the sub-distributor to west."""
        return await move(
            self.people["brand"], self.places["sub"], self.places["west"], terms=ON_ACCOUNT, **more
        )

    async def seen_by(self, who: str) -> set[str]:
        """Which orders somebody sees by id; a list of all must show the same."""
        person = self.people[who]
        seen = {
            name for name, order in self.orders.items() if await look(person, order) is not None
        }
        edges = (await person.ask(ORDERS)).data["orders"]["edges"]
        assert {edge["node"]["id"] for edge in edges} == {self.orders[name] for name in seen}
        return seen


@pytest.fixture
async def scene(world):
    brand = await world.organisation("Brand", "BRAND")
    places = {"brand": brand}
    for name, above in (("east", "brand"), ("west", "brand"), ("sub", "east"), ("shop", "sub")):
        places[name] = await world.organisation(name.title(), parent=places[above])
    sku = await world.sku(brand, "Tea", case=24)
    for seller in ("brand", "east", "west", "sub"):
        await world.price(places[seller], {sku: "2.64"})
    for name in ("east", "west"):
        await world.relationship(brand, places[name])
    shown = {"upstream_visibility": "ORDERS"}
    sub_terms = await world.relationship(places["east"], places["sub"], **shown)
    shop_terms = await world.relationship(places["sub"], places["shop"], **shown)
    people = {
        name: await world.member(places[name], "ENTERPRISE_ADMIN", name=f"{name} boss")
        for name in ("brand", "east", "west")
    }
    for name in ("sub", "shop"):
        people[name] = await world.member(places[name], "ENTERPRISE_ADMIN", "BUYER", name=name)
    chain = Chain(world, brand, places["east"], places["sub"], sku, sub_terms, sub_terms)
    return Scene(chain, places, sub_terms, shop_terms, people, {})


async def terms_with(person: Person, seller: str) -> str:
    """The open relationship in which somebody buys from a seller."""
    edges = (await person.ask(SUPPLIERS)).data["suppliers"]["edges"]
    (found,) = [
        edge["node"]
        for edge in edges
        if edge["node"]["seller"]["name"] == seller and edge["node"]["validUntil"] is None
    ]
    return found["id"]


async def test_each_side_sees_orders_of_its_own_time_and_part(scene):
    await scene.place("east to sub", "sub", scene.sub_terms)
    await scene.place("sub to shop, before", "shop", scene.shop_terms)
    before = {who: await scene.seen_by(who) for who in scene.people}

    await scene.move()
    await scene.place("west to sub", "sub", key(await terms_with(scene.people["sub"], "West")))
    await scene.place("sub to shop, after", "shop", scene.shop_terms)

    old = {"east to sub", "sub to shop, before"}
    new = {"west to sub", "sub to shop, after"}
    assert before == {
        "brand": old,
        "east": old,
        "west": set(),
        "sub": old,
        "shop": {"sub to shop, before"},
    }
    assert {who: await scene.seen_by(who) for who in scene.people} == {
        "brand": old | new,
        "east": {"east to sub"},
        "west": new,
        "sub": old | new,
        "shop": {"sub to shop, before", "sub to shop, after"},
    }


async def test_who_comes_back_sees_nothing_of_the_time_between(scene):
    await scene.move()
    await scene.place("between", "shop", scene.shop_terms)
    await move(scene.people["brand"], scene.places["sub"], scene.places["east"], terms=ON_ACCOUNT)
    await scene.place("later", "shop", scene.shop_terms)

    assert await scene.seen_by("east") == {"later"}
    assert await scene.seen_by("west") == set()
    assert await scene.seen_by("brand") == {"between", "later"}


async def test_the_former_seller_keeps_its_relationship_and_learns_of_no_other(scene):
    await scene.move()
    names = {}
    for who in ("east", "west"):
        answer = await scene.people[who].ask(
            "{ organisations { edges { node { name parent { name } } } }"
            " customers { edges { node { buyer { name } } } } }"
        )
        nodes = [edge["node"] for edge in answer.data["organisations"]["edges"]]
        names[who] = {node["name"]: node["parent"] and node["parent"]["name"] for node in nodes}

    assert names == {
        "east": {"Brand": None, "East": "Brand", "Sub": None},
        "west": {"Brand": None, "West": "Brand", "Sub": "West", "Shop": "Sub"},
    }
    refused = await scene.chain.place(scene.people["sub"], relationship=scene.sub_terms)
    assert refused["code"] == "RELATIONSHIP_CLOSED"


async def test_an_approval_that_waits_stays_with_whose_it_was(scene):
    await scene.world.save(
        ApprovalRule(
            organisation_id=scene.places["east"], threshold=1, currency="CNY", created_at=LONG_AGO
        )
    )
    await scene.place("waiting", "sub", scene.sub_terms)
    await scene.move()
    given = ("approveOrder", scene.orders["waiting"], "ApproveOrderInput")
    document = """mutation($input: ApproveOrderInput!) { approveOrder(input: $input) {
        __typename } }"""

    by_west = await scene.people["west"].ask(document, input={"orderId": given[1]})
    by_east = await on_order(scene.people["east"], *given)

    assert by_west.error_codes == ["NOT_FOUND"]
    assert by_east["__typename"] == "Order"
    assert by_east["state"] not in {"PENDING_APPROVAL", "REJECTED"}


async def test_rights_over_people_follow_at_once(scene):
    document = """mutation($input: EndMembershipInput!) { endMembership(input: $input) {
        __typename ... on Refusal { code } } }"""
    await scene.world.member(scene.places["sub"], "ENTERPRISE_ADMIN")
    given = {"membershipId": membership(scene.people["sub"])}
    await scene.move()

    by_east = await scene.people["east"].ask(document, input=given)
    by_west = await scene.people["west"].ask(document, input=given)

    assert by_east.error_codes == ["NOT_FOUND"]
    assert by_west.data["endMembership"]["__typename"] == "Membership"


async def test_the_trail_of_the_time_before_stays_with_those_who_stood_above_then(scene):
    rename = """mutation($input: CreateRoleInput!) { createRole(input: $input) { __typename } }"""

    async def make_role(name):
        given = {
            "organisationId": gid("Organisation", scene.places["sub"]),
            "name": name,
            "description": "",
            "grants": [{"permission": "ORDER_READ", "scope": "ORGANISATION"}],
        }
        answer = await scene.people["sub"].ask(rename, input=given)
        assert answer.data["createRole"]["__typename"] == "Role"

    async def seen(who):
        edges = (await scene.people[who].ask(TRAIL)).data["auditTrail"]["edges"]
        return [edge["node"]["action"] for edge in edges if edge["node"]["actorName"] == "sub"]

    await make_role("Before")
    await scene.move()
    before = {who: await seen(who) for who in ("brand", "east", "west")}
    await make_role("After")

    role_made = "CREATE_ROLE"
    assert before == {"brand": [role_made], "east": [], "west": []}
    assert {who: await seen(who) for who in ("brand", "east", "west")} == {
        "brand": [role_made] * 2,
        "east": [],
        "west": [role_made],
    }


async def test_roles_of_the_former_parent_become_the_branch_s_own(scene):
    world, person = scene.world, scene.people["shop"]
    theirs = await role(world, scene.places["east"], "Picker", ("ORDER_READ", "ORGANISATION"))
    brands = await role(world, scene.places["brand"], "Auditor", ("AUDIT_READ", "ORGANISATION"))
    await role(world, scene.places["sub"], "picker", ("STOCK_READ", "ORGANISATION"))
    await world.save(
        MembershipRole(membership_id=person.membership_id, role_id=theirs),
        MembershipRole(membership_id=person.membership_id, role_id=brands),
    )
    held = """query($id: ID!) { node(id: $id) { ... on Membership { roles { id name grants {
        permission scope } } } } }"""

    await scene.move()
    answer = await scene.people["sub"].ask(held, id=membership(person))

    roles = {each["name"]: each for each in answer.data["node"]["roles"]}
    assert set(roles) == {"Auditor", "Buyer", "Enterprise administrator", "Picker (2)"}
    assert roles["Auditor"]["id"] == gid("Role", brands)
    assert roles["Picker (2)"]["id"] != gid("Role", theirs)
    assert roles["Picker (2)"]["grants"] == [{"permission": "ORDER_READ", "scope": "ORGANISATION"}]
    assert (await check_tenant(world.database, world.tenant_id)).sentences() == []


async def test_each_side_is_told_its_own_part_and_not_the_other_s_name(scene):
    await scene.move()

    async def told(work):
        kinds = ("branch_joined", "branch_left")
        rows = await work.session.scalars(select(OutboxEvent).where(OutboxEvent.kind.in_(kinds)))
        return {row.kind: row.data for row in rows}

    found = await scene.world.run(told)
    both = sorted(str(scene.people[who].membership_id) for who in ("sub", "west"))
    assert sorted(found["branch_joined"].pop("recipients")) == both
    assert found == {
        "branch_joined": {"name": "Sub", "parent_name": "West"},
        "branch_left": {
            "name": "Sub",
            "recipients": [str(scene.people["east"].membership_id)],
        },
    }
