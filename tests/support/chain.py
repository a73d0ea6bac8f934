"""A chain three levels deep with one person a role, and the mutations that carry an order."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.inventory.operations import Receipt, receive
from app.kernel.ids import new_id
from tests.support.world import Answer, Person, World, gid

ORDER = """
    id number state revision total net tax paid currency fulfilmentStatus creditStatus
    approvalStatus paymentStatus invoiceStatus settlementStatus hasOpenException expectedShipOn
    lines { id position quantity packagingLevel net gross sku { name }
      quantities { ordered cancelled shortClosed unallocated backordered allocated picked packed
                   shipped inTransit signed refused received missing } }
"""
REFUSAL = "... on Refusal { code message field details { name value } }"


@dataclass
class Chain:
    """Brand → distributor → retailer, each selling one SKU to the next at its own price."""

    world: World
    brand: UUID
    distributor: UUID
    retailer: UUID
    sku: UUID
    upstream: UUID
    downstream: UUID

    @classmethod
    async def create(cls, world: World, **terms: Any) -> "Chain":
        async with world.at_once():
            return await cls._arranged(world, **terms)

    @classmethod
    async def _arranged(cls, world: World, **terms: Any) -> "Chain":
        brand = await world.organisation("Riverside Brand", "BRAND")
        distributor = await world.organisation("East Distribution", parent=brand)
        retailer = await world.organisation("Corner Shop", "RETAILER", parent=distributor)
        sku = await world.sku(brand, "Riverside Tea 500 ml", case=24)
        upstream = await world.relationship(brand, distributor)
        downstream = await world.relationship(distributor, retailer, **terms)
        await world.price(brand, {sku: "2.16"})
        await world.price(distributor, {sku: "2.64"})
        return cls(world, brand, distributor, retailer, sku, upstream, downstream)

    async def stock(self, organisation_id: UUID, pieces: int, **lot: Any) -> UUID:
        """Goods of the SKU in the organisation's first warehouse."""
        code = lot.pop("lot_code", f"L{new_id().hex[-6:]}")
        receipt = Receipt(self.sku, pieces, code, lot.get("produced_on"), lot.get("expires_on"))
        return await self.world.run(
            lambda work: receive(work, organisation_id, None, [receipt], "test", None)
        )

    async def place(
        self,
        person: Person,
        quantity: str = "2",
        level: str = "CASE",
        seen: str = "143.19",
        key: str | None = None,
        relationship: UUID | None = None,
        **more: Any,
    ) -> dict[str, Any]:
        return await mutate(
            person,
            "placeOrder",
            "PlaceOrderInput",
            {
                "idempotencyKey": key or new_id().hex,
                "relationshipId": gid("TradingRelationship", relationship or self.downstream),
                "seenTotal": seen,
                **more,
                "lines": [
                    {
                        "skuId": gid("Sku", self.sku),
                        "quantity": quantity,
                        "packagingLevel": level,
                    }
                ],
            },
        )


async def mutate(
    person: Person, name: str, input_type: str, given: dict[str, Any], thing: str = "Order"
) -> dict[str, Any]:
    """Give one command; the answer is the order (or shipment), or the refusal."""
    return (await send(person, name, input_type, given, thing)).data[name]


async def send(
    person: Person, name: str, input_type: str, given: dict[str, Any], thing: str = "Order"
) -> Answer:
    fields = {"Order": ORDER, "Shipment": "id number status lines { orderLineId pieces }"}[thing]
    document = f"""mutation($input: {input_type}!) {{ {name}(input: $input) {{
        __typename ... on {thing} {{ {fields} }} {REFUSAL} }} }}"""
    return await person.ask(document, input=given)


async def on_order(
    person: Person, name: str, order_id: str, input_type: str = "OrderInput", **more: Any
) -> dict[str, Any]:
    return await mutate(person, name, input_type, {"orderId": order_id, **more})


async def look(person: Person, order_id: str) -> dict[str, Any] | None:
    """The order as this person sees it, or none."""
    answer = await person.ask(f"query($id: ID!) {{ order(id: $id) {{ {ORDER} }} }}", id=order_id)
    return None if answer.error_codes == ["NOT_FOUND"] else answer.data["order"]
