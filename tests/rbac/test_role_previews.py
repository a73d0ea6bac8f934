"""What roles would do is told before anybody holds them (R3-32, R3-33)."""

from app.kernel.ids import new_id
from app.rbac.built_in import BUILT_IN_ROLES
from tests.support.people import give, grants, membership, permissions, role
from tests.support.world import World, gid

STOCK = ("STOCK_READ", "ORGANISATION")
ROLE = """
query($roles: [ID!]! = [], $grants: [RoleGrantInput!]! = []) {
  previewRole(roleIds: $roles, grants: $grants) {
    ... on RolePreview { rights {
      permission sentence scope grantedScope isCurtailed opens { kind name permissions } } }
    ... on Refusal { code field } }
}
"""
DIFFERENCE = """
query($one: ID!, $other: ID!) { compareRoles(roleId: $one, otherRoleId: $other) {
  permission one { scope effect } other { scope effect } } }
"""
ASSIGNMENT = """
query($id: ID!, $roles: [ID!]!) { previewAssignment(membershipId: $id, roleIds: $roles) {
  ... on AssignmentPreview {
    membership { email } changes { permission before after }
    opens { name } closes { kind name } }
  ... on Refusal { code field } } }
"""


async def preview(person, *roles, drafted=()):
    given = {"roles": [gid("Role", each) for each in roles], "grants": grants(*drafted)}
    return await person.ask(ROLE, **given)


async def rights(person, *roles, drafted=()):
    answer = await preview(person, *roles, drafted=drafted)
    return {each["permission"]: each for each in answer.data["previewRole"]["rights"]}


async def assignment(person, whom, *roles):
    given = {"id": membership(whom), "roles": [gid("Role", each) for each in roles]}
    return await person.ask(ASSIGNMENT, **given)


