"""Files come with words on tickets, and are read by exactly those who read the words."""

from datetime import UTC, datetime

import pytest

from app.identities.downloads import DownloadTicket, sign_ticket
from app.identities.tokens import AccessClaims
from app.kernel.ids import new_id
from app.schema.files import STORED_FILE
from tests.support.care import opened, written
from tests.support.chain import Chain
from tests.support.exchange import fetched
from tests.support.files import PDF, PNG, key_in, uploaded

SHOWN = """query($id: ID!) { node(id: $id) { ... on Ticket {
  messages { isInternal files { id fileName downloadUrl } } } } }"""
WRITE = """mutation($input: WriteTicketMessageInput!) { writeTicketMessage(input: $input) {
  ... on Refusal { code } } }"""


@pytest.fixture
async def chain(world):
    return await Chain.create(world)


async def files_seen(person, ticket_id: str) -> list[tuple[bool, list[str]]]:
    found = (await person.ask(SHOWN, id=ticket_id)).data["node"]
    return [
        (message["isInternal"], [file["fileName"] for file in message["files"]])
        for message in found["messages"]
    ]


async def asked_for(person, file_id: str):
    """Ask for a file with a ticket of one's own that names it."""
    world = person.world
    claims = AccessClaims(
        person.identity_id, person.session_id, world.tenant_id, person.membership_id
    )
    wanted = DownloadTicket(claims, STORED_FILE, {"file": str(key_in(file_id))})
    signed = sign_ticket(world.settings.secret, wanted, datetime.now(UTC))
    return await world.http.get(f"/files/{signed}")


async def test_who_reads_the_words_reads_the_files_and_nobody_else(world, chain, statements):
    buyer = await world.member(chain.retailer, "BUYER")
    service = await world.member(chain.distributor, "SERVICE")
    above = await world.member(chain.brand, "ENTERPRISE_ADMIN", "SERVICE")
    names = ("broken.png", "list.pdf")
    sent = [
        await uploaded(buyer, "TICKET_ATTACHMENT", content, name)
        for content, name in zip((PNG, PDF), names, strict=True)
    ]
    ticket = await opened(buyer, chain, fileIds=sent)
    noted = await uploaded(service, "TICKET_ATTACHMENT", PDF, "estimate.pdf")
    await written(service, ticket["id"], "Our estimate", isInternal=True, fileIds=[noted])

    assert await files_seen(buyer, ticket["id"]) == [(False, list(names))]
    everything = [(False, list(names)), (True, ["estimate.pdf"])]
    with statements.counting() as sent_once:
        assert await files_seen(service, ticket["id"]) == everything
    messages = (await service.ask(SHOWN, id=ticket["id"])).data["node"]["messages"]
    files = [file for message in messages for file in message["files"]]
    assert [await fetched(service, each["downloadUrl"]) for each in files] == [PNG, PDF, PDF]
    for person, readable in ((buyer, [200, 200, 404]), (above, [404] * 3)):
        assert [(await asked_for(person, each["id"])).status_code for each in files] == readable
    more = [await uploaded(buyer, "TICKET_ATTACHMENT", PDF)]
    await written(buyer, ticket["id"], "And this", fileIds=more)
    with statements.counting() as sent_again:
        await files_seen(service, ticket["id"])
    assert len(sent_again) == len(sent_once)


async def test_a_message_takes_few_files_each_once_and_of_its_writer(world, chain):
    buyer = await world.member(chain.retailer, "BUYER")
    colleague = await world.member(chain.retailer, "BUYER")
    file = await uploaded(buyer, "TICKET_ATTACHMENT", PDF)
    ticket = await opened(buyer, chain, fileIds=[file])
    other = await uploaded(buyer, "ORDER_ATTACHMENT", PDF)
    theirs = await uploaded(colleague, "TICKET_ATTACHMENT", PDF)
    for files, code in (
        ([theirs] * 2, "INVALID"),
        ([theirs] * 11, "INVALID"),
        ([theirs], "NOT_FOUND"),
        ([other], "NOT_FOUND"),
        ([file], "FILE_IN_USE"),
    ):
        given = {"idempotencyKey": new_id().hex, "ticketId": ticket["id"], "text": "More"}
        answer = await buyer.ask(WRITE, input=given | {"fileIds": files})
        said = (answer.body["data"] or {}).get("writeTicketMessage") or {}
        assert [said.get("code"), *answer.error_codes][not said] == code
    assert len(await files_seen(buyer, ticket["id"])) == 1
