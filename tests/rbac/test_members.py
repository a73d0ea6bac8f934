import asyncio

from app.kernel.ids import new_id
from tests.support.network import actions
from tests.support.people import (
    VIEWER,
    give,
    membership,
    permissions,
    role,
    sign_in,
    with_password,
)
from tests.support.world import PASSWORD, World, gid

ADD = """
mutation($input: AddMemberInput!) { addMember(input: $input) {
  ... on Membership { id name email roles { name } organisation { name } }
  ... on Refusal { code field }
} }
"""
ASSIGN = """
mutation($input: AssignRolesInput!) { assignRoles(input: $input) {
  ... on Membership { id roles { name } }
  ... on Refusal { code field }
} }
"""
END = """
mutation($input: EndMembershipInput!) { endMembership(input: $input) {
  ... on Membership { id endedAt }
  ... on Refusal { code field }
} }
"""
MEMBERS = """
query($id: ID!, $first: Int = 100, $after: String) {
  members(organisationId: $id, first: $first, after: $after) {
    pageInfo { hasNextPage endCursor }
    edges { node { id name email roles { name } organisation { name } } }
  }
}
"""


async def add(person, organisation, email, *roles, **changes):
    given = {
        "organisationId": gid("Organisation", organisation),
        "name": "Wang Fang",
        "email": email,
        "initialPassword": PASSWORD,
        "roleIds": [gid("Role", item) for item in roles],
    }
    return await person.ask(ADD, input=given | changes)


async def assign(person, whom, *roles):
    given = {"membershipId": membership(whom), "roleIds": [gid("Role", item) for item in roles]}
    return await person.ask(ASSIGN, input=given)


async def end(person, whom):
    return await person.ask(END, input={"membershipId": membership(whom)})


async def emails(person, organisation):
    answer = await person.ask(MEMBERS, id=gid("Organisation", organisation))
    return {edge["node"]["email"] for edge in answer.data["members"]["edges"]}


def fresh_email():
    return f"{new_id().hex}@example.com"