async def test_a_role_says_in_sentences_what_it_allows_and_what_it_opens(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    found = await rights(admin, world.roles["SALES"])

    sales = next(each for each in BUILT_IN_ROLES if each.code == "SALES")
    assert {name: each["scope"] for name, each in found.items()} == sales.grants
    assert found["ORDER_READ"]["sentence"] == (
        "Read orders: for customers that the person looks after."
    )
    orders = {"kind": "QUERY", "name": "orders", "permissions": ["ORDER_READ"]}
    assert orders in found["ORDER_READ"]["opens"]
    assert {"bookCarrier"} <= {each["name"] for each in found["CARRIER_BOOK"]["opens"]}
    assert not any(each["isCurtailed"] for each in found.values())


async def test_denials_and_drafted_grants_count_in_a_preview(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    wide = await role(world, brand, "Wide", ("STOCK_READ", "BRANCH"), ("PRICE_READ", "BRANCH"))
    curb = await role(world, brand, "Curb", ("STOCK_READ", "BRANCH", "DENY"))
    drafted = [("PRICE_READ", "ORGANISATION", "DENY"), ("STOCK_WRITE", "BRANCH")]

    await permissions(admin)

    with statements.counting() as sent:
        found = await rights(admin, wide, curb, drafted=drafted)

    told = ("scope", "grantedScope", "isCurtailed")
    assert {name: tuple(each[key] for key in told) for name, each in found.items()} == {
        "PRICE_READ": (None, "BRANCH", True),
        "STOCK_READ": ("ORGANISATION", "BRANCH", True),
        "STOCK_WRITE": ("BRANCH", "BRANCH", False),
    }
    assert found["PRICE_READ"]["opens"] == []
    assert found["PRICE_READ"]["sentence"].startswith("Taken away by a denial: ")
    assert len(sent) == 5  # begin, who acts, roles, rights, commit
    senseless = await preview(admin, drafted=[("ORDER_PLACE", "BRANCH")])
    assert senseless.data["previewRole"] == {
        "code": "SCOPE_NOT_ALLOWED",
        "field": "grants.0.scope",
    }


async def test_two_roles_are_told_apart_by_permission(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    one = await role(
        world, brand, "One", STOCK, ("PRICE_READ", "BRANCH"), ("STOCK_WRITE", "BRANCH")
    )
    other = await role(
        world, brand, "Other", STOCK, ("PRICE_READ", "BRANCH", "DENY"), ("ORDER_READ", "OWN")
    )

    answer = await admin.ask(DIFFERENCE, one=gid("Role", one), other=gid("Role", other))
    same = await admin.ask(DIFFERENCE, one=gid("Role", one), other=gid("Role", one))

    branch, denied = {"scope": "BRANCH", "effect": "ALLOW"}, {"scope": "BRANCH", "effect": "DENY"}
    assert answer.data["compareRoles"] == [
        {"permission": "ORDER_READ", "one": None, "other": {"scope": "OWN", "effect": "ALLOW"}},
        {"permission": "PRICE_READ", "one": branch, "other": denied},
        {"permission": "STOCK_WRITE", "one": branch, "other": None},
    ]
    assert same.data["compareRoles"] == []


async def test_an_assignment_is_previewed_as_it_then_happens(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    old = await role(world, brand, "Old", STOCK, ("STOCK_WRITE", "ORGANISATION"))
    new = await role(world, brand, "New", ("STOCK_READ", "BRANCH"), ("PRICE_READ", "ORGANISATION"))
    await give(world, keeper, old)
    before = await permissions(keeper)

    seen = (await assignment(admin, keeper, new)).data["previewAssignment"]

    assert await permissions(keeper) == before
    assert seen["membership"] == {"email": keeper.email}
    assert seen["changes"] == [
        {"permission": "PRICE_READ", "before": None, "after": "ORGANISATION"},
        {"permission": "STOCK_READ", "before": "ORGANISATION", "after": "BRANCH"},
        {"permission": "STOCK_WRITE", "before": "ORGANISATION", "after": None},
    ]
    assert {"name": "priceLists"} in seen["opens"]
    assert {"kind": "MUTATION", "name": "receiveStock"} in seen["closes"]
    given = {"membershipId": membership(keeper), "roleIds": [gid("Role", new)]}
    await admin.ask(
        "mutation($input: AssignRolesInput!) { assignRoles(input: $input) { __typename } }",
        input=given,
    )
    after = await permissions(keeper)
    assert after == {"PRICE_READ": "ORGANISATION", "STOCK_READ": "BRANCH"}


async def test_a_previewed_assignment_is_refused_as_it_would_be(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)

    beyond = await assignment(admin, keeper, world.roles["SYSTEM_ADMIN"])
    last = await assignment(admin, admin, world.roles["BUYER"])
    unknown = await assignment(admin, keeper, new_id())

    assert beyond.data["previewAssignment"] == {"code": "GRANT_BEYOND_OWN", "field": "roleIds"}
    assert last.data["previewAssignment"]["code"] == "LAST_ADMINISTRATOR"
    assert unknown.error_codes == ["NOT_FOUND"]
    await world.member(brand, "ENTERPRISE_ADMIN")
    leaving = await assignment(admin, admin, world.roles["BUYER"])
    assert leaving.data["previewAssignment"]["changes"]


async def test_a_preview_tells_nothing_of_other_peoples_roles(world, database, http, settings):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    theirs, keeper = await role(world, shop, "Theirs", STOCK), await world.member(shop)
    strangers = [
        await world.member(sibling, "ENTERPRISE_ADMIN"),
        await other.member(await other.organisation("Brand", "BRAND"), "SYSTEM_ADMIN"),
    ]

    for stranger in strangers:
        known = gid("Role", stranger.world.roles["BUYER"])
        for key in (theirs, new_id()):
            answers = [
                await preview(stranger, key),
                await stranger.ask(DIFFERENCE, one=known, other=gid("Role", key)),
                await stranger.ask(DIFFERENCE, one=gid("Role", key), other=known),
                await assignment(stranger, stranger, key),
                await assignment(stranger, keeper),
            ]
            assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 5
    clerk = await world.member(shop, "WAREHOUSE")
    assert (await preview(clerk, theirs)).error_codes == ["FORBIDDEN"]
    assert (await assignment(clerk, keeper)).error_codes == ["FORBIDDEN"]
