"""Roles are held for a term, and what became of them is told (R3-32, R3-33)."""

from dataclasses import replace

import httpx2
from sqlalchemy import update

from app.kernel.ids import new_id
from app.rbac.models import MembershipRole
from tests.support.patience import PATIENCE_SECONDS
from tests.support.people import give, grants, membership, permissions, role
from tests.support.serving import serving
from tests.support.world import LONG_AGO, World, gid

STOCK, PRICES = ("STOCK_READ", "ORGANISATION"), ("PRICE_READ", "ORGANISATION")
FAR, FARTHER = "2199-01-01T00:00:00+00:00", "2199-02-01T00:00:00+00:00"
MEMBERSHIP = "... on Membership { id roles { name } } ... on Refusal { code field }"
ROLE = "... on Role { id retiredAt } ... on Refusal { code field }"
RESULTS = {
    "giveRole": MEMBERSHIP,
    "takeRole": MEMBERSHIP,
    "assignRoles": MEMBERSHIP,
    "endMembership": "... on Membership { id }",
    "replaceRole": "... on RoleReplacement { members } ... on Refusal { code field }",
}
ASSIGNMENTS = """
query($id: ID!) { roleAssignments(membershipId: $id) { validFrom validUntil role { name } } }
"""
EVENT = """
  at action actorName reason validFrom validUntil
  given { name } taken { name } person { email }
  differences { permission one { scope effect } other { scope effect } }
"""
OF_ROLE = f"""
query($id: ID!, $first: Int = 100, $after: String) {{
  roleHistory(roleId: $id, first: $first, after: $after) {{
    pageInfo {{ endCursor }} edges {{ node {{ {EVENT} }} }} }} }}
"""
OF_PERSON = OF_ROLE.replace("roleHistory(roleId", "membershipHistory(membershipId")


async def do(person, command, **given):
    kind = f"{command[0].upper()}{command[1:]}Input"
    shown = RESULTS.get(command, ROLE)
    document = f"mutation($input: {kind}!) {{ {command}(input: $input) {{ {shown} }} }}"
    answer = await person.ask(document, input=given)
    return answer.data[command] if not answer.error_codes else answer.error_codes


async def lend(person, whom, role_id, **more):
    given = {"membershipId": membership(whom), "roleId": gid("Role", role_id), **more}
    return await do(person, "giveRole", **given)


async def take(person, whom, role_id, **more):
    given = {"membershipId": membership(whom), "roleId": gid("Role", role_id), **more}
    return await do(person, "takeRole", **given)


async def assigned(person, whom):
    answer = await person.ask(ASSIGNMENTS, id=membership(whom))
    return [
        (each["role"]["name"], each["validFrom"], each["validUntil"])
        for each in answer.data["roleAssignments"]
    ]


async def pass_by(world, whom, **term):
    """Let a term begin or end, as if time had passed."""
    held = MembershipRole.membership_id == whom.membership_id
    bounded = MembershipRole.valid_from.is_not(None) | MembershipRole.valid_until.is_not(None)
    statement = update(MembershipRole).where(held, bounded).values(**term)
    await world.run(lambda work: work.session.execute(statement))


async def history(person, document, key):
    answer = await person.ask(document, id=key)
    (page,) = answer.data.values()
    return [edge["node"] for edge in page["edges"]]