async def test_a_new_member_signs_in_with_the_initial_password(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, email = await world.member(brand, "ENTERPRISE_ADMIN"), fresh_email()

    answer = await add(admin, brand, email.upper(), world.roles["BUYER"])

    added = answer.data["addMember"]
    assert (added["email"], added["roles"]) == (email, [{"name": "Buyer"}])
    signed_in = await sign_in(world, email)
    assert signed_in["actingIn"]["membershipId"] == added["id"]


async def test_adding_somebody_known_to_another_tenant_looks_the_same(
    world, database, http, settings, statements
):
    other = await World.create(database, http, settings)
    shop = await other.organisation("Shop", "RETAILER")
    known = await with_password(other, await other.member(shop, "BUYER"), "the known one's own")
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    await add(admin, brand, fresh_email(), world.roles["BUYER"])

    with statements.counting() as for_stranger:
        stranger = await add(admin, brand, fresh_email(), world.roles["BUYER"])
    with statements.counting() as for_known:
        tied = await add(admin, brand, known.email, world.roles["BUYER"])

    shape = {"name": "Wang Fang", "roles": [{"name": "Buyer"}], "organisation": {"name": "Brand"}}
    assert shape.items() <= stranger.data["addMember"].items()
    assert shape.items() <= tied.data["addMember"].items()
    assert len(for_stranger) == len(for_known)
    assert (await sign_in(world, known.email, PASSWORD))["code"] == "WRONG_CREDENTIALS"
    places = (await sign_in(world, known.email, "the known one's own"))["memberships"]
    assert {place["organisationName"] for place in places} == {"Brand", "Shop"}


async def test_who_works_here_already_is_not_added_again(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)

    answer = await add(admin, brand, keeper.email)

    assert answer.data["addMember"]["code"] == "ALREADY_MEMBER"
    assert await emails(admin, brand) == {admin.email, keeper.email}


async def test_two_who_add_the_same_person_at_once_add_one_membership(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, email = await world.member(brand, "ENTERPRISE_ADMIN"), fresh_email()

    answers = await asyncio.gather(*(add(admin, brand, email) for _ in range(4)))

    codes = [answer.data["addMember"].get("code") for answer in answers]
    assert sorted(codes, key=str) == ["ALREADY_MEMBER"] * 3 + [None]
    assert await emails(admin, brand) == {admin.email, email}


async def test_weak_passwords_and_senseless_addresses_add_nobody(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    weak = await add(admin, brand, fresh_email(), initialPassword="short")
    senseless = [await add(admin, brand, email) for email in ("", "a b@example.com", "a@b")]
    nameless = await add(admin, brand, fresh_email(), name=" ")

    assert weak.data["addMember"] == {"code": "WEAK_PASSWORD", "field": "initialPassword"}
    assert [answer.error_codes for answer in [*senseless, nameless]] == [["INVALID"]] * 4
    assert await emails(admin, brand) == {admin.email}


async def test_nobody_hands_out_a_role_beyond_their_own(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)

    added = await add(admin, brand, fresh_email(), world.roles["SYSTEM_ADMIN"])
    assigned = await assign(admin, keeper, world.roles["SYSTEM_ADMIN"])
    oneself = await assign(admin, admin, world.roles["SYSTEM_ADMIN"])

    refusal = {"code": "GRANT_BEYOND_OWN", "field": "roleIds"}
    assert added.data["addMember"] == refusal
    assert assigned.data["assignRoles"] == oneself.data["assignRoles"] == refusal
    assert await permissions(keeper) == {}
    assert await emails(admin, brand) == {admin.email, keeper.email}


async def test_nobody_drops_a_role_that_denies_them_something(world):
    brand = await world.organisation("Brand", "BRAND")
    await world.member(brand, "ENTERPRISE_ADMIN")
    clerk = await world.member(brand)
    wide = await role(world, brand, "Wide", ("MEMBER_WRITE", "BRANCH"), ("STOCK_READ", "BRANCH"))
    curb = await role(world, brand, "Curb", ("STOCK_READ", "ORGANISATION", "DENY"))
    await give(world, clerk, wide, curb)
    assert await permissions(clerk) == {"MEMBER_WRITE": "BRANCH"}

    answer = await assign(clerk, clerk, wide)

    assert answer.data["assignRoles"]["code"] == "GRANT_BEYOND_OWN"
    assert await permissions(clerk) == {"MEMBER_WRITE": "BRANCH"}


async def test_rights_change_with_the_roles_on_the_very_next_request(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    keeper = await world.member(brand, "WAREHOUSE", "BUYER")
    assert {"STOCK_WRITE", "ORDER_PLACE"} <= (await permissions(keeper)).keys()

    answer = await assign(admin, keeper, world.roles["BUYER"])

    assert answer.data["assignRoles"]["roles"] == [{"name": "Buyer"}]
    now = await permissions(keeper)
    assert "ORDER_PLACE" in now
    assert "STOCK_WRITE" not in now


async def test_an_ended_membership_is_no_sign_in_and_shows_no_more(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    assert (await keeper.ask(VIEWER)).error_codes == []

    answer = await end(admin, keeper)

    assert answer.data["endMembership"]["endedAt"]
    assert (await keeper.ask(VIEWER)).error_codes == ["UNAUTHENTICATED"]
    assert await emails(admin, brand) == {admin.email}
    assert (await end(admin, keeper)).error_codes == ["NOT_FOUND"]
    assert (await add(admin, brand, keeper.email)).data["addMember"]["email"] == keeper.email


async def test_an_organisation_keeps_somebody_who_manages_members(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")

    ended, assigned = await end(admin, admin), await assign(admin, admin, world.roles["BUYER"])

    assert ended.data["endMembership"]["code"] == "LAST_ADMINISTRATOR"
    assert assigned.data["assignRoles"]["code"] == "LAST_ADMINISTRATOR"
    assert "MEMBER_WRITE" in await permissions(admin)
    second = await world.member(brand, "ENTERPRISE_ADMIN")
    assert (await end(second, admin)).data["endMembership"]["id"]


async def test_of_two_last_administrators_who_leave_at_once_one_stays(world):
    brand = await world.organisation("Brand", "BRAND")
    people = [await world.member(brand, "ENTERPRISE_ADMIN") for _ in range(2)]

    answers = await asyncio.gather(*(end(person, person) for person in people))

    codes = [answer.data["endMembership"].get("code") for answer in answers]
    assert sorted(codes, key=str) == ["LAST_ADMINISTRATOR", None]


async def test_people_of_other_organisations_and_tenants_are_not_found(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    keeper = await world.member(shop, "BUYER")
    strangers = [
        await world.member(sibling, "ENTERPRISE_ADMIN"),
        await other.member(await other.organisation("Brand", "BRAND"), "SYSTEM_ADMIN"),
    ]

    for stranger in strangers:
        answers = [
            await add(stranger, shop, fresh_email()),
            await assign(stranger, keeper),
            await end(stranger, keeper),
            await stranger.ask(MEMBERS, id=gid("Organisation", shop)),
        ]
        unknown = await stranger.ask(MEMBERS, id=gid("Organisation", new_id()))

        assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 4
        assert answers[3].body["errors"][0]["message"] == unknown.body["errors"][0]["message"]
    above = await world.member(brand, "ENTERPRISE_ADMIN")
    assert await emails(above, shop) == {keeper.email}
    assert "ORDER_PLACE" in await permissions(keeper)


async def test_a_role_is_assigned_in_its_own_organisation_and_below_only(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    keeper = await world.member(shop)
    of_brand = await role(world, brand, "Of the brand", ("STOCK_READ", "ORGANISATION"))
    of_shop = await role(world, shop, "Of the shop", ("STOCK_READ", "ORGANISATION"))
    of_sibling = await role(world, sibling, "Of the sibling", ("STOCK_READ", "ORGANISATION"))

    fits = await assign(admin, keeper, of_brand, of_shop)
    foreign = await assign(admin, keeper, of_brand, of_sibling)

    assert len(fits.data["assignRoles"]["roles"]) == 2
    assert foreign.error_codes == ["NOT_FOUND"]
    assert foreign.body["errors"][0]["extensions"]["field"] == "roleIds.0"


async def test_without_the_permission_members_neither_show_nor_change(world):
    brand = await world.organisation("Brand", "BRAND")
    keeper, buyer = await world.member(brand, "WAREHOUSE"), await world.member(brand, "BUYER")

    answers = [
        await add(keeper, brand, fresh_email()),
        await assign(keeper, buyer),
        await end(keeper, buyer),
        await keeper.ask(MEMBERS, id=gid("Organisation", brand)),
    ]

    assert [answer.error_codes for answer in answers] == [["FORBIDDEN"]] * 4
    assert (await buyer.ask(VIEWER)).error_codes == []


async def test_members_are_paged_and_cost_the_same_for_any_number(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    for _ in range(4):
        await world.member(brand, "BUYER", "WAREHOUSE")
    brand_id = gid("Organisation", brand)
    await admin.ask(MEMBERS, id=brand_id)

    with statements.counting() as few:
        first = (await admin.ask(MEMBERS, id=brand_id, first=1)).data["members"]
    with statements.counting() as many:
        rest = await admin.ask(MEMBERS, id=brand_id, after=first["pageInfo"]["endCursor"])

    assert len(first["edges"]) == 1
    assert len(rest.data["members"]["edges"]) == 4
    # begin, who acts, organisation, members, [in reach, roles], commit
    assert len(few) == len(many) == 7


async def test_a_cursor_of_ones_own_making_is_senseless(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    made_up = ["", "x", "W10=", "WyJhIl0=", "WyJhIiwgImIiXQ=="]

    answers = [
        await admin.ask(MEMBERS, id=gid("Organisation", brand), after=cursor) for cursor in made_up
    ]
    trail = "query($after: String) { auditTrail(after: $after) { edges { node { action } } } }"
    answers += [await admin.ask(trail, after=cursor) for cursor in made_up]

    assert [answer.error_codes for answer in answers] == [["INVALID"]] * 10


async def test_a_member_is_called_otherwise_from_now_on_and_the_trail_keeps_both(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, person = (
        await world.member(brand, "ENTERPRISE_ADMIN"),
        await world.member(brand, "BUYER"),
    )
    document = """mutation($input: RenameMemberInput!) { renameMember(input: $input) {
      ... on Membership { name } ... on Refusal { code } } }"""
    given = {"membershipId": membership(person), "name": " Wang Fang "}

    renamed = [await admin.ask(document, input=given) for _ in range(2)]
    refused = [
        await person.ask(document, input=given),
        await admin.ask(document, input={**given, "name": " "}),
    ]

    assert [answer.data["renameMember"] for answer in renamed] == [{"name": "Wang Fang"}] * 2
    assert [answer.error_codes for answer in refused] == [["FORBIDDEN"], ["INVALID"]]
    assert (await person.ask("{ viewer { name } }")).data["viewer"] == {"name": "Wang Fang"}
    assert await actions(world, person.membership_id) == ["RENAME_MEMBER"]
