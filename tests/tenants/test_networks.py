import pytest

from tests.support.people import (
    REFRESH,
    VIEWER,
    permissions,
    sign_in,
    with_password,
)
from tests.support.world import PASSWORD, Person, World, gid

CREATE = """
mutation($input: CreateTenantInput!) { createTenant(input: $input) {
  ... on Tenant { id slug name status timeZone currency }
  ... on Refusal { code field message }
} }
"""
SUSPEND = """
mutation($input: SuspendTenantInput!) { suspendTenant(input: $input) {
  ... on Tenant { id status }
} }
"""
RESUME = """
mutation($input: ResumeTenantInput!) { resumeTenant(input: $input) {
  ... on Tenant { id status }
} }
"""
TENANTS = """
query($first: Int!, $after: String) { tenants(first: $first, after: $after) {
  pageInfo { hasNextPage endCursor } edges { node { slug } }
} }
"""


def network(world, **changes):
    slug = f"n{world.tenant_id.hex[-30:]}"
    administrator = {
        "name": "Li Wei",
        "email": f"Li.Wei@{slug}.example",
        "initialPassword": PASSWORD,
    }
    return {
        "slug": slug,
        "name": "Lakeside network",
        "timeZone": "Asia/Shanghai",
        "currency": "CNY",
        "organisationName": "Lakeside Foods",
        "administrator": administrator,
    } | changes


async def test_founding_a_network_lets_its_administrator_work_at_once(world, statements):
    staff = await world.member(None)

    with statements.counting() as sent:
        answer = await staff.ask(CREATE, input=network(world))

    created = answer.data["createTenant"]
    assert (created["status"], created["currency"]) == ("ACTIVE", "CNY")
    signed_in = await sign_in(world, network(world)["administrator"]["email"])
    assert signed_in["actingIn"]["organisationName"] == "Lakeside Foods"
    first = Person(world, None, None, None, None, signed_in["accessToken"], "")
    held = await permissions(first)
    assert held["TENANT_SETTINGS"] == "TENANT"
    assert held["PRICE_WRITE"] == "BRANCH"
    assert "TENANT_MANAGE" not in held
    trail = await first.ask("{ auditTrail { edges { node { action actorName subjectId } } } }")
    assert {"action": "CREATE_TENANT", "subjectId": created["id"]}.items() <= (
        trail.data["auditTrail"]["edges"][0]["node"].items()
    )
    # begin, staff, tenant, identity, enter, 2 of roles, 3 of the root, access, 2 of the member,
    # trail, leave, commit
    assert len(sent) == 16


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timeZone": "Asia/Atlantis"}, "timeZone"),
        ({"timeZone": ""}, "timeZone"),
        ({"currency": "XXZ"}, "currency"),
        ({"currency": "cny"}, "currency"),
        ({"slug": "Not a slug"}, "slug"),
        ({"name": " "}, "name"),
        ({"organisationName": ""}, "organisationName"),
    ],
)
async def test_a_network_that_makes_no_sense_is_not_founded(world, changes, field):
    staff = await world.member(None)

    answer = await staff.ask(CREATE, input=network(world, **changes))

    assert answer.error_codes == ["INVALID"]
    assert answer.body["errors"][0]["extensions"]["field"] == field
    assert (await staff.ask(CREATE, input=network(world))).data["createTenant"]["slug"]


async def test_a_short_name_is_given_once(world):
    staff = await world.member(None)
    await staff.ask(CREATE, input=network(world))

    answer = await staff.ask(CREATE, input=network(world))

    assert answer.data["createTenant"]["code"] == "TENANT_SLUG_TAKEN"


async def test_a_weak_password_founds_nothing(world):
    staff = await world.member(None)
    weak = network(world)["administrator"] | {"initialPassword": "short"}

    answer = await staff.ask(CREATE, input=network(world, administrator=weak))

    assert answer.data["createTenant"]["code"] == "WEAK_PASSWORD"
    assert (await staff.ask(CREATE, input=network(world))).data["createTenant"]["slug"]


async def test_nobody_inside_a_tenant_does_the_platforms_work(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "SYSTEM_ADMIN", "ENTERPRISE_ADMIN")
    tenant = {"tenantId": gid("Tenant", world.tenant_id)}

    answers = [
        await admin.ask(CREATE, input=network(world)),
        await admin.ask(SUSPEND, input={**tenant, "reason": "?"}),
        await admin.ask(RESUME, input=tenant),
        await admin.ask(TENANTS, first=1),
    ]

    assert [answer.error_codes for answer in answers] == [["FORBIDDEN"]] * 4
    assert (await admin.ask(VIEWER)).error_codes == []


async def test_in_a_suspended_network_nobody_works_until_it_is_resumed(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    staff = await world.member(None)
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))
    neighbour = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")
    signed_in = await sign_in(world, person.email)
    tenant = {"tenantId": gid("Tenant", world.tenant_id)}

    answer = await staff.ask(SUSPEND, input={**tenant, "reason": "unpaid"})

    assert answer.data["suspendTenant"]["status"] == "SUSPENDED"
    refused = await person.ask(VIEWER)
    assert refused.error_codes == ["UNAUTHENTICATED"]
    assert "suspended" in refused.body["errors"][0]["message"]
    assert (await neighbour.ask(VIEWER)).error_codes == []
    refreshed = await world.ask(REFRESH, input={"refreshToken": signed_in["refreshToken"]})
    assert refreshed.data["refreshTokens"]["memberships"] == []
    await staff.ask(RESUME, input=tenant)
    assert (await person.ask(VIEWER)).error_codes == []


async def test_suspending_what_is_no_tenant_is_not_found(world):
    staff = await world.member(None)

    answer = await staff.ask(
        SUSPEND, input={"tenantId": gid("Tenant", staff.identity_id), "reason": "?"}
    )

    assert answer.error_codes == ["NOT_FOUND"]


async def test_tenants_are_paged_by_short_name(world, database, http, settings):
    await World.create(database, http, settings)
    staff = await world.member(None)

    first = (await staff.ask(TENANTS, first=1)).data["tenants"]
    rest = (await staff.ask(TENANTS, first=100, after=first["pageInfo"]["endCursor"])).data

    slugs = [edge["node"]["slug"] for edge in first["edges"] + rest["tenants"]["edges"]]
    assert first["pageInfo"]["hasNextPage"] is True
    assert slugs == sorted(slugs)
