"""What people do before there is an order, in tests over the API."""

from typing import Any
from uuid import UUID

from app.kernel.ids import new_id
from tests.support.chain import REFUSAL, Chain
from tests.support.world import Person, gid

LINES = "lines { quantity packagingLevel sku { id } }"
SAVED = f"id name purpose sharing isMine {LINES}"
PRICED = f"""isOrderable {LINES} quote {{ net total lines {{ key net }} hints {{ text }} }}
    gaps {{ kind line isBlocking missingQuantity missingAmount text }}"""


def wanted_line(sku: UUID, quantity: str = "1", level: str = "PIECE") -> dict[str, str]:
    """A line of an input."""
    return {"skuId": gid("Sku", sku), "quantity": quantity, "packagingLevel": level}


async def give(
    person: Person, name: str, kind: str, fields: str, /, **given: Any
) -> dict[str, Any]:
    """Give a command; the answer is what it made, or the refusal."""
    input_type = f"{name[0].upper()}{name[1:]}Input"
    document = f"""mutation($input: {input_type}!) {{ {name}(input: $input) {{
        __typename ... on {kind} {{ {fields} }} {REFUSAL} }} }}"""
    return (await person.ask(document, input=given)).data[name]


async def saved(person: Person, chain: Chain, name: str, **more: Any) -> dict[str, Any]:
    """A new saved cart in the chain's lower relationship."""
    given = {
        "idempotencyKey": new_id().hex,
        "relationshipId": gid("TradingRelationship", chain.downstream),
        "name": name,
        **more,
    }
    return await give(person, "createSavedCart", "SavedCart", SAVED, **given)


async def put(person: Person, relationship: UUID, line: dict[str, str]) -> dict[str, Any]:
    """Put a line into one's own cart."""
    given = {"relationshipId": gid("TradingRelationship", relationship), **line}
    return await give(person, "setCartLine", "Cart", LINES, **given)


async def priced(person: Person, **which: Any) -> dict[str, Any]:
    """A cart with what it costs now."""
    document = f"query($input: PricedCartInput!) {{ pricedCart(input: $input) {{ {PRICED} }} }}"
    return (await person.ask(document, input=which)).data["pricedCart"]


async def own_cart(person: Person, relationship: UUID) -> list[tuple[str, str]]:
    """The quantities in one's own cart, with their packaging units."""
    document = f"query($id: ID!) {{ cart(relationshipId: $id) {{ {LINES} }} }}"
    answer = await person.ask(document, id=gid("TradingRelationship", relationship))
    return amounts(answer.data["cart"])


async def seen(person: Person) -> list[dict[str, Any]]:
    """The saved carts that a person works in."""
    answer = await person.ask(f"{{ savedCarts {{ edges {{ node {{ {SAVED} }} }} }} }}")
    return [edge["node"] for edge in answer.data["savedCarts"]["edges"]]


def amounts(cart: dict[str, Any]) -> list[tuple[str, str]]:
    """The quantities of a cart, with their packaging units."""
    return [(line["quantity"], line["packagingLevel"]) for line in cart["lines"]]
