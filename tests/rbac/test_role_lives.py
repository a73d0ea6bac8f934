"""Roles are cloned, retired, taken up again and replaced; built-in ones only cloned (R3-32)."""

import pytest

from app.kernel.ids import new_id
from app.rbac.built_in import BUILT_IN_ROLES
from tests.support.people import give, membership, permissions, role
from tests.support.world import World, gid

STOCK = ("STOCK_READ", "ORGANISATION")
PRICES = ("PRICE_READ", "ORGANISATION")
HOLDERS = """
query($id: ID!, $first: Int = 100, $after: String) {
  roleHolders(roleId: $id, first: $first, after: $after) {
    pageInfo { endCursor } edges { node { email organisation { name } } }
} }
"""
ROLES = "query($is: Boolean) { roles(isRetired: $is, first: 100) { edges { node { name } } } }"


ROLE = """... on Role { id name description isBuiltIn retiredAt grants { permission scope } }
  ... on Refusal { code }"""
SHOWN = {
    "assignRoles": "... on Membership { id } ... on Refusal { code }",
    "replaceRole": """... on RoleReplacement { members replacement { name } }
    ... on Refusal { code }""",
}


async def do(person, command, **given):
    kind = f"{command[0].upper()}{command[1:]}Input"
    shown = SHOWN.get(command, ROLE)
    document = f"mutation($input: {kind}!) {{ {command}(input: $input) {{ {shown} }} }}"
    answer = await person.ask(document, input=given)
    return answer.data[command] if not answer.error_codes else answer.error_codes


async def clone(person, role_id, organisation, name, **more):
    given = {"roleId": gid("Role", role_id), "organisationId": gid("Organisation", organisation)}
    return await do(person, "cloneRole", **given, name=name, **more)


async def replace(person, role_id, replacement):
    given = {"roleId": gid("Role", role_id), "replacementRoleId": gid("Role", replacement)}
    return await do(person, "replaceRole", **given, reason="One word for both")


async def emails(person, role_id):
    answer = await person.ask(HOLDERS, id=gid("Role", role_id))
    return {edge["node"]["email"] for edge in answer.data["roleHolders"]["edges"]}


async def names(person, is_retired=None):
    answer = await person.ask(ROLES, **{"is": is_retired})
    return {edge["node"]["name"] for edge in answer.data["roles"]["edges"]}


