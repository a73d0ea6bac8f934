import pytest

from app.kernel.ids import new_id
from tests.support.people import give, grants, membership, permissions, role
from tests.support.world import World, gid

CREATE = """
mutation($input: CreateRoleInput!) { createRole(input: $input) {
  ... on Role { id name isBuiltIn organisation { name } grants { permission scope effect } }
  ... on Refusal { code field details { name value } }
} }
"""
CHANGE = """
mutation($input: ChangeRoleInput!) { changeRole(input: $input) {
  ... on Role { id name grants { permission scope effect } }
  ... on Refusal { code field }
} }
"""
ROLES = """
query($first: Int = 100, $after: String) { roles(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor }
  edges { node { id name isBuiltIn grants { permission scope effect } } }
} }
"""
ORGANISATION_WIDE = ("STOCK_READ", "ORGANISATION")


async def create(person, organisation, name, *rights):
    given = {
        "organisationId": gid("Organisation", organisation),
        "name": name,
        "grants": grants(*rights),
    }
    return await person.ask(CREATE, input=given)


async def change(person, role_id, name, *rights):
    given = {"roleId": gid("Role", role_id), "name": name, "grants": grants(*rights)}
    return await person.ask(CHANGE, input=given)


async def role_names(person):
    edges = (await person.ask(ROLES)).data["roles"]["edges"]
    return {edge["node"]["name"] for edge in edges if not edge["node"]["isBuiltIn"]}


