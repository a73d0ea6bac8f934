"""A second factor: the RFC's own numbers, each code once, and a way back for who lost it."""

import asyncio
from base64 import b32decode
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.identities.models import RecoveryCode, SecondFactor
from app.identities.second_factor import code_at, matching_step, step_of
from app.kernel.ids import new_id
from tests.support.letters import delivered, token_in
from tests.support.people import ACT_AS, REFRESH, VIEWER, membership, sign_in, with_password
from tests.support.world import PASSWORD, World, gid

RFC_SECRET = b"12345678901234567890"
BEGIN = """mutation($input: BeginSecondFactorInput!) { beginSecondFactor(input: $input) {
  ... on SecondFactorSecret { secret uri } ... on Refusal { code } } }"""
CONFIRM = """mutation($input: SecondFactorCodeInput!) { confirmSecondFactor(input: $input) {
  ... on SecondFactorConfirmed { recoveryCodes } ... on Refusal { code } } }"""
REMOVE = """mutation($input: SecondFactorCodeInput!) { removeSecondFactor(input: $input) {
  ... on SecondFactorRemoved { ok } ... on Refusal { code } } }"""
SIGN_IN = """mutation($input: SignInInput!) { signIn(input: $input) {
  ... on SecondStepNeeded { token } ... on SignedIn { accessToken } ... on Refusal { code } } }"""
FINISH = """mutation($input: FinishSignInInput!) { finishSignIn(input: $input) {
  ... on SignedIn { accessToken refreshToken actingIn { organisationName } }
  ... on Refusal { code field } } }"""
ALLOW = """mutation($input: AllowSecondFactorResetInput!) {
  allowSecondFactorReset(input: $input) { ... on SecondFactorResetAllowed { ok } } }"""
RESET = """mutation($input: ResetSecondFactorInput!) { resetSecondFactor(input: $input) {
  ... on SecondFactorRemoved { ok } ... on Refusal { code } } }"""
REQUIRE = """mutation($input: RequireSecondFactorInput!) { requireSecondFactor(input: $input) {
  ... on SecondFactorRequirement { roles { name } } ... on Refusal { code } } }"""
WRONG = {"code": "WRONG_CODE", "field": "code"}


@pytest.fixture
async def brand(world):
    return await world.organisation("Brand", "BRAND")


