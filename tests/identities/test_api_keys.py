"""API keys: software acts for an organisation, as far as the key says and no farther."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.identities.api_keys import make_key, read_key
from app.identities.models import ApiKey
from app.kernel.ids import new_id
from tests.support.api_keys import REVOKE, create, made
from tests.support.people import VIEWER, give, role, sign_in
from tests.support.world import World, gid

KEYS = """query($id: ID!) { apiKeys(organisationId: $id) {
  edges { node { id name usedAt revokedAt } } } }"""
MEMBERS = "query($id: ID!) { members(organisationId: $id) { edges { node { name } } } }"
ROLES = "{ roles(first: 50) { edges { node { name } } } }"
READ = ("ORDER_READ", "ORGANISATION")


@pytest.fixture
async def brand(world):
    return await world.organisation("Brand", "BRAND")


@pytest.fixture
async def admin(world, brand):
    return await world.member(brand, "ENTERPRISE_ADMIN", name="Li Wei")


async def test_a_key_acts_for_its_organisation_with_its_rights_alone(world, brand, admin):
    key = await made(admin, READ, ("MEMBER_READ", "ORGANISATION"))

    seen = (await world.ask(VIEWER, token=key["key"])).data["viewer"]
    denied = await world.ask("{ tradeSchemes { edges { node { id } } } }", token=key["key"])
    members = await world.ask(MEMBERS, token=key["key"], id=gid("Organisation", brand))

    assert seen["name"] == "Shop software"
    assert seen["organisationId"] == gid("Organisation", brand)
    assert seen["permissions"] == [
        {"permission": "MEMBER_READ", "scope": "ORGANISATION"},
        {"permission": "ORDER_READ", "scope": "ORGANISATION"},
    ]
    assert denied.error_codes == ["FORBIDDEN"]
    # Neither the key itself nor its role is a person or a role for people.
    assert members.data["members"]["edges"] == [{"node": {"name": "Li Wei"}}]
    names = [each["node"]["name"] for each in (await admin.ask(ROLES)).data["roles"]["edges"]]
    assert not [name for name in names if name.startswith("API key")]
    (reading,) = [each for each in key["apiKey"]["grants"] if each["permission"] == "ORDER_READ"]
    assert reading == {"permission": "ORDER_READ", "scope": "ORGANISATION", "effect": "ALLOW"}


async def test_what_a_key_does_stands_under_its_name_in_the_trail(world, brand, admin):
    key = await made(admin, ("MEMBER_WRITE", "ORGANISATION"), name="HR software")
    given = {
        "organisationId": gid("Organisation", brand),
        "name": "New colleague",
        "email": f"{new_id().hex}@example.com",
        "initialPassword": "a long password",
        "roleIds": [],
    }

    answer = await world.ask(
        "mutation($i: AddMemberInput!) { addMember(input: $i) { ... on Membership { name } } }",
        token=key["key"],
        i=given,
    )

    assert answer.data["addMember"]["name"] == "New colleague"
    columns = AuditEntry.actor_name, AuditEntry.actor_organisation_id, AuditEntry.address
    statement = select(*columns).where(AuditEntry.action == "ADD_MEMBER")
    (entry,) = await world.run(lambda work: work.session.execute(statement))
    assert tuple(entry) == ("HR software", brand, "127.0.0.1")


async def test_nobody_makes_a_key_for_more_than_they_may(world, brand):
    keeper = await role(
        world, brand, "Keeper", ("API_KEY_WRITE", "ORGANISATION"), ("ORDER_READ", "ASSIGNED")
    )
    person = await world.member(brand)
    await give(world, person, keeper)

    wider = (await create(person, READ)).data["createApiKey"]
    other = (await create(person, ("STOCK_READ", "ORGANISATION"))).data["createApiKey"]
    own = await made(person, ("ORDER_READ", "ASSIGNED"))

    assert [wider["code"], other["code"]] == ["GRANT_BEYOND_OWN"] * 2
    assert own["key"].startswith("trib_")


@pytest.mark.parametrize(
    ("rights", "more", "expected"),
    [
        ([("APPROVAL_DECIDE", "ORGANISATION")], {}, "NOT_FOR_KEYS"),
        ([("API_KEY_WRITE", "ORGANISATION")], {}, "NOT_FOR_KEYS"),
        ([("ORDER_READ", "TENANT")], {}, "SCOPE_NOT_ALLOWED"),
        ([], {}, "INVALID"),
        ([READ], {"name": " "}, "INVALID"),
        ([READ], {"expiresAt": "2020-01-01T00:00:00Z"}, "INVALID"),
        ([READ], {"expiresAt": "2099-01-01T00:00:00Z"}, "INVALID"),
        ([READ], {"relationshipIds": [gid("TradingRelationship", new_id())]}, "NOT_FOR_KEYS"),
        (
            [("ORDER_READ", "ASSIGNED")],
            {"relationshipIds": [gid("TradingRelationship", new_id())]},
            "NOT_FOUND",
        ),
    ],
)
async def test_what_makes_no_key(admin, world, rights, more, expected):
    answer = await create(admin, *rights, **more)

    codes = answer.error_codes or [answer.data["createApiKey"]["code"]]
    assert codes == [expected]
    assert (await world.run(lambda work: work.session.scalars(select(ApiKey)))).all() == []


async def test_a_key_for_relationships_sees_those_alone(world, brand, admin):
    shops = [await world.organisation(f"Shop {n}", "RETAILER", brand) for n in range(2)]
    here, elsewhere = [await world.relationship(brand, shop) for shop in shops]
    key = await made(
        admin,
        ("RELATIONSHIP_READ", "ASSIGNED"),
        relationshipIds=[gid("TradingRelationship", here)],
    )

    seen = await world.ask(
        "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }",
        token=key["key"],
        ids=[gid("TradingRelationship", here), gid("TradingRelationship", elsewhere)],
    )

    assert seen.data["nodes"] == [{"__typename": "TradingRelationship"}, None]
    assert key["apiKey"]["relationshipIds"] == [gid("TradingRelationship", here)]


async def test_a_revoked_key_is_good_for_nothing_at_once(world, brand, admin):
    key, other = await made(admin, READ), await made(admin, READ)

    answers = [await admin.ask(REVOKE, input={"apiKeyId": key["apiKey"]["id"]}) for _ in range(2)]

    assert all(answer.data["revokeApiKey"]["revokedAt"] for answer in answers)
    assert (await world.ask(VIEWER, token=key["key"])).error_codes == ["UNAUTHENTICATED"]
    assert (await world.ask(VIEWER, token=other["key"])).error_codes == []


async def test_an_expired_key_is_good_for_nothing(world, admin):
    key = await made(admin, READ)
    row = ApiKey.prefix == key["apiKey"]["prefix"]
    await world.run(
        lambda work: work.session.execute(update(ApiKey).where(row).values(expires_at=work.now))
    )

    assert (await world.ask(VIEWER, token=key["key"])).error_codes == ["UNAUTHENTICATED"]


async def test_a_key_is_shown_once_and_stored_as_a_hash(world, brand, admin):
    first = await create(admin, READ, idempotencyKey="k1", expiresAt=soon())
    expires = first.data["createApiKey"]["apiKey"]["expiresAt"]
    again = await create(admin, READ, idempotencyKey="k1", expiresAt=expires)

    made_once, repeated = first.data["createApiKey"], again.data["createApiKey"]
    assert repeated == made_once | {"key": None}
    rows = await world.run(lambda work: work.session.scalars(select(ApiKey)))
    (row,) = rows.all()
    assert made_once["key"].startswith(f"{row.prefix}_")
    cells = [str(getattr(row, column.key)) for column in ApiKey.__table__.columns]
    assert made_once["key"] not in cells
    assert made_once["key"].removeprefix(f"{row.prefix}_") not in cells


async def test_the_last_use_is_noted_seldom(world, brand, admin, statements):
    key = await made(admin, READ)

    with statements.counting() as first:
        await world.ask(VIEWER, token=key["key"])
    with statements.counting() as second:
        await world.ask(VIEWER, token=key["key"])

    # (begin, key with its roles, rights, commit) and (begin, note, commit); then without the note,
    # and the rights are known.
    assert (len(first), len(second)) == (4 + 3, 3)
    shown = await admin.ask(KEYS, id=gid("Organisation", brand))
    (row,) = shown.data["apiKeys"]["edges"]
    assert row["node"]["usedAt"] is not None


async def test_a_key_is_no_person(world, admin):
    key = await made(admin, READ)

    sign_out = await world.ask("mutation { signOut { ok } }", token=key["key"])
    sessions = await world.ask("{ mySessions { id } }", token=key["key"])
    empty = await sign_in(world, "", "a long password")

    assert sign_out.error_codes == sessions.error_codes == ["UNAUTHENTICATED"]
    assert empty["code"] == "WRONG_CREDENTIALS"


async def test_keys_are_seen_and_revoked_within_reach_alone(world, brand, admin, database, http):
    key = await made(admin, READ)
    other = await World.create(database, http, world.settings)
    foreign = await other.member(await other.organisation("Brand", "BRAND"), "ENTERPRISE_ADMIN")
    sibling = await world.member(
        await world.organisation("Sibling", "DISTRIBUTOR"), "ENTERPRISE_ADMIN"
    )

    for stranger in (foreign, sibling):
        denied = await stranger.ask(REVOKE, input={"apiKeyId": key["apiKey"]["id"]})
        unknown = await stranger.ask(REVOKE, input={"apiKeyId": gid("ApiKey", new_id())})
        assert denied.body["errors"][0]["message"] == unknown.body["errors"][0]["message"]
        assert (await stranger.ask(KEYS, id=gid("Organisation", brand))).error_codes == [
            "NOT_FOUND"
        ]
    assert (await world.ask(VIEWER, token=key["key"])).error_codes == []


async def test_a_key_cannot_be_given_roles_nor_ended_as_a_member(admin, world):
    key = await made(admin, READ)
    as_member = {"membershipId": key["apiKey"]["membershipId"]}

    roles = await admin.ask(
        "mutation($i: AssignRolesInput!) { assignRoles(input: $i) { __typename } }",
        i=as_member | {"roleIds": [gid("Role", world.roles["ENTERPRISE_ADMIN"])]},
    )
    end = await admin.ask(
        "mutation($i: EndMembershipInput!) { endMembership(input: $i) { __typename } }", i=as_member
    )

    assert roles.error_codes == end.error_codes == ["NOT_FOUND"]


def test_a_text_that_we_have_not_made_is_no_key():
    secret, tenant, key_id = "the secret of an installation", new_id(), new_id()
    made_key = make_key(secret, tenant, key_id)

    read = read_key(secret, made_key.text)
    assert (read.tenant_id, read.key_id, read.hash) == (tenant, key_id, made_key.hash)
    assert read_key("another secret", made_key.text) is None
    changed = [
        f"{made_key.text[:n]}{'A' if c != 'A' else 'B'}{made_key.text[n + 1 :]}"
        for n, c in enumerate(made_key.text)
    ]
    assert [read_key(secret, each) for each in changed if each.startswith("trib_")] == [None] * (
        len(changed) - len("trib_")
    )
    for text in ("trib_", "trib_é_x", "trib__", "trib_a_!!", f"trib_{'A' * 9_000}"):
        assert read_key(secret, text) is None


def soon():
    return (datetime.now(UTC) + timedelta(days=1)).isoformat()
