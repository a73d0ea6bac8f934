"""One's own password and devices: nobody else's, and nothing without the present password."""

import pytest

from app.kernel.ids import new_id
from tests.support.people import VIEWER, sign_in, with_password
from tests.support.world import PASSWORD, World

CHANGE = """mutation($input: ChangePasswordInput!) { changePassword(input: $input) {
  ... on PasswordSet { ok } ... on Refusal { code field } } }"""
SESSIONS = "{ mySessions { id beganAt usedAt address device isThisOne } }"
END = """mutation($input: EndSessionInput!) { endSession(input: $input) {
  ... on SessionsEnded { number } ... on Refusal { code } } }"""
END_OTHERS = "mutation { endOtherSessions { number } }"
NEW = "another long password"


@pytest.fixture
async def person(world):
    return await with_password(
        world, await world.member(await world.organisation("Brand", "BRAND"), "BUYER")
    )


async def works(world, token):
    return (await world.ask(VIEWER, token=token)).error_codes == []


async def change(world, token, password, new=NEW):
    given = {"password": password, "newPassword": new}
    return await world.ask(CHANGE, token=token, input=given)


async def test_a_changed_password_ends_every_other_sign_in(world, person):
    here, elsewhere = await sign_in(world, person.email), await sign_in(world, person.email)

    answer = await change(world, here["accessToken"], PASSWORD)

    assert answer.data["changePassword"] == {"ok": True}
    assert await works(world, here["accessToken"])
    assert not await works(world, elsewhere["accessToken"])
    assert (await sign_in(world, person.email))["code"] == "WRONG_CREDENTIALS"
    assert "accessToken" in await sign_in(world, person.email, NEW)


async def test_without_the_present_password_nothing_changes(world, person):
    here = await sign_in(world, person.email)

    wrong = await change(world, here["accessToken"], "not the password")
    weak = await change(world, here["accessToken"], PASSWORD, "short")
    stranger = await change(world, None, PASSWORD)

    assert wrong.data["changePassword"] == {"code": "WRONG_PASSWORD", "field": "password"}
    assert weak.data["changePassword"] == {"code": "WEAK_PASSWORD", "field": "newPassword"}
    assert stranger.error_codes == ["UNAUTHENTICATED"]
    assert "accessToken" in await sign_in(world, person.email)


async def test_sessions_are_listed_and_ended_by_their_owner_alone(world, person, database, http):
    other = await World.create(database, http, world.settings)
    stranger = await with_password(
        other, await other.member(await other.organisation("Shop", "RETAILER"), "BUYER")
    )
    first, second = await sign_in(world, person.email), await sign_in(world, person.email)
    foreign = await sign_in(other, stranger.email)

    seen = (await world.ask(SESSIONS, token=second["accessToken"])).data["mySessions"]
    newest, oldest = seen
    given = {"sessionId": oldest["id"]}
    denied = await world.ask(END, token=foreign["accessToken"], input=given)
    unknown = await world.ask(END, token=foreign["accessToken"], input={"sessionId": str(new_id())})
    still = await works(world, first["accessToken"])
    ended = [await world.ask(END, token=second["accessToken"], input=given) for _ in range(2)]

    assert [each["isThisOne"] for each in seen] == [True, False]
    assert newest["address"] == "127.0.0.1"
    assert "httpx" in newest["device"]
    assert denied.body["errors"][0]["message"] == unknown.body["errors"][0]["message"]
    assert denied.error_codes == ["NOT_FOUND"]
    assert still
    assert [answer.data["endSession"] for answer in ended] == [{"number": 1}] * 2
    assert not await works(world, first["accessToken"])
    assert await works(world, second["accessToken"])


async def test_all_other_sessions_end_at_once(world, person):
    first, second = await sign_in(world, person.email), await sign_in(world, person.email)

    answer = await world.ask(END_OTHERS, token=second["accessToken"])

    # The fixture's own sign-in is one of them.
    assert answer.data["endOtherSessions"] == {"number": 2}
    assert not await works(world, first["accessToken"])
    assert await works(world, second["accessToken"])
