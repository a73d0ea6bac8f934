"""Who joins by a provider, who may still come by password, and what a second factor does there."""

from base64 import b32decode
from datetime import UTC, datetime

import pytest
from sqlalchemy import select

from app.identities.sealing import SealBroken, Sealer
from app.identities.second_factor import code_at, step_of
from app.kernel.ids import new_id
from app.rbac.models import Membership
from tests.support.letters import token_to
from tests.support.people import ACT_AS, REFRESH, membership, sign_in, with_password
from tests.support.provided import (
    ADD,
    BEGIN,
    CHANGE,
    FORGET,
    RETIRE,
    added,
    ask,
    came,
    terms,
    why,
)
from tests.support.world import PASSWORD, gid

REFUSED = {"code": "PROVIDER_SIGN_IN_REFUSED", "field": "code"}
VIEWER = "{ viewer { name } }"
INVITE = """mutation($input: InviteMemberInput!) { inviteMember(input: $input) {
  ... on Invitation { id } ... on Refusal { code } } }"""
END = """mutation($input: EndMembershipInput!) { endMembership(input: $input) {
  ... on Membership { endedAt } ... on Refusal { code } } }"""
BEGIN_FACTOR = """mutation($input: BeginSecondFactorInput!) { beginSecondFactor(input: $input) {
  ... on SecondFactorSecret { secret } } }"""
CONFIRM = """mutation($input: SecondFactorCodeInput!) { confirmSecondFactor(input: $input) {
  ... on SecondFactorConfirmed { recoveryCodes } ... on Refusal { code } } }"""
FINISH_FACTOR = """mutation($input: FinishSignInInput!) { finishSignIn(input: $input) {
  ... on SignedIn { accessToken actingIn { organisationName } } ... on Refusal { code } } }"""


async def test_newcomers_join_by_an_invitation_or_by_the_role_that_the_provider_names(
    world, brand, admin, person, provider
):
    entrance = await added(admin, provider)
    email = f"{new_id().hex}@example.com"
    provider.claims = {"sub": new_id().hex, "email": email, "name": "Wang Fang"}
    assert await came(world, entrance, provider) == REFUSED
    given = {"organisationId": gid("Organisation", brand), "name": "W", "roleIds": []}
    await ask(world, INVITE, admin.token, email=email, **given)
    token = await token_to(world, email)

    provider.claims["email"] = f"{new_id().hex}@example.com"
    assert await came(world, entrance, provider, invitationToken=token) == REFUSED
    provider.claims["email"] = email
    joined = await came(world, entrance, provider, invitationToken=token)
    role = gid("Role", world.roles["BUYER"])
    joining = terms(organisationId=gid("Organisation", brand), roleId=role, clientSecret=None)
    changed = await ask(world, CHANGE, admin.token, providerId=entrance["id"], terms=joining)
    provider.claims = {"sub": new_id().hex, "email": f"{new_id().hex}@example.com"}
    newcomer = await came(world, entrance, provider)
    viewer = "{ viewer { name permissions { permission } } }"
    may = (await world.ask(viewer, token=newcomer["accessToken"])).data["viewer"]

    assert joined["actingIn"] == {"organisationName": "Brand"}
    assert (changed["hasSecret"], changed["organisation"]) == (True, {"name": "Brand"})
    assert may["name"] == provider.claims["email"]
    assert "ORDER_PLACE" in [each["permission"] for each in may["permissions"]]
    ended = await ask(world, END, admin.token, membershipId=await _membership_of(world, may))
    assert ended["endedAt"]
    assert await came(world, entrance, provider) == REFUSED
    provider.claims["sub"] = new_id().hex
    assert await came(world, entrance, provider) == REFUSED
    assert await why(admin) == "whoever had the address has left"


async def test_where_passwords_are_not_taken_only_who_runs_the_network_comes_by_one(
    world, admin, person, provider
):
    entrance = await added(admin, provider)
    for each in (person, admin):
        await with_password(world, each)
    before = await sign_in(world, person.email)
    closed = terms(allowsPasswords=False)
    await ask(world, CHANGE, admin.token, providerId=entrance["id"], terms=closed)

    after, kept = await sign_in(world, person.email), await sign_in(world, admin.email)
    refreshed = await ask(world, REFRESH, refreshToken=before["refreshToken"])
    place = {"membershipId": membership(person)}
    chosen = await world.ask(ACT_AS, token=after["accessToken"], input=place)
    by_company = await came(world, entrance, provider)

    assert before["actingIn"]["organisationName"] == "Brand"
    assert (after["actingIn"], refreshed["actingIn"]) == (None, None)
    assert chosen.data["actAs"]["code"] == "PROVIDER_SIGN_IN_REQUIRED"
    assert kept["actingIn"]["organisationName"] == "Brand"
    assert by_company["actingIn"] == {"organisationName": "Brand"}
    retired = await ask(world, RETIRE, admin.token, providerId=entrance["id"])
    assert (retired["retiredAt"] is None, retired["hasSecret"]) == (False, False)
    ended = await world.ask(VIEWER, token=by_company["accessToken"])
    assert ended.error_codes == ["UNAUTHENTICATED"]
    assert (await ask(world, BEGIN, token=entrance["token"]))["code"] == "LINK_NOT_VALID"
    assert (await sign_in(world, person.email))["actingIn"]["organisationName"] == "Brand"


