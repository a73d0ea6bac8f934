"""Documents that are not known yet are paid for, right or wrong, by whoever sends them."""

import json
from dataclasses import replace

import pytest

from app.edge.limits import Limits
from app.kernel.ids import new_id
from tests.support.served import served
from tests.support.sockets import socket

KNOWN = "{ viewer { name } }"
LIMITS = Limits(document_burst=70_000, document_rate=1)
LONG = 30_000


@pytest.fixture(scope="module")
async def edge(settings):
    """A server on which a caller may send two long documents."""
    async with served(replace(settings, limits=LIMITS)) as http:
        yield http


def a_new_document(text="{ __typename }"):
    return f"{text} #{new_id().hex}{'x' * LONG}"


async def _used_up(person):
    for _ in range(2):
        await person.ask(a_new_document("{ nonsense }"))


async def test_whoever_goes_on_sending_new_documents_waits_though_each_was_refused(person):
    await person.ask(KNOWN)
    await _used_up(person)

    refused = await person.ask(a_new_document())

    assert refused.status == 429
    assert refused.body["errors"][0]["extensions"]["code"] == "OVER_BUDGET"
    assert (await person.ask(KNOWN)).status == 200


async def test_what_one_sends_keeps_nobody_else_waiting(near, person):
    colleague = await near.member(await near.organisation("Other shop"), "BUYER")
    await _used_up(person)

    assert (await person.ask(a_new_document())).status == 429
    assert (await colleague.ask(a_new_document())).status == 200


async def test_a_new_document_of_a_socket_is_paid_for_as_well(address, person):
    await _used_up(person)

    async with socket(address, person.token) as client:
        await client.send(id="1", type="subscribe", payload={"query": a_new_document()})
        told = await client.result()

    assert [error["extensions"]["code"] for error in told["errors"]] == ["OVER_BUDGET"]


async def test_whoever_has_no_token_pays_by_address(edge):
    async def asked(text):
        body = json.dumps({"query": text})
        return await edge.post(
            "/graphql", content=body, headers={"content-type": "application/json"}
        )

    answers = [(await asked(a_new_document())).status_code for _ in range(3)]

    assert answers == [200, 200, 429]