async def test_a_built_in_role_is_cloned_and_its_copy_changed(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    copy = await clone(admin, world.roles["PRODUCT_MANAGER"], brand, "Tea products")

    assert (copy["name"], copy["isBuiltIn"], copy["retiredAt"]) == ("Tea products", False, None)
    original = next(each for each in BUILT_IN_ROLES if each.code == "PRODUCT_MANAGER")
    assert {item["permission"]: item["scope"] for item in copy["grants"]} == original.grants
    assert copy["description"] == original.description
    changed = await do(admin, "changeRole", roleId=copy["id"], name="Teas", grants=[])
    assert changed["name"] == "Teas"
    fixed = [
        await do(admin, name, roleId=gid("Role", world.roles["PRODUCT_MANAGER"]), **more)
        for name, more in (
            ("retireRole", {}),
            ("reinstateRole", {}),
            ("changeRole", {"name": "Mine", "grants": []}),
        )
    ]
    assert {each["code"] for each in fixed} == {"BUILT_IN_ROLE_FIXED"}


async def test_nobody_clones_beyond_what_they_hold_or_into_a_taken_name(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    of_shop = await world.member(shop, "ENTERPRISE_ADMIN")
    own = await role(world, brand, "Own", STOCK)

    assert (await clone(admin, world.roles["SYSTEM_ADMIN"], brand, "All"))["code"] == (
        "GRANT_BEYOND_OWN"
    )
    assert (await clone(admin, own, brand, "own "))["code"] == "ROLE_NAME_TAKEN"
    assert await clone(of_shop, own, shop, "Theirs") == ["NOT_FOUND"]
    assert await clone(of_shop, new_id(), shop, "Theirs") == ["NOT_FOUND"]
    assert await clone(of_shop, world.roles["BUYER"], brand, "Ours") == ["NOT_FOUND"]
    assert (await clone(admin, own, shop, "Theirs", description="Counts"))["description"] == (
        "Counts"
    )


async def test_a_retired_role_is_kept_by_its_holders_and_given_to_nobody_new(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    holder, newcomer = await world.member(brand), await world.member(brand)
    old = await role(world, brand, "Old", STOCK)
    await give(world, holder, old)

    retired = await do(admin, "retireRole", roleId=gid("Role", old), reason="Too wide")

    assert retired["retiredAt"]
    assert await permissions(holder) == {"STOCK_READ": "ORGANISATION"}
    assert await emails(admin, old) == {holder.email}
    given = {"membershipId": membership(newcomer), "roleIds": [gid("Role", old)]}
    assert (await do(admin, "assignRoles", **given))["code"] == "ROLE_RETIRED"
    assert await permissions(newcomer) == {}
    kept = {"membershipId": membership(holder), "roleIds": [gid("Role", old)]}
    assert (await do(admin, "assignRoles", **kept))["id"] == membership(holder)
    assert "Old" in await names(admin, is_retired=True)
    assert await names(admin, is_retired=False) == await names(admin) - {"Old"}
    again = await do(admin, "reinstateRole", roleId=gid("Role", old))
    assert again["retiredAt"] is None
    assert (await do(admin, "assignRoles", **given))["id"] == membership(newcomer)


async def test_a_role_is_replaced_for_all_its_holders_at_once(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    old = await role(world, brand, "Old", STOCK)
    new = await role(world, brand, "New", PRICES)
    last = await role(world, brand, "Last", STOCK, PRICES)
    holders = [await world.member(place, "BUYER") for place in (brand, brand, shop)]
    for holder in holders:
        await give(world, holder, old)
    await give(world, holders[0], new)

    with statements.counting() as few:
        await replace(admin, new, last)
    with statements.counting() as many:
        replaced = await replace(admin, old, last)

    assert (replaced["members"], replaced["replacement"]["name"]) == (3, "Last")
    assert await emails(admin, old) == set()
    assert await emails(admin, last) == {holder.email for holder in holders}
    for holder in holders:
        held = await permissions(holder)
        assert {"ORDER_PLACE", "PRICE_READ", "STOCK_READ"} <= held.keys()
    assert len(few) == len(many) == 17, many


async def test_a_replacement_that_fits_one_holder_not_replaces_nobody(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    old, of_shop = await role(world, brand, "Old", STOCK), await role(world, shop, "New", STOCK)
    chief = await role(world, brand, "Chief", ("MEMBER_WRITE", "BRANCH"), STOCK)
    here, there = await world.member(brand), await world.member(shop)
    await give(world, here, old)
    await give(world, there, old, chief)

    answers = [
        await replace(admin, old, of_shop),
        await replace(admin, old, world.roles["SYSTEM_ADMIN"]),
        await replace(admin, chief, old),
        await replace(admin, old, old),
    ]

    assert [each if isinstance(each, list) else each["code"] for each in answers] == [
        "ROLE_OUT_OF_PLACE",
        "GRANT_BEYOND_OWN",
        "LAST_ADMINISTRATOR",
        ["INVALID"],
    ]
    assert await emails(admin, old) == {here.email, there.email}


async def test_roles_of_others_live_their_own_lives(world, database, http, settings):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    theirs = await role(world, shop, "Theirs", STOCK)
    keeper = await world.member(shop)
    await give(world, keeper, theirs, world.roles["WAREHOUSE"])
    strangers = [
        await world.member(sibling, "ENTERPRISE_ADMIN"),
        await other.member(await other.organisation("Brand", "BRAND"), "SYSTEM_ADMIN"),
    ]

    for stranger in strangers:
        for key in (theirs, new_id()):
            one = {"roleId": gid("Role", key)}
            assert await do(stranger, "retireRole", **one) == ["NOT_FOUND"]
            assert await do(stranger, "reinstateRole", **one) == ["NOT_FOUND"]
            assert await replace(stranger, key, stranger.world.roles["BUYER"]) == ["NOT_FOUND"]
            assert await replace(stranger, stranger.world.roles["BUYER"], key) == ["NOT_FOUND"]
            assert (await stranger.ask(HOLDERS, id=gid("Role", key))).error_codes == ["NOT_FOUND"]
        roles = stranger.world.roles
        replaced = await replace(stranger, roles["WAREHOUSE"], roles["BUYER"])
        assert replaced.get("members") in {0, None}
    assert "STOCK_WRITE" in await permissions(keeper)
    clerk = await world.member(shop, "WAREHOUSE")
    assert await do(clerk, "retireRole", roleId=gid("Role", theirs)) == ["FORBIDDEN"]
    assert await replace(clerk, theirs, world.roles["BUYER"]) == ["FORBIDDEN"]


@pytest.mark.parametrize(
    ("code", "may", "may_not"),
    [
        ("PRODUCT_MANAGER", "PRODUCT_WRITE", "PRICE_WRITE"),
        ("OPERATIONS", "SCHEME_WRITE", "SCHEME_APPROVE"),
        ("PURCHASING", "PROCUREMENT_WRITE", "PAYMENT_RECORD"),
        ("LOGISTICS", "SHIPMENT_WRITE", "STOCK_WRITE"),
    ],
)
async def test_every_department_has_its_built_in_role(world, code, may, may_not):
    brand = await world.organisation("Brand", "BRAND")
    admin, person = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    given = {"membershipId": membership(person), "roleIds": [gid("Role", world.roles[code])]}

    await do(admin, "assignRoles", **given)

    held = await permissions(person)
    assert may in held
    assert may_not not in held
