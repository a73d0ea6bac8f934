"""Rows of a team's price change, few and many."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, insert, select

from app.catalog.models import Sku, SkuPackaging
from app.kernel.ids import new_id
from app.pricing.models import PriceChangeRow
from tests.support.changes import Team

HEADING = "price_list,sku,amount"

YESTERDAY = str((datetime.now(ZoneInfo("Asia/Shanghai")) - timedelta(days=1)).date())

KEEP = {"errorPolicy": "KEEP_VALID"}


async def rows_in(the: Team) -> int:
    statement = select(func.count()).select_from(PriceChangeRow)
    return await the.world.run(lambda work: work.session.scalar(statement))


async def many_skus(the: Team, number: int) -> list:
    """So many SKUs of one product, written at once; their codes are S0, S1 and so on."""
    ids = [new_id() for _ in range(number)]

    async def write(work) -> None:
        like = await work.session.scalar(select(Sku).where(Sku.id == the.sku))
        rows = [
            {
                "tenant_id": work.tenant_id,
                "id": sku,
                "product_id": like.product_id,
                "tax_category_id": like.tax_category_id,
                "code": f"S{place}",
                "name": f"S{place}",
            }
            for place, sku in enumerate(ids)
        ]
        await work.session.execute(insert(Sku), rows)
        packs = [
            {"tenant_id": work.tenant_id, "sku_id": sku, "level": "PIECE", "factor": Decimal(1)}
            for sku in ids
        ]
        await work.session.execute(insert(SkuPackaging), packs)

    await the.world.run(write)
    return ids
