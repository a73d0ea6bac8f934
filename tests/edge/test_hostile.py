"""Every structural attack of the table is refused, and nobody beside it notices (tech.md III)."""

import asyncio
import json
from urllib.parse import urlsplit

import pytest

from bench.attacks import ATTACKS, BODIES, DOCUMENTS, TRANSPORT, Attack
from tests.support.world import World

CLIENT_ERRORS = range(400, 500)
OLD_MEDIA_TYPE = "application/json"


@pytest.fixture(scope="module")
async def person(database, http, settings):
    world = await World.create(database, http, settings)
    return await world.member(await world.organisation("Brand", "BRAND"), "ENTERPRISE_ADMIN")


def _named(attacks: tuple[Attack, ...]) -> list:
    return [pytest.param(attack, id=attack.name) for attack in attacks]


async def _send(http, person, attack: Attack):
    headers = {"authorization": f"Bearer {person.token}", **attack.headers}
    return await http.request(attack.method, attack.path, content=attack.body(), headers=headers)


@pytest.mark.parametrize("attack", _named(DOCUMENTS + BODIES))
async def test_an_attack_is_refused(http, person, attack):
    answer = await _send(http, person, attack)

    body = answer.json()
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert body.get("data") is None
    assert codes <= attack.codes
    assert len(answer.content) < 100_000
    # The older media type says what is wrong in the body only (GraphQL over HTTP, 6.4.1).
    is_old = answer.headers["content-type"].startswith(OLD_MEDIA_TYPE)
    assert answer.status_code in CLIENT_ERRORS or (is_old and answer.status_code == 200)


@pytest.mark.parametrize("attack", _named(TRANSPORT))
async def test_a_wrong_way_to_ask_is_refused(http, person, attack):
    answer = await _send(http, person, attack)

    assert answer.status_code in CLIENT_ERRORS


async def test_a_refusal_names_the_number_the_limit_and_the_remedy(http, person):
    answer = await person.ask("{ orders(first: 100000) { edges { node { id } } } }")

    (error,) = answer.body["errors"]
    assert error["extensions"]["code"] == "TOO_COSTLY"
    assert error["extensions"]["asked"] == 100_001
    assert error["extensions"]["limit"] == 30_000
    assert "smaller pages" in error["extensions"]["remedy"]
    assert "100001 asked, 30000 allowed" in error["message"]


async def test_a_client_beside_the_attacks_is_answered(http, person):
    async def probe() -> list[int]:
        return [(await person.ask("{ viewer { name } }")).status for _ in range(20)]

    probing = asyncio.create_task(probe())
    attacking = [_send(http, person, attack) for attack in ATTACKS]

    answers = await asyncio.gather(*attacking)

    assert await probing == [200] * 20
    assert max(answer.status_code for answer in answers) < 500


async def test_bodies_that_never_end_keep_nobody_waiting(server, person):
    address = urlsplit(server)
    heading = "POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
    body = json.dumps({"query": "{ viewer { name } }"})
    opened = [await asyncio.open_connection(address.hostname, address.port) for _ in range(50)]
    for _, writer in opened:
        writer.write(f"{heading}Content-Length: {len(body)}\r\n\r\n{body[:10]}".encode())
        await writer.drain()

    answer = await person.ask("{ viewer { name } }")

    assert answer.status == 200
    for _, writer in opened:
        writer.close()
        await writer.wait_closed()