async def test_a_role_counts_from_its_instant_until_its_instant(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    stand_in = await role(world, brand, "Stand-in", STOCK)

    given = await lend(admin, keeper, stand_in, validFrom=FAR, validUntil=FARTHER, reason="Leave")

    assert given["roles"] == []
    assert await permissions(keeper) == {}
    assert await assigned(admin, keeper) == [("Stand-in", FAR, FARTHER)]
    await pass_by(world, keeper, valid_from=LONG_AGO)
    assert await permissions(keeper) == {"STOCK_READ": "ORGANISATION"}
    await pass_by(world, keeper, valid_until=LONG_AGO)
    assert await permissions(keeper) == {}
    assert await assigned(admin, keeper) == []
    again = await lend(admin, keeper, stand_in)
    assert again["roles"] == [{"name": "Stand-in"}]
    assert await permissions(keeper) == {"STOCK_READ": "ORGANISATION"}
    assert (await take(admin, keeper, stand_in))["roles"] == []
    assert await permissions(keeper) == {}
    assert await take(admin, keeper, stand_in) == ["NOT_FOUND"]


async def test_what_is_assigned_later_leaves_terms_as_they_are(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    lent, new = await role(world, brand, "Lent", STOCK), await role(world, brand, "New", PRICES)
    await lend(admin, keeper, lent, validUntil=FAR)

    both = {
        "membershipId": membership(keeper),
        "roleIds": [gid("Role", each) for each in (lent, new)],
    }
    await do(admin, "assignRoles", **both, reason="Helps out")

    assert await assigned(admin, keeper) == [("Lent", None, FAR), ("New", None, None)]
    replaced = {"roleId": gid("Role", lent), "replacementRoleId": gid("Role", new)}
    assert (await do(admin, "replaceRole", **replaced))["members"] == 1
    assert await assigned(admin, keeper) == [("New", None, None)]
    await take(admin, keeper, new)
    await lend(admin, keeper, lent, validUntil=FAR)
    await do(admin, "replaceRole", **replaced)
    assert await assigned(admin, keeper) == [("New", None, FAR)]


async def test_nobody_assigns_away_a_denial_that_is_yet_to_come(world):
    brand = await world.organisation("Brand", "BRAND")
    admin, clerk = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    wide = await role(world, brand, "Wide", ("MEMBER_WRITE", "BRANCH"), STOCK)
    curb = await role(world, brand, "Curb", ("STOCK_READ", "ORGANISATION", "DENY"))
    await give(world, clerk, wide)
    await lend(admin, clerk, curb, validFrom=FAR)

    given = {"membershipId": membership(clerk), "roleIds": [gid("Role", wide)]}
    refused = await do(clerk, "assignRoles", **given)

    assert refused == {"code": "GRANT_BEYOND_OWN", "field": "roleIds"}
    assert await assigned(admin, clerk) == [("Curb", FAR, None), ("Wide", None, None)]


async def test_a_lent_role_is_refused_like_any_other(world):
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    clerk, chief = await world.member(brand), await world.member(shop, "ENTERPRISE_ADMIN")
    of_shop = await role(world, shop, "Of the shop", STOCK)
    curb = await role(world, brand, "Curb", ("STOCK_READ", "BRANCH", "DENY"))
    wide = await role(world, brand, "Wide", ("MEMBER_WRITE", "BRANCH"), STOCK)
    await give(world, clerk, curb, wide)
    gone = await role(world, brand, "Gone", STOCK)
    await do(admin, "retireRole", roleId=gid("Role", gone))

    answers = [
        await lend(admin, keeper, world.roles["SYSTEM_ADMIN"]),
        await lend(admin, keeper, gone, validUntil=FAR),
        await lend(chief, chief, world.roles["ENTERPRISE_ADMIN"], validUntil=FAR),
        await lend(clerk, clerk, curb, validUntil=FAR),
        await take(clerk, clerk, curb),
    ]
    senseless = [
        await lend(admin, keeper, curb, validFrom=FARTHER, validUntil=FAR),
        await lend(admin, keeper, curb, validUntil="2020-01-01T00:00:00Z"),
        await lend(admin, keeper, of_shop),
    ]

    assert [(each["code"], each["field"]) for each in answers] == [
        ("GRANT_BEYOND_OWN", "roleId"),
        ("ROLE_RETIRED", "roleId"),
        ("LAST_ADMINISTRATOR", "membershipId"),
        ("GRANT_BEYOND_OWN", "roleId"),
        ("GRANT_BEYOND_OWN", "roleId"),
    ]
    assert senseless == [["INVALID"], ["INVALID"], ["NOT_FOUND"]]
    assert await permissions(keeper) == {}
    assert await assigned(admin, clerk) == [("Curb", None, None), ("Wide", None, None)]


async def test_a_roles_history_says_who_gave_it_to_whom_why_and_until_when(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN", name="Chen Li")
    keeper = await world.member(brand)
    made = await do(
        admin,
        "createRole",
        organisationId=gid("Organisation", brand),
        name="Clerk",
        grants=grants(STOCK),
    )
    key = made["id"]
    whom = {"membershipId": membership(keeper), "roleId": key}
    await do(admin, "giveRole", **whom, validUntil=FAR, reason="Stock-taking")
    await do(admin, "changeRole", roleId=key, name="Clerk", grants=grants(("STOCK_READ", "BRANCH")))
    await do(admin, "takeRole", **whom, reason="Done")
    await do(admin, "retireRole", roleId=key, reason="No more stock")

    of_role = await history(admin, OF_ROLE, key)
    of_person = await history(admin, OF_PERSON, membership(keeper))

    assert [each["action"] for each in of_role] == [
        "RETIRE_ROLE",
        "TAKE_ROLE",
        "CHANGE_ROLE",
        "GIVE_ROLE",
        "CREATE_ROLE",
    ]
    assert {each["actorName"] for each in of_role} == {"Chen Li"}
    assert [each["reason"] for each in of_role] == [
        "No more stock", "Done", None, "Stock-taking", None,
    ]  # fmt: skip
    assert of_role[3]["person"] == of_role[1]["person"] == {"email": keeper.email}
    assert (of_role[3]["given"], of_role[3]["validUntil"]) == ([{"name": "Clerk"}], FAR)
    was, now = ({"scope": scope, "effect": "ALLOW"} for scope in ("ORGANISATION", "BRANCH"))
    assert of_role[2]["differences"] == [{"permission": "STOCK_READ", "one": was, "other": now}]
    assert [(each["action"], each["given"], each["taken"]) for each in of_person] == [
        ("TAKE_ROLE", [], [{"name": "Clerk"}]),
        ("GIVE_ROLE", [{"name": "Clerk"}], []),
    ]


async def test_a_persons_history_names_what_each_assignment_gave_and_took(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    one, other = await role(world, brand, "One", STOCK), await role(world, brand, "Other", PRICES)
    for roles in ([one], [one, other], [other], []):
        ids = [gid("Role", each) for each in roles]
        await do(admin, "assignRoles", membershipId=membership(keeper), roleIds=ids)
    await do(admin, "endMembership", membershipId=membership(keeper))

    await permissions(admin)

    with statements.counting() as sent:
        found = await history(admin, OF_PERSON, membership(keeper))

    names = [
        ([role["name"] for role in each["given"]], [role["name"] for role in each["taken"]])
        for each in found
    ]
    assert names == [([], []), ([], ["Other"]), ([], ["One"]), (["Other"], []), (["One"], [])]
    assert found[0]["action"] == "END_MEMBERSHIP"
    assert len(sent) == 7, sent  # begin, who acts, in reach, entries, roles, people, commit


async def test_history_shows_people_in_reach_and_hides_who_acted_above(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await world.organisation("Shop", "RETAILER", brand)
    sibling = await world.organisation("Sibling", "RETAILER", brand)
    admin = await world.member(brand, "ENTERPRISE_ADMIN", name="Chen Li")
    of_shop = await world.member(shop, "ENTERPRISE_ADMIN")
    of_sibling = await world.member(sibling, "ENTERPRISE_ADMIN")
    keeper, twin = await world.member(shop), await world.member(sibling)
    buyer = world.roles["BUYER"]
    for whom in (keeper, twin):
        await lend(admin, whom, buyer, reason="Orders")
    stranger = await other.member(await other.organisation("B", "BRAND"), "SYSTEM_ADMIN")

    whole = await history(admin, OF_ROLE, gid("Role", buyer))
    part = await history(of_shop, OF_ROLE, gid("Role", buyer))
    own = await history(of_shop, OF_PERSON, membership(keeper))

    assert {each["person"]["email"] for each in whole} == {keeper.email, twin.email}
    assert [each["person"]["email"] for each in part] == [keeper.email]
    assert (own[0]["actorName"], own[0]["reason"]) == (None, "Orders")
    assert whole[0]["actorName"] == "Chen Li"
    for asker, whom in ((of_sibling, keeper), (stranger, keeper), (of_shop, admin)):
        for key in (membership(whom), gid("Membership", new_id())):
            for document in (OF_PERSON, ASSIGNMENTS):
                assert (await asker.ask(document, id=key)).error_codes == ["NOT_FOUND"]
    for key in (gid("Role", buyer), gid("Role", new_id())):
        assert (await stranger.ask(OF_ROLE, id=key)).error_codes == ["NOT_FOUND"]
    assert (await keeper.ask(OF_PERSON, id=membership(keeper))).error_codes == ["FORBIDDEN"]


async def test_every_change_counts_from_the_next_request_in_every_process(world, settings):
    """Two applications that share nothing but the database, both with warm caches."""
    brand = await world.organisation("Brand", "BRAND")
    admin, keeper = await world.member(brand, "ENTERPRISE_ADMIN"), await world.member(brand)
    old, new = await role(world, brand, "Old", STOCK), await role(world, brand, "New", PRICES)
    whom = {"membershipId": membership(keeper)}
    stock, prices = {"STOCK_READ": "ORGANISATION"}, {"PRICE_READ": "ORGANISATION"}
    exchange = {"roleId": gid("Role", old), "replacementRoleId": gid("Role", new)}
    curbed = grants((*PRICES, "DENY"))
    steps = [
        ("giveRole", {**whom, "roleId": gid("Role", old)}, stock),
        ("takeRole", {**whom, "roleId": gid("Role", old)}, {}),
        ("assignRoles", {**whom, "roleIds": [gid("Role", old)]}, stock),
        ("retireRole", {"roleId": gid("Role", old)}, stock),
        ("replaceRole", exchange, prices),
        ("changeRole", {"roleId": gid("Role", new), "name": "New", "grants": curbed}, {}),
        ("changeRole", {"roleId": gid("Role", new), "name": "New", "grants": grants(STOCK)}, stock),
    ]

    async with (
        serving(settings) as address,
        httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS) as client,
    ):
        elsewhere = replace(keeper, world=replace(world, http=client))
        assert await permissions(keeper) == await permissions(elsewhere) == {}
        for command, given, held in steps:
            done = await do(admin, command, **given)
            assert "code" not in done, (command, done)
            assert await permissions(elsewhere) == held, command
            assert await permissions(keeper) == held, command
