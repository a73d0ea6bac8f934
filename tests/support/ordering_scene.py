"""What a branch means to order: one thing of every kind, for the isolation tests."""

from typing import Any, Protocol

from app.kernel.ids import new_id
from tests.support.world import World


class Ordering(Protocol):
    """What such things are made with."""

    world: World
    secret: str

    def __getitem__(self, name: str) -> str: ...

    async def do(self, side: str, command: str, /, **given: Any) -> dict[str, Any]: ...


async def add_ordering(branch: Ordering) -> dict[str, str]:
    """A cart that the seller's people keep for their customer, and all that comes of carts."""
    await branch.do(
        "buyer",
        "setCartLine",
        relationshipId=branch["TradingRelationship"],
        skuId=branch["Sku@network"],
        quantity="7",
    )
    cart = await branch.do(
        "seller",
        "createSavedCart",
        idempotencyKey=new_id().hex,
        relationshipId=branch["TradingRelationship"],
        name=f"{branch.secret} cart",
        sharing="ORGANISATION",
        lines=[{"skuId": branch["Sku@network"], "quantity": "1"}],
    )
    request = await branch.do(
        "buyer",
        "sendOrderRequest",
        idempotencyKey=new_id().hex,
        relationshipId=branch["TradingRelationship"],
        note=f"{branch.secret} note",
        savedCartId=await _of_buyer(branch, "wishes"),
    )
    standing = await branch.do(
        "seller",
        "createStandingOrder",
        idempotencyKey=new_id().hex,
        savedCartId=cart["id"],
        calendar={"weekdays": ["MONDAY"], "at": "07:30", "startsOn": "2199-01-01"},
    )
    await branch.do("seller", "skipStandingOrder", standingOrderId=standing["id"], day="2199-01-14")
    await branch.do(
        "seller",
        "addOrderNote",
        idempotencyKey=new_id().hex,
        orderId=branch["Order:SHIPPED"],
        text=f"{branch.secret} aside",
    )
    return {
        "SavedCart": cart["id"],
        "SavedCart:BUYER": await _of_buyer(branch, "own"),
        "OrderRequest": request["id"],
        "StandingOrder": standing["id"],
    }


async def _of_buyer(branch: Ordering, name: str) -> str:
    cart = await branch.do(
        "buyer",
        "createSavedCart",
        idempotencyKey=new_id().hex,
        relationshipId=branch["TradingRelationship"],
        name=f"{branch.secret} {name}",
        lines=[{"skuId": branch["Sku@network"], "quantity": "1"}],
    )
    return cart["id"]
