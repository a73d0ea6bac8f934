"""A forgotten password: a link by e-mail, good once, and no word about who has an account."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from app.audit.models import AuditEntry
from app.identities.models import OneTimeToken
from app.kernel.ids import new_id
from app.rbac.models import Membership
from tests.support.letters import delivered, token_in, waiting
from tests.support.people import REFRESH, VIEWER, sign_in, with_password
from tests.support.world import PASSWORD

REQUEST = """mutation($input: RequestPasswordResetInput!) { requestPasswordReset(input: $input) {
  ... on PasswordResetRequested { ok } ... on Refusal { code } } }"""
RESET = """mutation($input: ResetPasswordInput!) { resetPassword(input: $input) {
  ... on PasswordSet { ok } ... on Refusal { code field } } }"""
NEW = "another long password"
SPENT = {"code": "LINK_SPENT", "field": "token"}


@pytest.fixture
async def person(world):
    return await with_password(
        world, await world.member(await world.organisation("Brand", "BRAND"), "BUYER")
    )


async def request(world, email):
    return (await world.ask(REQUEST, input={"email": email})).data["requestPasswordReset"]


async def reset(world, token, password=NEW):
    given = {"token": token, "newPassword": password}
    return (await world.ask(RESET, input=given)).data["resetPassword"]


async def link(world, person, folder):
    await request(world, person.email)
    (message,) = await delivered(world, person.email, folder)
    return token_in(message, "reset-password")


async def test_a_link_sets_a_new_password_once_and_ends_every_sign_in(world, person, tmp_path):
    before = await sign_in(world, person.email)
    token = await link(world, person, tmp_path)

    done, again = await reset(world, token), await reset(world, token, "a third long password")

    assert done == {"ok": True}
    assert again == SPENT
    for old in (before["accessToken"], person.token):
        assert (await world.ask(VIEWER, token=old)).error_codes == ["UNAUTHENTICATED"]
    refreshed = await world.ask(REFRESH, input={"refreshToken": before["refreshToken"]})
    assert refreshed.data["refreshTokens"]["code"] == "REFRESH_TOKEN_SPENT"
    assert (await sign_in(world, person.email, PASSWORD))["code"] == "WRONG_CREDENTIALS"
    assert "accessToken" in await sign_in(world, person.email, NEW)
    proved = select(Membership.email_proven_at).where(Membership.id == person.membership_id)
    assert await world.run(lambda work: work.session.scalar(proved)) is not None
    trail = select(AuditEntry.actor_membership_id).where(AuditEntry.action == "RESET_PASSWORD")
    noted = await world.run(lambda work: work.session.scalars(trail))
    assert noted.all() == [person.membership_id]


async def test_asking_tells_nothing_of_whether_somebody_has_the_address(
    world, person, statements, tmp_path
):
    nobody = f"{new_id().hex}@example.com"

    with statements.counting() as known:
        first = await world.ask(REQUEST, input={"email": f" {person.email.upper()} "})
    with statements.counting() as unknown:
        second = await world.ask(REQUEST, input={"email": nobody})

    assert first.body["data"] == second.body["data"]
    # begin, lock the counter, count, letter, signal, commit
    assert len(known) == len(unknown) == 6
    assert len(await waiting(world, person.email)) == len(await waiting(world, nobody)) == 1
    assert len(await delivered(world, person.email, tmp_path)) == 1
    assert await delivered(world, nobody, tmp_path) == []
    assert await waiting(world, nobody) == await waiting(world, person.email) == []


async def test_a_letter_that_is_sent_twice_has_the_same_link(world, person, tmp_path):
    await request(world, person.email)
    (letter,) = await waiting(world, person.email)
    (first,) = await delivered(world, person.email, tmp_path)

    assert (await reset(world, token_in(first, "reset-password"))) == {"ok": True}
    assert str(letter.id) in first


async def test_only_the_newest_link_is_good(world, person, tmp_path):
    older = await link(world, person, tmp_path)
    newer = await link(world, person, tmp_path)

    assert await reset(world, older) == SPENT
    assert await reset(world, newer) == {"ok": True}


async def test_a_link_is_good_for_an_hour(world, person, tmp_path):
    token = await link(world, person, tmp_path)
    of_person = OneTimeToken.subject_id == person.identity_id
    await world.run(
        lambda work: work.session.execute(
            update(OneTimeToken).where(of_person).values(expires_at=work.now)
        )
    )

    assert await reset(world, token) == SPENT
    assert "accessToken" in await sign_in(world, person.email)


async def test_a_weak_password_is_refused_and_the_link_stays_good(world, person, tmp_path):
    token = await link(world, person, tmp_path)

    weak = await reset(world, token, "short")

    assert weak == {"code": "WEAK_PASSWORD", "field": "newPassword"}
    assert await reset(world, token) == {"ok": True}


async def test_more_letters_than_a_few_are_not_written_and_the_answer_is_the_same(world, person):
    answers = [await request(world, person.email) for _ in range(6)]

    assert answers == [{"ok": True}] * 6
    # Three are free, and the fourth is the one after which asking waits.
    assert len(await waiting(world, person.email)) == 4


async def test_no_token_stands_in_the_store(world, person, tmp_path):
    token = await link(world, person, tmp_path)

    async def rows(work):
        found = await work.session.scalars(
            select(OneTimeToken).where(OneTimeToken.subject_id == person.identity_id)
        )
        return [
            str(getattr(row, column.key))
            for row in found
            for column in OneTimeToken.__table__.columns
        ]

    kept = await world.run(rows)
    assert kept
    assert not [cell for cell in kept if cell in token or token in cell]
    assert timedelta(hours=1) == await world.run(lifetime(person))


def lifetime(person):
    async def asked(work):
        span = OneTimeToken.expires_at - OneTimeToken.issued_at
        return await work.session.scalar(
            select(span).where(OneTimeToken.subject_id == person.identity_id)
        )

    return asked
