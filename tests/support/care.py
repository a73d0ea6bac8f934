"""Tickets and contacts, as tests open them over the API."""

from typing import Any
from uuid import UUID

from app.kernel.ids import new_id
from tests.support.chain import Chain
from tests.support.ordering import give
from tests.support.world import Person, gid

TICKET = """id kind state channel subject openedBySide respondBy warnedAt escalatedAt answeredAt
    result mark worker department aboutId availableActions
    messages { side text isInternal writtenBy }"""


async def opened(person: Person, chain: Chain, **more: Any) -> dict[str, Any]:
    """Open a ticket in the chain's lower relationship; the ticket, or the refusal."""
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "kind": "COMPLAINT",
        "category": "QUALITY",
        "subject": "Wet boxes",
        "text": "Three boxes were wet.",
        **more,
    }
    return await give(person, "openTicket", "Ticket", TICKET, **given)


async def on_ticket(person: Person, command: str, ticket_id: str, **more: Any) -> dict[str, Any]:
    """Give a command on a ticket; the ticket as it is then, or the refusal."""
    return await give(person, command, "Ticket", TICKET, ticketId=ticket_id, **more)


async def written(person: Person, ticket_id: str, text: str, **more: Any) -> dict[str, Any]:
    """Write on a ticket."""
    given = {"idempotencyKey": new_id().hex, "text": text, **more}
    return await on_ticket(person, "writeTicketMessage", ticket_id, **given)


async def ruled(person: Person, **given: Any) -> dict[str, Any]:
    """Make a rule; its id, or the refusal."""
    given = {"idempotencyKey": new_id().hex, **given}
    return await give(person, "createTicketRule", "TicketRule", "id endedAt", **given)


async def listed(person: Person, **wanted: Any) -> list[str]:
    """The subjects of the tickets that a person finds, the newest first."""
    answer = await person.ask(
        "query($f: TicketFilter) { tickets(filter: $f) { edges { node { subject } } } }", f=wanted
    )
    return [edge["node"]["subject"] for edge in answer.data["tickets"]["edges"]]


async def looked_at(person: Person, ticket_id: str) -> dict[str, Any] | None:
    """A ticket as a person sees it."""
    document = f"query($id: ID!) {{ node(id: $id) {{ ... on Ticket {{ {TICKET} }} }} }}"
    return (await person.ask(document, id=ticket_id)).data["node"]


def role(chain: Chain, code: str) -> str:
    """The global id of a built-in role."""
    return gid("Role", chain.world.roles[code])


def member(person: Person) -> str:
    """The global id of a person's membership."""
    key: UUID | None = person.membership_id
    return gid("Membership", key or "")
