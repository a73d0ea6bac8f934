"""Why somebody may do something or may not, and who may (R3-33)."""

import pytest

from app.kernel.ids import new_id
from tests.support.chain import Chain, on_order
from tests.support.people import give, membership, role
from tests.support.world import World, gid

WHY = """
query($permission: Permission!, $person: ID, $record: ID) {
  explainPermission(permission: $permission, membershipId: $person, recordId: $record) {
    may scope person { email } reasons { kind speaksFor text role scope } } }
"""
WHO = """
query($permission: Permission!, $record: ID, $first: Int! = 100, $after: String) {
  peopleWhoMay(permission: $permission, recordId: $record, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor } edges { node { scope roles person { email } } } } }
"""
NODE = "query($id: ID!) { node(id: $id) { id } }"
DRAFT = """
mutation($input: CreateOrderInput!) { createOrder(input: $input) { ... on Order { id } } }
"""


async def why(asker, permission, whom=None, record=None):
    person = membership(whom) if whom else None
    return await asker.ask(WHY, permission=permission, person=person, record=record)


async def told(asker, permission, whom=None, record=None):
    return (await why(asker, permission, whom, record)).data["explainPermission"]


async def who(asker, permission, record=None, **page):
    answer = await asker.ask(WHO, permission=permission, record=record, **page)
    return answer.data["peopleWhoMay"]


async def emails(asker, permission, record=None):
    found = await who(asker, permission, record)
    return [edge["node"]["person"]["email"] for edge in found["edges"]]


async def scene(world):
    """A chain that shows its orders upstream, people of every role, records of every kind."""
    chain = await Chain.create(world, upstream_visibility="ORDERS")
    async with world.at_once():
        people = {
            f"{place} {code}": await world.member(at, code, name=f"{place} {code}")
            for place, at in (
                ("brand", chain.brand),
                ("distributor", chain.distributor),
                ("retailer", chain.retailer),
            )
            for code in ("ENTERPRISE_ADMIN", "SALES", "WAREHOUSE", "BUYER")
        }
        idle = await world.member(chain.distributor, "SALES", name="distributor idle SALES")
        prices = await world.price(chain.distributor, {chain.sku: "2.64"}, name="More")
        house = await world.warehouse(chain.distributor, "House")
        await world.assign_rep(chain.downstream, people["distributor SALES"])
    people["distributor idle SALES"] = idle
    placed = await chain.place(people["retailer BUYER"])
    lines = [{"skuId": gid("Sku", chain.sku), "quantity": "1", "packagingLevel": "CASE"}]
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "lines": lines,
    }
    drafted = (await people["retailer BUYER"].ask(DRAFT, input=given)).data["createOrder"]
    records = {
        "ORDER_READ": [placed["id"], drafted["id"]],
        "RELATIONSHIP_READ": [
            gid("TradingRelationship", key) for key in (chain.upstream, chain.downstream)
        ],
        "PRICE_READ": [gid("PriceList", prices)],
        "STOCK_READ": [gid("Warehouse", house)],
    }
    return chain, people, records


async def test_what_is_explained_is_what_the_api_does(world):
    """Everybody looks at every record, and is told the same of it as by the record itself."""
    chain, people, records = await scene(world)
    above = await world.member(chain.brand)
    await give(
        world,
        above,
        await role(world, chain.brand, "Sees all", ("MEMBER_READ", "BRANCH"),
                   ("ROLE_READ", "BRANCH"), ("ORDER_READ", "BRANCH"),
                   ("RELATIONSHIP_READ", "BRANCH")),
    )  # fmt: skip
    reaches = (
        (people["distributor ENTERPRISE_ADMIN"], ("distributor", "retailer")),
        (people["retailer ENTERPRISE_ADMIN"], ("retailer",)),
        (above, ("brand",)),
    )
    ids = {record: permission for permission, of in records.items() for record in of}
    sees = {name: await seen(person, list(ids)) for name, person in people.items()}

    compared = {}
    for admin, places in reaches:
        for record, is_seen in (await seen(admin, list(ids))).items():
            whom = {} if not is_seen else of(people, places)
            asked = {name: who for name, who in whom.items() if (record, name) not in compared}
            for name, may in (await explained(admin, ids[record], record, asked)).items():
                compared[record, name] = (may, sees[name][record])

    assert {key: pair for key, pair in compared.items() if pair[0] is not pair[1]} == {}
    assert len(compared) == 61
    assert len(set(compared.values())) == 2


