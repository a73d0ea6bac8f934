"""Guessing is slowed over all web processes, tells nothing, and locks nobody out for good."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import httpx2
import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.kernel.ids import new_id
from tests.support.letters import delivered, token_in, waiting
from tests.support.patience import PATIENCE_SECONDS
from tests.support.people import SIGN_IN, with_password
from tests.support.serving import serving
from tests.support.world import PASSWORD

WRONG = "not the password"
FREE = 5
HOME, AWAY = "203.0.113.7", "198.51.100.9"


@pytest.fixture
async def person(world):
    return await with_password(
        world, await world.member(await world.organisation("Brand", "BRAND"), "BUYER")
    )


@pytest.fixture(scope="module")
async def later(settings):
    """A second web process, half an hour ahead, behind a proxy, and short with accounts."""
    limits = replace(settings.limits, sign_in_account_failures=3)
    ahead = replace(
        settings, limits=limits, proxies=("127.0.0.1",), clock_offset=timedelta(minutes=30)
    )
    async with (
        serving(ahead) as address,
        httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS) as client,
    ):
        yield client


async def attempt(client, email, password=WRONG, place=HOME):
    body = {"query": SIGN_IN, "variables": {"input": {"email": email, "password": password}}}
    answer = await client.post("/graphql", json=body, headers={"x-forwarded-for": place})
    found = answer.json()["data"]["signIn"]
    return found.get("code", "SIGNED_IN")


async def test_after_a_few_failures_the_next_attempt_waits_whoever_answers(world, http, person):
    nobody = f"{new_id().hex}@example.com"

    known = [await attempt(http, person.email) for _ in range(FREE + 2)]
    unknown = [await attempt(http, nobody) for _ in range(FREE + 2)]
    right = await attempt(http, person.email, PASSWORD)

    assert known == unknown == ["WRONG_CREDENTIALS"] * (FREE + 1) + ["TOO_MANY_ATTEMPTS"]
    assert right == "TOO_MANY_ATTEMPTS"


async def test_a_refused_attempt_costs_the_same_statements_for_known_and_unknown(
    world, http, person, statements
):
    counts = []
    for email in (person.email, f"{new_id().hex}@example.com"):
        with statements.counting() as first:
            await attempt(http, email)
        for _ in range(FREE):
            await attempt(http, email)
        with statements.counting() as refused:
            await attempt(http, email)
        counts.append((len(first), len(refused)))

    # begin, lock counters, count, credentials, commit; and begin, lock counters (rolled back)
    assert counts == [(5, 2)] * 2


async def test_the_wait_ends_and_a_right_password_forgets_it(world, http, later, person):
    for _ in range(FREE + 2):
        await attempt(http, person.email, place="127.0.0.1")

    found = [await attempt(later, person.email, PASSWORD, "127.0.0.1") for _ in range(2)]

    assert found == ["SIGNED_IN"] * 2


async def test_attempts_at_once_are_all_counted(world, http, person):
    found = await asyncio.gather(*(attempt(http, person.email) for _ in range(4 * FREE)))

    assert sorted(set(found)) == ["TOO_MANY_ATTEMPTS", "WRONG_CREDENTIALS"]
    assert found.count("WRONG_CREDENTIALS") == FREE + 1


async def test_strangers_cannot_lock_out_a_place_that_the_owner_knows(
    world, later, person, tmp_path
):
    await attempt(later, person.email, PASSWORD, HOME)

    strangers = [await attempt(later, person.email, place=f"192.0.2.{n}") for n in range(6)]
    away = await attempt(later, person.email, PASSWORD, AWAY)
    home = await attempt(later, person.email, PASSWORD, HOME)

    assert strangers == ["WRONG_CREDENTIALS"] * 4 + ["TOO_MANY_ATTEMPTS"] * 2
    assert away == "TOO_MANY_ATTEMPTS"
    assert home == "SIGNED_IN"
    # The owner hears of it once, and so does the trail of the network.
    assert len(await delivered(world, person.email, tmp_path)) == 1
    noted = await world.run(
        lambda work: work.session.scalars(
            select(AuditEntry.actor_membership_id).where(AuditEntry.action == "SLOW_SIGN_IN")
        )
    )
    assert noted.all() == [person.membership_id]


async def test_nobody_is_told_of_attempts_on_an_address_that_nobody_has(world, later, tmp_path):
    nobody = f"{new_id().hex}@example.com"
    for number in range(6):
        await attempt(later, nobody, place=f"192.0.2.{number}")

    assert len(await waiting(world, nobody)) == 1
    assert await delivered(world, nobody, tmp_path) == []


async def test_a_new_password_by_email_opens_an_account_that_strangers_closed(
    world, later, person, tmp_path
):
    for number in range(6):
        await attempt(later, person.email, place=f"192.0.2.{number}")
    closed = await attempt(later, person.email, PASSWORD, AWAY)
    for message in await delivered(world, person.email, tmp_path):
        assert "reset-password" not in message

    await ask(later, "requestPasswordReset", {"email": person.email})
    (message,) = await delivered(world, person.email, tmp_path)
    token = token_in(message, "reset-password")
    await ask(later, "resetPassword", {"token": token, "newPassword": "a brand new password"})

    assert closed == "TOO_MANY_ATTEMPTS"
    assert await attempt(later, person.email, "a brand new password", AWAY) == "SIGNED_IN"


async def ask(client, field, given):
    kind = f"{field[0].upper()}{field[1:]}Input"
    document = f"mutation($i: {kind}!) {{ {field}(input: $i) {{ __typename }} }}"
    body = {"query": document, "variables": {"i": given}}
    answer = await client.post("/graphql", json=body, headers={"x-forwarded-for": AWAY})
    assert answer.json()["data"][field]["__typename"] not in {"Refusal", None}
