from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from sqlalchemy import update

from app.identities import passwords
from app.identities.models import RefreshToken, TenantAccess
from app.identities.tokens import AccessClaims, TokenKeys, hash_of
from app.kernel.ids import new_id
from app.rbac.operations import add_membership
from tests.support.people import ACT_AS, REFRESH, VIEWER, membership, sign_in, with_password
from tests.support.world import PASSWORD, World, gid

SIGN_OUT = "mutation { signOut { ok } }"


async def works_in(world, person, organisation, role="BUYER"):
    """Give a person of any tenant a membership in this world's organisation."""

    async def join(work):
        await work.session.merge(
            TenantAccess(identity_id=person.identity_id, tenant_id=world.tenant_id)
        )
        await work.session.flush()
        row = await add_membership(
            work, person.identity_id, organisation, "Li Wei", person.email, [world.roles[role]]
        )
        return row.id

    return await world.run(join)


async def refresh(world, token, bearer=None):
    answer = await world.ask(REFRESH, token=bearer, input={"refreshToken": token})
    return answer.data["refreshTokens"]


async def viewer_codes(world, token):
    return (await world.ask(VIEWER, token=token)).error_codes


async def test_with_one_membership_the_tokens_act_in_it_at_once(world, statements):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))

    with statements.counting() as sent:
        signed_in = await sign_in(world, f" {person.email.upper()} ")

    assert signed_in["actingIn"]["membershipId"] == membership(person)
    assert signed_in["memberships"] == [
        {
            "membershipId": membership(person),
            "tenantName": "Riverside network",
            "organisationId": gid("Organisation", brand),
            "organisationName": "Brand",
        }
    ]
    seen = await world.ask(VIEWER, token=signed_in["accessToken"])
    assert seen.data["viewer"]["organisationId"] == gid("Organisation", brand)
    # (begin, lock counters, count, credentials, commit) and (begin, settle, second factor?,
    # tenants, [enter, memberships, leave] for the one tenant, session, staff?, refresh token,
    # commit)
    assert len(sent) == 5 + 11


async def test_memberships_over_tenants_are_listed_and_one_is_chosen(
    world, database, http, settings
):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    shop = await other.organisation("Shop", "RETAILER")
    person = await with_password(world, await world.member(brand, "BUYER"))
    second = await works_in(other, person, shop)

    signed_in = await sign_in(world, person.email)
    chosen = await world.ask(
        ACT_AS,
        token=signed_in["accessToken"],
        input={"membershipId": gid("Membership", second)},
    )

    assert signed_in["actingIn"] is None
    assert [place["organisationName"] for place in signed_in["memberships"]] == ["Brand", "Shop"]
    assert chosen.data["actAs"]["actingIn"]["organisationName"] == "Shop"
    token = chosen.data["actAs"]["accessToken"]
    seen = await world.ask(VIEWER, token=token)
    assert seen.data["viewer"]["organisationId"] == gid("Organisation", shop)
    back = await world.ask(ACT_AS, token=token, input={"membershipId": membership(person)})
    assert back.data["actAs"]["actingIn"]["organisationName"] == "Brand"


async def test_nobody_acts_in_a_membership_of_somebody_else(world, database, http, settings):
    other = await World.create(database, http, settings)
    brand = await world.organisation("Brand", "BRAND")
    person, colleague = await world.member(brand, "BUYER"), await world.member(brand, "BUYER")
    stranger = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")

    ids = [membership(colleague), membership(stranger), gid("Membership", new_id())]
    answers = [await person.ask(ACT_AS, input={"membershipId": item}) for item in ids]

    assert [answer.error_codes for answer in answers] == [["NOT_FOUND"]] * 3
    assert len({answer.body["errors"][0]["message"] for answer in answers}) == 1


async def test_a_wrong_password_and_an_unknown_email_are_answered_alike(world):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))

    wrong = await sign_in(world, person.email, "not the password")
    unknown = await sign_in(world, "nobody@example.com", PASSWORD)
    senseless = await sign_in(world, "no address", PASSWORD)

    assert wrong == unknown == senseless
    assert wrong["code"] == "WRONG_CREDENTIALS"


async def test_an_unknown_email_costs_the_same_work(world, monkeypatch):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))
    verified = []

    class Counting(PasswordHasher):
        def verify(self, hashed, password):
            verified.append(hashed.partition("$m=")[2].partition("$")[0])
            return super().verify(hashed, password)

    counting = Counting(time_cost=2, memory_cost=19 * 1024, parallelism=1)
    monkeypatch.setattr(passwords, "_HASHER", counting)

    await sign_in(world, person.email, "not the password")
    await sign_in(world, "nobody@example.com", "not the password")

    assert len(verified) == 2
    assert verified[0] == verified[1]


async def test_a_stale_token_in_the_header_does_not_hinder_a_sign_in(world):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))

    signed_in = await sign_in(world, person.email, token="garbage")
    again = await refresh(world, signed_in["refreshToken"], bearer="garbage")

    assert again["actingIn"]["membershipId"] == membership(person)


