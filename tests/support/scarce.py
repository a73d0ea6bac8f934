"""What a branch keeps of its warehouse's work, for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id


async def add_quota(branch: Any) -> None:
    """Bound what the branch's customer may have of its goods, by more than it will ever ask."""
    quota = await branch.do(
        "seller",
        "createStockQuota",
        idempotencyKey=new_id().hex,
        skuId=branch["Sku@network"],
        pieces="900000000",
        period="WHOLE",
        relationshipId=branch["TradingRelationship"],
    )
    branch.things["StockQuota"] = quota["id"]
