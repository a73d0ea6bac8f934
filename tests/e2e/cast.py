"""Everybody on the stage, and what they do again and again."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from app.kernel.ids import new_id
from tests.e2e.stage import Person, Stage
from tests.support.documents import document
from tests.support.patience import until
from tests.support.sockets import socket
from tests.support.world import PASSWORD


@dataclass
class Cast:
    """Everybody on the stage: brand → distributor (East) → sub-distributor (Sub) → shops."""

    stage: Stage
    root: Person
    clerk: Person
    brand_keeper: Person
    east: Person
    east_keeper: Person
    sub: Person
    sub_keeper: Person
    service: Person
    ann: Person
    ben: Person
    owner: Person
    boss: Person
    rival: Person
    stranger: Person
    sku: str = ""
    relationship: str = ""
    heard: dict[str, list[str]] = field(default_factory=dict)

    @property
    def parties(self) -> tuple[Person, ...]:
        return self.sub, self.service, self.owner, self.boss

    @property
    def others(self) -> tuple[Person, ...]:
        return self.rival, self.stranger, self.ben

    async def shows(self, order: str, state: str, blind: tuple[Person, ...] = ()) -> dict[str, Any]:
        """Both parties see the order in the state; nobody else sees it, not even in a list."""
        for person in self.parties:
            assert (await person.read("order", id=order))["state"] == state, person.email
        for person in (*self.others, *blind):
            answer = await person.ask(document("order", 0), id=order)
            assert answer.error_codes == ["NOT_FOUND"], person.email
            listed = await person.read("orders", first=100)
            assert order not in str(listed), person.email
        return await self.owner.read("order", id=order)


async def network(stage: Stage, staff: Person, slug: str) -> Person:
    address = f"root@{slug}.test"
    await staff.must(
        "createTenant",
        slug=slug,
        name=f"{slug} network",
        timeZone="Asia/Shanghai",
        currency="CNY",
        organisationName=f"{slug} brand",
        administrator={"name": "Root", "email": address, "initialPassword": PASSWORD},
    )
    return await stage.sign_in(address)


async def price(cast: Cast, seller: Person, amount: str, **of_list: Any) -> None:
    made = await seller.must(
        "createPriceList",
        idempotencyKey=new_id().hex,
        name="List",
        validFrom="2020-01-01",
        **of_list,
    )
    entries = [{"skuId": cast.sku, "amount": amount}]
    await seller.must("setPrices", priceListId=made["id"], entries=entries)


async def rule(cast: Cast) -> None:
    """The shop's own: from 100 on, somebody else of the shop agrees."""
    given = {"party": "BUYER", "threshold": "100", "currency": "CNY"}
    await cast.boss.must("createApprovalRule", **given)


async def quote(cast: Cast, person: Person, cases: str) -> dict[str, Any]:
    line = {"skuId": cast.sku, "quantity": cases, "packagingLevel": "CASE"}
    return await person.read("quote", input={"relationshipId": cast.relationship, "lines": [line]})


async def nodes(person: Person, name: str, **arguments: Any) -> list[str]:
    page = await person.read(name, **arguments)
    return [edge["node"]["id"] for edge in page["edges"]]


async def prepare(keeper: Person, order: str) -> None:
    started = await keeper.must("startPreparation", orderId=order)
    assert started["state"] == "PREPARING"
    finished = await keeper.must("finishPreparation", orderId=order)
    assert finished["state"] == "PREPARED"


async def ship(keeper: Person, order: str) -> str:
    booking = {"idempotencyKey": new_id().hex, "orderId": order, "carrier": "SF Express"}
    shipment = await keeper.must("bookCarrier", **booking)
    await keeper.must("handOver", shipmentId=shipment["id"], handedOverTo="Driver Wang")
    return shipment["id"]


async def supply(cast: Cast, keeper: Person, receiver: Person, order: str) -> None:
    """Take an order upstream from wherever it is to the receiver's shelf."""
    if (await receiver.read("order", id=order))["state"] == "CONFIRMED":
        await keeper.must("allocateOrder", orderId=order)
    await prepare(keeper, order)
    shipment = await ship(keeper, order)
    await receiver.must("signDelivery", shipmentId=shipment, signedBy="Gate")
    received = await receiver.must("confirmReceipt", orderId=order)
    assert received["state"] == "RECEIVED"
    for person in (cast.owner, cast.rival, cast.stranger):
        assert (await person.ask(document("order", 0), id=order)).error_codes == ["NOT_FOUND"]


async def expects(cast: Cast, keeper: Person, number: str) -> None:
    """A warehouse is told by e-mail what comes in for an order, and no other warehouse is."""
    subject = f"Goods of order {number} are coming in"

    async def arrived() -> bool:
        return any(message["Subject"] == subject for message in cast.stage.mails_to(keeper))

    await until(arrived)
    for person in (cast.brand_keeper, cast.east_keeper, cast.sub_keeper):
        if person is keeper:
            continue
        assert subject not in {mail["Subject"] for mail in cast.stage.mails_to(person)}


async def told(cast: Cast, kind: str, subject: str) -> None:
    """The shop is told in the app and by e-mail; the rival, and who is upstream, are not."""

    async def arrived() -> bool:
        return subject in subjects(cast, cast.owner)

    await until(arrived)
    page = await cast.owner.read("myNotifications")
    assert kind in {edge["node"]["kind"] for edge in page["edges"]}
    for person in (cast.rival, cast.east, cast.stranger):
        told = (await person.read("myNotifications"))["edges"]
        heard = {edge["node"]["title"] for edge in told}
        assert subject not in heard | subjects(cast, person)


def subjects(cast: Cast, person: Person) -> set[str]:
    """The subjects of what was mailed to a person."""
    return {mail["Subject"] for mail in cast.stage.mails_to(person.email)}


def quantities(line: dict[str, Any], *names: str) -> list[str]:
    return [line["quantities"][name] for name in names]


@asynccontextmanager
async def everybody_follows(cast: Cast, order: str) -> AsyncIterator[None]:
    """Note which states of the order the shop and its rival hear of while it goes on."""
    listening = [
        asyncio.create_task(_listen(cast, name, person, order))
        for name, person in (("rival", cast.rival), ("owner", cast.owner))
    ]

    async def rings() -> bool:
        cast.stage.ring("order", order)
        return bool(cast.heard.get("owner"))

    async def is_heard_of() -> bool:
        return "COMPLETED" in cast.heard["owner"]

    await until(rings)  # Nothing else tells that a stream of another process has begun.
    yield
    await until(is_heard_of)
    for task in listening:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _listen(cast: Cast, name: str, person: Person, order: str) -> None:
    cast.heard[name] = []
    text = f'subscription {{ orderChanged(orderId: "{order}") {{ id state }} }}'
    async with socket(cast.stage.address, person.token) as client:
        await client.subscribe(text)
        while True:
            changed = (await client.next(None))["orderChanged"]
            cast.heard[name].append(changed["state"])
