"""Carriers for tests: kept by a seller, asked as the worker asks them, reporting as they would."""

import json
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.carriers.rules.signing import CarrierKeys
from app.db.outbox import OutboxEvent
from app.fulfilment.commands.bookings import ask_carrier_again
from app.fulfilment.operations.bookings import CARRIER_ASKED, due_questions
from app.kernel.ids import new_id
from app.webhooks.client import Caller
from tests.support.chain import Chain, mutate, on_order
from tests.support.patience import PATIENCE_SECONDS
from tests.support.receiver import Receiver, answer
from tests.support.world import Person, World
from workers.carriers import CarrierListener

REFUSAL = "... on Refusal { code field message }"
CARRIER = "id name adapter url trackingAddress isActive reportPath services { code days }"
CREATE = f"""mutation($input: CreateCarrierInput!) {{ createCarrier(input: $input) {{
    ... on CreatedCarrier {{ carrier {{ {CARRIER} }} secrets {{ requests reports }} }}
    {REFUSAL} }} }}"""
SHIPMENT = """id number status carrier trackingNumber expectedAt trackingUrl
    booking { status service tries problem reference nextTryAt }
    tracking { status place note }"""
KINDS = {
    "bookCarrier": "BookCarrierInput",
    "rebookCarrier": "RebookCarrierInput",
    "handOver": "HandOverInput",
    "signDelivery": "SignDeliveryInput",
}


async def create(person: Person, **given: Any) -> dict[str, Any]:
    """Ask for a carrier, of a name of its own unless told."""
    wanted = {"idempotencyKey": new_id().hex, "name": f"Carrier {new_id().hex[-6:]}"} | given
    return (await person.ask(CREATE, input=wanted)).data["createCarrier"]


async def ship(person: Person, command: str, **given: Any) -> dict[str, Any]:
    """Give a command on a shipment; the answer is the shipment, or the refusal."""
    document = f"""mutation($input: {KINDS[command]}!) {{ {command}(input: $input) {{
        ... on Shipment {{ {SHIPMENT} }} {REFUSAL} }} }}"""
    return (await person.ask(document, input=given)).data[command]


async def prepared(chain: Chain, keeper: Person, buyer: Person, quantity: str = "2") -> str:
    """An order that is packed and waits for a carrier."""
    seen = {"1": "71.60", "2": "143.19"}[quantity]
    order = await chain.place(buyer, quantity=quantity, seen=seen)
    for name, kind in (
        ("allocateOrder", "OrderInput"),
        ("startPreparation", "StartPreparationInput"),
        ("finishPreparation", "FinishPreparationInput"),
    ):
        order = await on_order(keeper, name, order["id"], kind)
    assert order["state"] == "PREPARED", order
    return order["id"]


async def handed_over(person: Person, shipment: str) -> dict[str, Any]:
    """A shipment given to its carrier's driver."""
    given = {"shipmentId": shipment, "handedOverTo": "Driver Wang"}
    return await mutate(person, "handOver", "HandOverInput", given, "Shipment")


def takes(reference: str = "REF-1", number: str = "TN 1", **more: Any) -> bytes:
    """A carrier's yes, as it goes over the wire."""
    said = {"reference": reference, "trackingNumber": number, **more}
    return answer(200, json.dumps(said).encode(), "content-type: application/json")


@dataclass
class Dispatch:
    """A network's questions to carriers as the worker asks them, by a clock that tests turn."""

    world: World
    keys: CarrierKeys
    ahead: timedelta = timedelta()
    heard: set[UUID] = field(default_factory=set)

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    async def ask(self) -> None:
        """Ask what was told and not asked yet, once each."""
        listener = CarrierListener(
            Caller(allows_loopback=True, seconds=PATIENCE_SECONDS), self.keys
        )
        told = select(OutboxEvent).where(OutboxEvent.kind == CARRIER_ASKED)
        for event in await self.world.run(lambda work: _all(work, told.order_by(OutboxEvent.id))):
            if event.id not in self.heard:
                self.heard.add(event.id)
                await self.world.run(
                    lambda work, event=event: listener.ask(work, event), self.now()
                )

    async def later(self, **by: float) -> None:
        """Let time pass, and the clock and the worker do what is due then."""
        self.ahead += timedelta(**by)
        for due in await self.world.run(due_questions, self.now()):
            await self.world.run(lambda work, due=due: ask_carrier_again(work, due), self.now())
        await self.ask()


async def _all(work: Any, statement: Any) -> list[Any]:
    return list(await work.session.scalars(statement))


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    """What a carrier was told, in order."""
    return [each.message for each in receiver.received]
