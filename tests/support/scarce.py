"""What a branch keeps of its warehouse's work, for tests of isolation."""

from typing import Any

from app.inventory.commands import check_stock
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
    rules = [{"warehouseId": branch["Warehouse"], "region": f"{branch.secret} region"}]
    await branch.do("seller", "setSourcingRules", rules=rules)
    branch.things["StockQuota"] = quota["id"]


async def add_alerts(branch: Any) -> None:
    """Let the branch be alerted of its stock, low everywhere and high in its warehouse."""
    goods = {"skuId": branch["Sku@network"]}
    await branch.do("seller", "setStockThreshold", low="900000000")
    made = await branch.do(
        "seller", "setStockThreshold", warehouseId=branch["Warehouse"], high="0", low="0", **goods
    )
    low = {"skuId": branch["Sku:DRAFT"], "warehouseId": branch["Warehouse"], "low": "7"}
    await branch.do("seller", "setStockThreshold", **low)
    status = {"warehouseId": branch["Warehouse"], "lotId": branch["StockLot"], "quantity": "1"}
    ways = (("AVAILABLE", "BLOCKED"), ("BLOCKED", "AVAILABLE"))
    for since, to in ways:
        more = {"fromStatus": since, "toStatus": to, "reason": f"{branch.secret} fell down"}
        keyed = {"idempotencyKey": new_id().hex, **status, **more}
        changed = await branch.do("seller", "changeStockStatus", **keyed)
    branch.things["StockStatusChange"] = changed["id"]
    bands = [{"fromPieces": "1", "name": f"{branch.secret} few"}]
    await branch.do("seller", "setStockBands", bands=bands)
    await branch.world.run(lambda work: check_stock(work, branch.distributor))
    found = await branch.seller.ask("{ stockAlerts { edges { node { id } } } }")
    alerts = [edge["node"]["id"] for edge in found.data["stockAlerts"]["edges"]]
    branch.things |= {"StockThreshold": made["id"], "StockAlert": alerts[0]}


async def add_transfers(branch: Any) -> None:
    """Let goods of the branch be on their way from another of its warehouses, twice.

    What lies in the first stays as it is, as the branch is known by it.
    """
    named = {"name": f"{branch.secret} Annex", "priority": -5}
    annex = await branch.do("seller", "createWarehouse", **named)
    piece = {"skuId": branch["Sku@network"], "packagingLevel": "PIECE", "quantity": "500"}
    goods = {"warehouseId": annex["id"], "goods": [piece | {"lotCode": f"{branch.secret}-lot"}]}
    await branch.do("seller", "receiveStock", idempotencyKey=new_id().hex, **goods)
    lots = [{"lotId": branch["StockLot"], "pieces": "1"}]
    way = {"fromWarehouseId": annex["id"], "toWarehouseId": branch["Warehouse"], "lots": lots}
    for _ in range(2):
        key = {"idempotencyKey": new_id().hex, "note": f"{branch.secret} lorry"}
        sent = await branch.do("seller", "sendStockTransfer", **key, **way)
    branch.things |= {"StockTransfer": sent["id"], "Warehouse:ANNEX": annex["id"]}


async def add_wave(branch: Any) -> None:
    """Let the branch walk for the order that is being picked."""
    warehouse = branch["Warehouse"]
    place = {"warehouseId": warehouse, "skuId": branch["Sku@network"], "place": "A-01"}
    await branch.do("seller", "setStockPlace", **place)
    wave = await branch.do(
        "seller",
        "createPickWave",
        idempotencyKey=new_id().hex,
        warehouseId=warehouse,
        orderIds=[branch["Order:PICKING"]],
    )
    found = await branch.seller.ask(
        "query($id: ID!) { node(id: $id) { ... on PickWave { lines { id } } } }", id=wave["id"]
    )
    line = found.data["node"]["lines"][0]["id"]
    branch.things |= {"PickWave": wave["id"], "PickLine": line}


async def add_plan(branch: Any) -> None:
    """Let the branch plan to bring what waits for a carrier, by a vehicle of its own."""
    plan = await branch.do(
        "seller",
        "planDelivery",
        idempotencyKey=new_id().hex,
        warehouseId=branch["Warehouse"],
        day="2026-11-30",
        vehicle=f"{branch.secret} van",
        driverId=branch["Membership:SELLER"],
        shipmentIds=[branch["Shipment:PLANNED"]],
    )
    branch.things["DeliveryPlan"] = plan["id"]