async def test_a_second_factor_is_asked_for_unless_the_network_trusts_the_provider_to(
    world, admin, person, provider
):
    await with_password(world, person)
    here = await sign_in(world, person.email)
    begun = await ask(world, BEGIN_FACTOR, here["accessToken"], password=PASSWORD)
    secret, step = b32decode(begun["secret"]), step_of(datetime.now(UTC))
    await ask(world, CONFIRM, here["accessToken"], code=code_at(secret, step))
    entrance = await added(admin, provider)

    provider.claims["amr"] = ["pwd", "mfa"]
    half = await came(world, entrance, provider)
    whole = await ask(world, FINISH_FACTOR, token=half["token"], code=code_at(secret, step + 1))
    trusting = terms(trustsSecondFactor=True)
    await ask(world, CHANGE, admin.token, providerId=entrance["id"], terms=trusting)
    trusted = await came(world, entrance, provider)
    provider.claims["amr"] = ["pwd"]
    asked = await came(world, entrance, provider)

    assert whole["actingIn"] == trusted["actingIn"] == {"organisationName": "Brand"}
    refused = await world.ask("{ mySessions { id } }", token=whole["accessToken"])
    assert refused.error_codes == ["UNAUTHENTICATED"]
    assert "token" in asked


async def test_an_address_given_to_somebody_new_opens_nothing_until_the_link_is_forgotten(
    world, admin, person, provider
):
    entrance = await added(admin, provider)
    first = await came(world, entrance, provider)
    provider.claims["sub"] = new_id().hex
    assert await came(world, entrance, provider) == REFUSED
    assert await why(admin) == "the person is linked to another account of the provider"
    await ask(world, FORGET, admin.token, membershipId=membership(person))

    ended = await world.ask(VIEWER, token=first["accessToken"])
    assert ended.error_codes == ["UNAUTHENTICATED"]
    assert "accessToken" in await came(world, entrance, provider)


async def test_a_provider_is_kept_with_sense_and_by_who_runs_the_network(
    world, brand, admin, person, provider
):
    key, issuer = {"idempotencyKey": new_id().hex}, {"issuer": provider.issuer}
    forbidden = await person.ask(ADD, input={**key, **issuer, "terms": terms()})
    nonsense = [
        ({"issuer": "https://10.0.0.1"}, {}),
        ({"issuer": f"{provider.issuer}?a=b"}, {}),
        (issuer, {"domains": []}),
        (issuer, {"domains": ["no domain"]}),
        (issuer, {"clientId": ""}),
        (issuer, {"organisationId": gid("Organisation", brand)}),
    ]
    answers = [
        await admin.ask(ADD, input={**key, **where, "terms": terms(**more)})
        for where, more in nonsense
    ]
    twice = [await ask(world, ADD, admin.token, **key, **issuer, terms=terms()) for _ in range(2)]
    others = [await added(admin, provider) for _ in range(10)]

    assert forbidden.error_codes == ["FORBIDDEN"]
    assert [answer.error_codes for answer in answers] == [["INVALID"]] * len(nonsense)
    assert twice[0] == twice[1]
    assert [each.get("code") for each in others] == [None] * 9 + ["TOO_MANY_PROVIDERS"]


def test_what_is_sealed_opens_in_its_place_by_its_secret_only():
    place, sealer = new_id(), Sealer("a secret of the installation's own")
    kept = sealer.seal(place, "hüsh")

    assert sealer.open(place, kept) == "hüsh"
    assert sealer.seal(place, "hüsh") != kept
    changed = [kept[:at] + ("A" if kept[at] != "A" else "B") + kept[at + 1 :] for at in (0, 20, 40)]
    broken = [(sealer, new_id(), kept), (Sealer("another"), place, kept), (sealer, place, "short")]
    for opener, where, sealed in broken + [(sealer, place, each) for each in changed]:
        with pytest.raises(SealBroken):
            opener.open(where, sealed)


async def _membership_of(world, viewer):
    found = select(Membership.id).where(Membership.name == viewer["name"])
    return gid("Membership", await world.run(lambda work: work.session.scalar(found)))