def of(people, places):
    return {name: person for name, person in people.items() if name.startswith(places)}


async def seen(person, records):
    """Tell of each record whether somebody may see it."""
    asked = " ".join(
        f'r{place}: node(id: "{record}") {{ id }}' for place, record in enumerate(records)
    )
    data = (await person.ask(f"{{ {asked} }}")).body["data"]
    return {record: data[f"r{place}"] is not None for place, record in enumerate(records)}


async def explained(admin, permission, record, people):
    """Tell of people whether one explains that they may."""
    if not people:
        return {}
    asked = " ".join(
        f'p{place}: explainPermission(permission: {permission}, recordId: "{record}",'
        f' membershipId: "{membership(person)}") {{ may }}'
        for place, person in enumerate(people.values())
    )
    data = (await admin.ask(f"{{ {asked} }}")).data
    return {name: data[f"p{place}"]["may"] for place, name in enumerate(people)}


async def test_the_chain_of_reasons_names_role_scope_and_what_hinders(world):
    _, people, records = await scene(world)
    admin, order = people["distributor ENTERPRISE_ADMIN"], records["ORDER_READ"][0]

    rep = await told(admin, "ORDER_CANCEL", people["distributor SALES"], order)
    idle = await told(admin, "ORDER_CANCEL", people["distributor idle SALES"], order)
    keeper = await told(admin, "ORDER_CANCEL", people["distributor WAREHOUSE"], order)

    grant = {
        "kind": "ROLE_GRANTS",
        "speaksFor": True,
        "text": (
            "The role Sales representative grants it for customers that the person looks after."
        ),
        "role": "Sales representative",
        "scope": "ASSIGNED",
    }
    assert (rep["may"], rep["scope"], rep["reasons"][0]) == (True, "ASSIGNED", grant)
    assert [each["kind"] for each in rep["reasons"]] == ["ROLE_GRANTS", "REACHED"]
    assert idle["may"] is False
    assert [each["kind"] for each in idle["reasons"]] == ["ROLE_GRANTS", "OUT_OF_REACH"]
    assert (keeper["may"], keeper["scope"]) == (False, None)
    assert [each["kind"] for each in keeper["reasons"]] == ["NOT_GRANTED"]