async def test_a_refresh_token_is_good_once_and_its_reuse_ends_the_sign_in(world):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))
    first = await sign_in(world, person.email)
    elsewhere = await sign_in(world, person.email)

    second = await refresh(world, first["refreshToken"])
    assert await viewer_codes(world, second["accessToken"]) == []
    reused = await refresh(world, first["refreshToken"])

    assert reused["code"] == "REFRESH_TOKEN_SPENT"
    for token in (first["accessToken"], second["accessToken"]):
        assert await viewer_codes(world, token) == ["UNAUTHENTICATED"]
    assert (await refresh(world, second["refreshToken"]))["code"] == "REFRESH_TOKEN_SPENT"
    assert await viewer_codes(world, elsewhere["accessToken"]) == []


async def test_an_unknown_or_expired_refresh_token_is_refused(world):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))
    signed_in = await sign_in(world, person.email)

    async def age(work):
        await work.session.execute(
            update(RefreshToken)
            .where(RefreshToken.token_hash == hash_of(signed_in["refreshToken"]))
            .values(expires_at=work.now)
        )

    await world.run(age)
    expired = await refresh(world, signed_in["refreshToken"])
    unknown = await refresh(world, "never given out")

    assert expired == unknown
    assert expired["code"] == "REFRESH_TOKEN_SPENT"
    assert await viewer_codes(world, signed_in["accessToken"]) == []


async def test_after_signing_out_no_token_of_the_sign_in_is_good(world):
    brand = await world.organisation("Brand", "BRAND")
    person = await with_password(world, await world.member(brand, "BUYER"))
    signed_in = await sign_in(world, person.email)

    answer = await world.ask(SIGN_OUT, token=signed_in["accessToken"])

    assert answer.data["signOut"]["ok"] is True
    assert await viewer_codes(world, signed_in["accessToken"]) == ["UNAUTHENTICATED"]
    assert (await refresh(world, signed_in["refreshToken"]))["code"] == "REFRESH_TOKEN_SPENT"
    again = await world.ask(SIGN_OUT, token=signed_in["accessToken"])
    assert again.error_codes == ["UNAUTHENTICATED"]


@pytest.mark.parametrize("mutation", [SIGN_OUT, ACT_AS])
async def test_without_a_token_nobody_signs_out_or_chooses(world, mutation):
    given = {"input": {"membershipId": gid("Membership", new_id())}} if "input" in mutation else {}

    answer = await world.ask(mutation, **given)

    assert answer.error_codes == ["UNAUTHENTICATED"]


async def test_after_the_membership_ended_a_refresh_acts_nowhere(world):
    brand = await world.organisation("Brand", "BRAND")
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    person = await with_password(world, await world.member(brand, "BUYER"))
    signed_in = await sign_in(world, person.email)

    await admin.ask(
        "mutation($i: EndMembershipInput!) { endMembership(input: $i) { __typename } }",
        i={"membershipId": membership(person)},
    )

    assert await viewer_codes(world, signed_in["accessToken"]) == ["UNAUTHENTICATED"]
    again = await refresh(world, signed_in["refreshToken"])
    assert again["actingIn"] is None
    assert again["memberships"] == []


async def test_expired_garbled_and_foreign_tokens_are_no_sign_in(world, settings):
    brand = await world.organisation("Brand", "BRAND")
    person = await world.member(brand, "BUYER")
    claims = AccessClaims(
        person.identity_id, person.session_id, world.tenant_id, person.membership_id
    )
    hour = timedelta(hours=1)
    foreign = TokenKeys("another secret that is long enough, too", hour, hour)
    others_session = AccessClaims(
        person.identity_id, new_id(), world.tenant_id, person.membership_id
    )
    tokens = {
        "expired": world.signed_in(person, -hour).token,
        "garbled": person.token[:-4] + "AAAA",
        "not a token": "x",
        "other secret": foreign.sign(claims, datetime.now(UTC)),
        "no such session": TokenKeys(settings.secret, hour, hour).sign(
            others_session, datetime.now(UTC)
        ),
    }

    codes = {name: await viewer_codes(world, token) for name, token in tokens.items()}

    assert codes == {name: ["UNAUTHENTICATED"] for name in tokens}


async def test_a_token_cannot_name_a_membership_of_another_tenant(world, database, http, settings):
    other = await World.create(database, http, settings)
    person = await world.member(await world.organisation("Brand", "BRAND"), "BUYER")
    stranger = await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")
    hour = timedelta(hours=1)
    claims = AccessClaims(
        person.identity_id, person.session_id, world.tenant_id, stranger.membership_id
    )

    codes = await viewer_codes(
        world, TokenKeys(settings.secret, hour, hour).sign(claims, datetime.now(UTC))
    )

    assert codes == ["UNAUTHENTICATED"]