async def test_an_administrator_makes_a_role_of_own_rights(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    answer = await create(admin, brand, "Stock clerk", ORGANISATION_WIDE, ("PRICE_READ", "BRANCH"))

    made = answer.data["createRole"]
    assert (made["isBuiltIn"], made["organisation"]["name"]) == (False, "Brand")
    assert made["grants"] == [
        {"permission": "PRICE_READ", "scope": "BRANCH", "effect": "ALLOW"},
        {"permission": "STOCK_READ", "scope": "ORGANISATION", "effect": "ALLOW"},
    ]


@pytest.mark.parametrize(
    ("right", "code", "field"),
    [
        (("STOCK_WRITE", "ORGANISATION"), "GRANT_BEYOND_OWN", "grants"),
        (("STOCK_READ", "BRANCH"), "GRANT_BEYOND_OWN", "grants"),
        (("ORDER_PLACE", "BRANCH"), "SCOPE_NOT_ALLOWED", "grants.0.scope"),
        (("TENANT_MANAGE", "TENANT"), "SCOPE_NOT_ALLOWED", "grants.0.scope"),
    ],
)
async def test_nobody_grants_what_they_do_not_hold_that_wide(world, right, code, field):
    brand = await world.organisation("Brand", "BRAND")
    clerk = await world.member(brand)
    held = await role(
        world, brand, "Clerk", ("ROLE_WRITE", "ORGANISATION"), ("ROLE_READ", "ORGANISATION"),
        ORGANISATION_WIDE,
    )  # fmt: skip
    await give(world, clerk, held)

    answer = await create(clerk, brand, "More", right)

    assert answer.data["createRole"]["code"] == code
    assert answer.data["createRole"]["field"] == field
    assert await role_names(clerk) == {"Clerk"}
    assert (await create(clerk, brand, "Same", ORGANISATION_WIDE)).data["createRole"]["id"]


async def test_a_changed_role_gives_no_more_than_the_changer_holds(world):
    brand = await world.organisation("Brand", "BRAND")
    clerk = await world.member(brand)
    held = await role(world, brand, "Clerk", ("ROLE_WRITE", "ORGANISATION"), ORGANISATION_WIDE)
    await give(world, clerk, held)

    wider = await change(
        clerk, held, "Clerk", ("ROLE_WRITE", "ORGANISATION"), ("STOCK_READ", "BRANCH")
    )
    other = await change(
        clerk, held, "Clerk", ("ROLE_WRITE", "ORGANISATION"), ("PRICE_WRITE", "ORGANISATION")
    )

    assert (
        wider.data["changeRole"]["code"] == other.data["changeRole"]["code"] == "GRANT_BEYOND_OWN"
    )
    assert await permissions(clerk) == {
        "ROLE_WRITE": "ORGANISATION",
        "STOCK_READ": "ORGANISATION",
    }


async def test_nobody_takes_a_denial_off_themselves(world):
    brand = await world.organisation("Brand", "BRAND")
    clerk = await world.member(brand)
    wide = await role(world, brand, "Wide", ("ROLE_WRITE", "BRANCH"), ("STOCK_READ", "BRANCH"))
    curb = await role(world, brand, "Curb", ("STOCK_READ", "BRANCH", "DENY"))
    await give(world, clerk, wide, curb)
    assert (await permissions(clerk))["STOCK_READ"] == "ORGANISATION"

    answer = await change(clerk, curb, "Curb")

    assert answer.data["changeRole"]["code"] == "GRANT_BEYOND_OWN"
    assert (await permissions(clerk))["STOCK_READ"] == "ORGANISATION"


async def test_a_right_for_people_below_needs_the_right_over_the_branch(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    clerk = await world.member(brand)
    await give(
        world, clerk,
        await role(world, brand, "Clerk", ("ROLE_READ", "BRANCH"), ("ROLE_WRITE", "BRANCH"),
                   ORGANISATION_WIDE),
    )  # fmt: skip

    own = await create(clerk, brand, "Here", ORGANISATION_WIDE)
    below = await create(clerk, shop, "There", ORGANISATION_WIDE)

    assert own.data["createRole"]["id"]
    assert below.data["createRole"]["code"] == "GRANT_BEYOND_OWN"


async def test_a_revoked_right_is_gone_on_the_very_next_request(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    held = await role(world, brand, "Keeper", ORGANISATION_WIDE, ("PRICE_READ", "ORGANISATION"))
    await give(world, keeper, held)
    assert await permissions(keeper) == {"STOCK_READ": "ORGANISATION", "PRICE_READ": "ORGANISATION"}
    assert len(await permissions(keeper)) == 2  # the policy cache is warm

    await change(admin, held, "Keeper", ORGANISATION_WIDE)

    assert await permissions(keeper) == {"STOCK_READ": "ORGANISATION"}


async def test_a_refused_change_leaves_the_policy_version(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    held = await role(world, brand, "Keeper", ORGANISATION_WIDE)
    await give(world, keeper, held)

    refused = await change(admin, world.roles["BUYER"], "Mine")

    assert refused.data["changeRole"] == {"code": "BUILT_IN_ROLE_FIXED", "field": "roleId"}
    assert await permissions(keeper) == {"STOCK_READ": "ORGANISATION"}


async def test_a_role_name_is_given_once_in_an_organisation(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    await create(admin, brand, "Clerk", ORGANISATION_WIDE)

    answers = [await create(admin, brand, name) for name in (" clerk ", "Buyer")]

    assert [answer.data["createRole"]["code"] for answer in answers] == ["ROLE_NAME_TAKEN"] * 2
    assert await role_names(admin) == {"Clerk"}


async def test_a_permission_stands_in_a_role_once(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    answer = await create(admin, brand, "Twice", ORGANISATION_WIDE, ("STOCK_READ", "BRANCH"))

    assert answer.error_codes == ["INVALID"]
    assert await role_names(admin) == set()


async def test_the_last_who_manages_members_keeps_that_right(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand)
    rest = (("ROLE_READ", "BRANCH"), ("ROLE_WRITE", "BRANCH"))
    held = await role(world, brand, "Chief", ("MEMBER_WRITE", "BRANCH"), *rest)
    await give(world, admin, held)

    answer = await change(admin, held, "Chief", *rest)

    assert answer.data["changeRole"]["code"] == "LAST_ADMINISTRATOR"
    assert "MEMBER_WRITE" in await permissions(admin)
    denied = await change(admin, held, "Chief", ("MEMBER_WRITE", "ORGANISATION", "DENY"), *rest)
    assert denied.data["changeRole"]["code"] == "LAST_ADMINISTRATOR"
    await world.member(brand, "ENTERPRISE_ADMIN")
    changed = await change(admin, held, "Chief", *rest)
    assert changed.data["changeRole"]["name"] == "Chief"


async def test_roles_show_to_their_own_organisation_and_the_branch_above(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    of_brand = await role(world, brand, "Of the brand", ORGANISATION_WIDE)
    of_shop = await role(world, shop, "Of the shop", ORGANISATION_WIDE)
    people = {
        "above": await world.member(brand, "ENTERPRISE_ADMIN"),
        "itself": await world.member(shop, "ENTERPRISE_ADMIN"),
        "sibling": await world.member(sibling, "ENTERPRISE_ADMIN"),
        "other tenant": await other.member(
            await other.organisation("Brand", "BRAND"), "SYSTEM_ADMIN"
        ),
    }

    seen = {name: await role_names(person) for name, person in people.items()}

    assert seen == {
        "above": {"Of the brand", "Of the shop"},
        "itself": {"Of the shop"},
        "sibling": set(),
        "other tenant": set(),
    }
    strangers = [
        await change(people["sibling"], of_shop, "Mine"),
        await change(people["itself"], of_brand, "Mine"),
        await change(people["other tenant"], of_shop, "Mine"),
        await change(people["itself"], new_id(), "Mine"),
        await create(people["sibling"], shop, "Mine"),
        await create(people["itself"], new_id(), "Mine"),
    ]
    assert [answer.error_codes for answer in strangers] == [["NOT_FOUND"]] * 6
    assert await role_names(people["above"]) == {"Of the brand", "Of the shop"}


async def test_without_the_permission_roles_neither_show_nor_change(world):
    brand = await world.organisation("Brand", "BRAND")
    keeper = await world.member(brand, "WAREHOUSE")

    codes = [
        (await keeper.ask(ROLES)).error_codes,
        (await create(keeper, brand, "Mine", ORGANISATION_WIDE)).error_codes,
        (await change(keeper, world.roles["BUYER"], "Mine")).error_codes,
    ]

    assert codes == [["FORBIDDEN"]] * 3


async def test_roles_are_paged_and_cost_the_same_for_any_number(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    for number in range(5):
        await role(world, brand, f"Role {number}", ORGANISATION_WIDE)
    await admin.ask(ROLES)

    with statements.counting() as few:
        first = (await admin.ask(ROLES, first=2)).data["roles"]
    with statements.counting() as many:
        rest = (await admin.ask(ROLES, first=100, after=first["pageInfo"]["endCursor"])).data

    names = [edge["node"]["name"] for edge in first["edges"] + rest["roles"]["edges"]]
    assert names == sorted(names)
    assert len(names) == 15
    assert len(few) == len(many) == 6  # begin, who acts, roles, roles in reach, rights, commit


async def test_making_a_role_costs_the_same_for_any_number_of_grants(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    await create(admin, brand, "The first answer shows the organisation, which is remembered")

    counts = []
    for number in (1, 10):
        names = list(await permissions(admin))[:number]
        with statements.counting() as sent:
            await create(
                admin, brand, f"Role {number}", *((name, "ORGANISATION") for name in names)
            )
        counts.append(len(sent))

    assert counts[0] == counts[1], sent


async def test_the_catalogue_says_each_permission_in_a_sentence(world):
    brand = await world.organisation("Brand", "BRAND")
    keeper = await world.member(brand, "WAREHOUSE")

    answer = await keeper.ask("{ permissionCatalogue { permission sentence scopes } }")

    catalogue = {item["permission"]: item for item in answer.data["permissionCatalogue"]}
    assert catalogue["MEMBER_WRITE"]["scopes"] == ["ORGANISATION", "BRANCH", "TENANT"]
    assert all(item["sentence"].endswith(".") for item in catalogue.values())
    assert "TENANT_MANAGE" not in catalogue


async def test_a_change_of_a_role_stands_in_the_audit_trail(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    made = (await create(admin, brand, "Clerk", ORGANISATION_WIDE)).data["createRole"]["id"]
    await admin.ask(CHANGE, input={"roleId": made, "name": "Clerk", "grants": []})

    answer = await admin.ask(
        "query($id: ID!) { auditTrail(subjectId: $id) "
        "{ edges { node { action actorName before after } } } }",
        id=made,
    )

    entries = [edge["node"] for edge in answer.data["auditTrail"]["edges"]]
    assert [entry["action"] for entry in entries] == ["CHANGE_ROLE", "CREATE_ROLE"]
    assert entries[0]["before"]["grants"] == [["STOCK_READ", "ORGANISATION", "ALLOW"]]
    assert entries[0]["after"]["grants"] == []
    assert membership(admin)