@pytest.fixture
async def person(world, brand):
    return await with_password(world, await world.member(brand, "BUYER"))


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "94287082"),
        (1111111109, "07081804"),
        (1111111111, "14050471"),
        (1234567890, "89005924"),
        (2000000000, "69279037"),
        (20000000000, "65353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    # Of its eight digits the last six are ours.
    assert code_at(RFC_SECRET, step_of(datetime.fromtimestamp(seconds, UTC))) == code[2:]


def test_a_neighbouring_half_minute_is_good_and_one_used_up_is_not():
    now = datetime(2026, 11, 22, tzinfo=UTC)
    step = step_of(now)
    codes = {offset: code_at(RFC_SECRET, step + offset) for offset in (-2, -1, 0, 1, 2)}

    found = {offset: matching_step(RFC_SECRET, code, now, None) for offset, code in codes.items()}

    assert found == {-2: None, -1: step - 1, 0: step, 1: step + 1, 2: None}
    assert matching_step(RFC_SECRET, codes[0], now, step) is None
    assert matching_step(RFC_SECRET, codes[1], now, step) == step + 1


async def ask(world, document, bearer=None, **given):
    answer = await world.ask(document, token=bearer, input=given)
    (found,) = answer.data.values()
    return found


async def enrolled(world, person):
    """Set a second factor up; returns its secret and the codes to fall back on."""
    here = await sign_in(world, person.email)
    begun = await ask(world, BEGIN, here["accessToken"], password=PASSWORD)
    secret = b32decode(begun["secret"])
    done = await ask(world, CONFIRM, here["accessToken"], code=code_at(secret, present()))
    return here, secret, done["recoveryCodes"]


def present():
    return step_of(datetime.now(UTC))


async def half(world, person):
    found = await ask(world, SIGN_IN, email=person.email, password=PASSWORD)
    return found["token"]


async def finish(world, person, code, token=None):
    return await ask(world, FINISH, token=token or await half(world, person), code=code)


async def test_who_has_a_second_factor_signs_in_in_two_steps(world, person):
    here = await sign_in(world, person.email)
    begun = await ask(world, BEGIN, here["accessToken"], password=PASSWORD)
    unconfirmed = await ask(world, SIGN_IN, email=person.email, password=PASSWORD)
    secret, step = b32decode(begun["secret"]), present()

    done = await ask(world, CONFIRM, here["accessToken"], code=code_at(secret, step))
    token = await half(world, person)
    used = await finish(world, person, code_at(secret, step), token)
    right = await finish(world, person, code_at(secret, step + 1), token)
    again = await finish(world, person, done["recoveryCodes"][0], token)

    address = urlsplit(begun["uri"])
    assert (address.scheme, address.netloc) == ("otpauth", "totp")
    assert parse_qs(address.query)["secret"] == [begun["secret"]]
    assert "accessToken" in unconfirmed
    assert used == WRONG
    assert right["actingIn"] == {"organisationName": "Brand"}
    assert again == {"code": "LINK_SPENT", "field": "token"}
    assert (await world.ask(VIEWER, token=right["accessToken"])).error_codes == []
    actions = select(AuditEntry.action).where(
        AuditEntry.actor_membership_id == person.membership_id
    )
    noted = await world.run(lambda work: work.session.scalars(actions))
    assert noted.all() == ["SET_UP_SECOND_FACTOR"]


async def test_a_code_to_fall_back_on_is_good_once_and_stored_as_a_hash(world, person):
    _, _, codes = await enrolled(world, person)

    first = await finish(world, person, codes[3].upper().replace("-", " "))
    second = await finish(world, person, codes[3])

    assert len(set(codes)) == 10
    assert "accessToken" in first
    assert second == WRONG
    hashes = await world.run(lambda work: work.session.scalars(select(RecoveryCode.code_hash)))
    assert not [each for each in hashes if each in codes]


async def test_of_two_uses_of_a_code_at_once_one_is_the_second(world, person):
    _, _, codes = await enrolled(world, person)
    halves = [await half(world, person) for _ in range(4)]

    found = await asyncio.gather(*(finish(world, person, codes[0], token) for token in halves))

    assert sorted("accessToken" in each for each in found) == [False, False, False, True]


async def test_guessing_codes_is_slowed(world, person):
    await enrolled(world, person)
    token = await half(world, person)

    found = [await finish(world, person, "no code", token) for _ in range(8)]

    assert [each["code"] for each in found] == ["WRONG_CODE"] * 6 + ["TOO_MANY_ATTEMPTS"] * 2


async def test_setting_up_takes_the_password_and_there_is_one_factor(world, person):
    here = await sign_in(world, person.email)
    wrong = await ask(world, BEGIN, here["accessToken"], password="not the password")
    nothing = await ask(world, CONFIRM, here["accessToken"], code="000000")
    here, _, codes = await enrolled(world, person)
    twice = await ask(world, BEGIN, here["accessToken"], password=PASSWORD)

    removed = await ask(world, REMOVE, here["accessToken"], code=codes[0])

    assert [wrong["code"], nothing["code"]] == ["WRONG_PASSWORD", "WRONG_CODE"]
    assert twice["code"] == "SECOND_FACTOR_EXISTS"
    assert removed == {"ok": True}
    assert "accessToken" in await sign_in(world, person.email)


async def test_who_lost_it_removes_it_by_an_administrators_link_and_the_password(
    world, brand, person, tmp_path
):
    admin = await world.member(brand, "ENTERPRISE_ADMIN")
    without = await with_password(world, await world.member(brand, "BUYER"))
    here, _, _ = await enrolled(world, person)

    told = [
        await ask(world, ALLOW, admin.token, membershipId=membership(each))
        for each in (person, without)
    ]
    (message,) = await delivered(world, person.email, tmp_path)
    token = token_in(message, "remove-second-factor")
    wrong = await ask(world, RESET, token=token, password="not it at all")
    done = await ask(world, RESET, token=token, password=PASSWORD)
    again = await ask(world, RESET, token=token, password=PASSWORD)

    assert told == [{"ok": True}] * 2
    assert [wrong["code"], done, again["code"]] == ["WRONG_PASSWORD", {"ok": True}, "LINK_SPENT"]
    assert (await world.ask(VIEWER, token=here["accessToken"])).error_codes == ["UNAUTHENTICATED"]
    assert "accessToken" in await sign_in(world, person.email)


async def test_no_stranger_lets_anybody_remove_it(world, person, database, http):
    other = await World.create(database, http, world.settings)
    stranger = await other.member(await other.organisation("Brand", "BRAND"), "ENTERPRISE_ADMIN")

    given = [{"membershipId": each} for each in (membership(person), gid("Membership", new_id()))]
    denied, unknown = [await stranger.ask(ALLOW, input=each) for each in given]

    assert denied.error_codes == unknown.error_codes == ["NOT_FOUND"]
    assert denied.body["errors"][0]["message"] == unknown.body["errors"][0]["message"]


async def test_a_network_that_requires_it_lets_nobody_act_without(world, brand, person):
    keeper = await world.member(brand, "SYSTEM_ADMIN")
    early = await sign_in(world, person.email)
    buyer = gid("Role", world.roles["BUYER"])

    done = await ask(world, REQUIRE, keeper.token, roleIds=[buyer])
    late = await sign_in(world, person.email)
    refreshed = await world.ask(REFRESH, input={"refreshToken": early["refreshToken"]})
    chosen = await world.ask(
        ACT_AS, token=late["accessToken"], input={"membershipId": membership(person)}
    )
    here, secret, codes = await enrolled(world, person)
    proven = await world.ask(
        ACT_AS, token=here["accessToken"], input={"membershipId": membership(person)}
    )
    both = await finish(world, person, codes[0])
    kept = await world.ask(REFRESH, input={"refreshToken": both["refreshToken"]})

    assert done == {"roles": [{"name": "Buyer"}]}
    assert late["actingIn"] is refreshed.data["refreshTokens"]["actingIn"] is None
    assert chosen.data["actAs"]["code"] == "SECOND_FACTOR_REQUIRED"
    assert proven.data["actAs"]["actingIn"] is not None
    assert both["actingIn"] is not None
    assert kept.data["refreshTokens"]["actingIn"] is not None
    assert secret


async def test_a_secret_of_before_is_void_once_a_new_one_was_given(world, person):
    here = await sign_in(world, person.email)
    older = await ask(world, BEGIN, here["accessToken"], password=PASSWORD)
    await ask(world, BEGIN, here["accessToken"], password=PASSWORD)

    found = await ask(
        world, CONFIRM, here["accessToken"], code=code_at(b32decode(older["secret"]), present())
    )

    assert found["code"] == "WRONG_CODE"
    rows = select(SecondFactor.confirmed_at).where(SecondFactor.identity_id == person.identity_id)
    assert (await world.run(lambda work: work.session.scalars(rows))).all() == [None]