async def test_denials_and_ended_memberships_are_among_the_reasons(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    curb = await role(world, brand, "Curb", ("STOCK_READ", "ORGANISATION", "DENY"))
    await give(world, keeper, world.roles["WAREHOUSE"], curb)

    denied = await told(admin, "STOCK_READ", keeper)
    await admin.ask(
        "mutation($input: EndMembershipInput!) { endMembership(input: $input) { __typename } }",
        input={"membershipId": membership(keeper)},
    )
    ended = await told(admin, "STOCK_WRITE", keeper)

    kinds = [(each["kind"], each["role"]) for each in denied["reasons"]]
    assert kinds == [
        ("ROLE_DENIES", "Curb"),
        ("ROLE_GRANTS", "Warehouse keeper"),
        ("DENIED", None),
    ]
    assert denied["may"] is False
    assert (ended["may"], ended["scope"]) == (False, "ORGANISATION")
    assert ended["reasons"][0]["kind"] == "MEMBERSHIP_ENDED"


async def test_a_command_of_one_side_is_explained_so_to_the_other(world):
    _, people, records = await scene(world)
    buyer, order = people["retailer ENTERPRISE_ADMIN"], records["ORDER_READ"][0]

    found = await told(buyer, "ORDER_ALLOCATE", record=order)
    denied = await on_order(buyer, "allocateOrder", order)

    assert found["may"] is False
    assert found["reasons"][-1]["kind"] == "WRONG_SIDE"
    assert denied["code"] == "NOT_POSSIBLE_NOW"


async def test_everybody_learns_why_of_themselves_only(world):
    _, people, records = await scene(world)
    keeper, order = people["distributor WAREHOUSE"], records["ORDER_READ"][0]

    own = await told(keeper, "ORDER_CANCEL", record=order)
    named = await told(keeper, "ORDER_CANCEL", keeper, order)
    others = await why(keeper, "ORDER_CANCEL", people["distributor SALES"], order)

    assert own == named
    assert own["may"] is False
    assert own["person"] is not None
    assert others.error_codes == ["NOT_FOUND"]
    assert (await keeper.ask(WHO, permission="ORDER_READ")).error_codes == ["FORBIDDEN"]


async def test_nothing_is_said_of_what_one_may_not_see(world, database, http, settings):
    _, people, records = await scene(world)
    other = await World.create(database, http, settings)
    stranger = await other.member(await other.organisation("B", "BRAND"), "ENTERPRISE_ADMIN")
    draft = records["ORDER_READ"][1]
    seller = people["distributor ENTERPRISE_ADMIN"]
    unknown = gid("Order", new_id())

    for asker, records_asked in (
        (stranger, [records["ORDER_READ"][0], draft, unknown]),
        (seller, [draft, unknown]),
    ):
        answers = [await why(asker, "ORDER_READ", record=each) for each in records_asked]
        answers += [
            await asker.ask(WHO, permission="ORDER_READ", record=each) for each in records_asked
        ]
        assert {tuple(answer.error_codes) for answer in answers} == {("NOT_FOUND",)}
        assert len({answer.body["errors"][0]["message"] for answer in answers}) == 1
    people_asked = [people["brand SALES"], people["retailer BUYER"]]
    for whom in people_asked:
        assert (await why(stranger, "ORDER_READ", whom)).error_codes == ["NOT_FOUND"]
    assert (await why(people["retailer ENTERPRISE_ADMIN"], "ORDER_READ", seller)).error_codes == [
        "NOT_FOUND"
    ]
    senseless = [
        await why(seller, "PRICE_READ", record=records["ORDER_READ"][0]),
        await why(seller, "PRICE_READ", record=gid("Notification", new_id())),
    ]
    assert [answer.error_codes for answer in senseless] == [["INVALID"]] * 2


async def test_who_may_is_listed_by_name_within_reach(world, statements):
    _, people, records = await scene(world)
    admin, order = people["distributor ENTERPRISE_ADMIN"], records["ORDER_READ"][0]
    await admin.ask(WHO, permission="ORDER_READ")

    held = await emails(admin, "ORDER_CANCEL")
    with statements.counting() as many:
        on_record = await emails(admin, "ORDER_CANCEL", order)
    with statements.counting() as few:
        one = await who(admin, "SHIPMENT_WRITE", order)
    with statements.counting() as paged:
        first = await who(admin, "ORDER_CANCEL", first=2)
    rest = await who(admin, "ORDER_CANCEL", after=first["pageInfo"]["endCursor"])

    by_name = {person.email: name for name, person in people.items()}
    below = ["distributor", "retailer"]
    may = ("ENTERPRISE_ADMIN", "SALES", "BUYER")
    everybody = {f"{place} {code}" for place in below for code in may}
    assert {by_name[each] for each in held} == everybody | {"distributor idle SALES"}
    assert {by_name[each] for each in on_record} == everybody - {"retailer SALES"}
    assert {by_name[each["node"]["person"]["email"]] for each in one["edges"]} == {
        "distributor ENTERPRISE_ADMIN",
        "distributor WAREHOUSE",
    }
    pages = [edge["node"]["person"]["email"] for edge in first["edges"] + rest["edges"]]
    assert pages == held == sorted(held, key=by_name.__getitem__)
    assert first["edges"][0]["node"]["roles"]
    assert len(many) == len(few) == 10, many
    assert len(paged) == 6, paged


@pytest.mark.parametrize("scope", ["ORGANISATION", "BRANCH"])
async def test_a_denial_keeps_people_out_of_the_list_of_who_may(world, scope):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    wide = await role(world, brand, "Wide", ("STOCK_READ", "BRANCH"))
    curb = await role(world, brand, "Curb", ("STOCK_READ", scope, "DENY"))
    await give(world, keeper, wide, curb)

    found = (await who(admin, "STOCK_READ"))["edges"]

    shown = {each["node"]["person"]["email"]: each["node"]["scope"] for each in found}
    left = {"ORGANISATION": None, "BRANCH": "ORGANISATION"}[scope]
    assert shown.get(keeper.email) == left
