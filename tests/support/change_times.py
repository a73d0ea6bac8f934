"""What a team's prices are at an instant, and were known to be."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, update

from app.audit.models import AuditEntry
from app.db.outbox import OutboxEvent
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceEntry
from tests.support.branches import key
from tests.support.changes import Team
from tests.support.prices import PRICE_AT, asking, line

ZONE = ZoneInfo("Asia/Shanghai")


def today() -> date:
    return datetime.now(ZONE).date()


def day(ahead: int) -> str:
    return str(today() + timedelta(days=ahead))


def midnight(ahead: int) -> datetime:
    found = today() + timedelta(days=ahead)
    return datetime(found.year, found.month, found.day, tzinfo=ZONE)


async def net_at(the: Team, instant: datetime, sku=None) -> str | None:
    question = asking(the.relationship, [line(sku or the.sku, "1")], at=instant.isoformat())
    quote = (await the.author.ask(PRICE_AT, input=question)).data["priceAt"]
    return quote["net"] if quote["lines"] else None


async def net_now(the: Team, sku=None) -> str | None:
    return await net_at(the, datetime.now(UTC), sku)


async def rows_of(the: Team, table: Any) -> int:
    return await the.world.run(
        lambda work: work.session.scalar(select(func.count()).select_from(table))
    )


async def everything(the: Team) -> list[int]:
    tables = (PriceEntry, PriceChangeSet, PriceChangeRow, AuditEntry, OutboxEvent)
    return [await rows_of(the, table) for table in tables]


async def known(the: Team, when: datetime) -> list[tuple[str, datetime, datetime | None]]:
    """What was written down at an instant of the first SKU's prices, by their start."""
    after = PriceEntry.known_until.is_(None) | (PriceEntry.known_until > when)
    statement = (
        select(PriceEntry)
        .where(PriceEntry.sku_id == the.sku, PriceEntry.known_from <= when, after)
        .order_by(PriceEntry.valid_from)
    )
    rows = await the.world.run(lambda work: work.session.scalars(statement))
    return [(f"{row.amount.normalize():f}", row.valid_from, row.valid_until) for row in rows]


async def backdate(the: Team, change_set: str, ago: timedelta) -> None:
    """Let a set have been approved some time ago, and what it wrote be known since then."""
    set_id = key(change_set)
    then = datetime.now(UTC) - ago

    async def shift(work) -> None:
        row = await work.session.get_one(PriceChangeSet, (the.world.tenant_id, set_id))
        applied = row.decided_at
        row.decided_at, row.created_at = then, then
        row.effective_from = min(row.effective_from, then)
        rows = update(PriceChangeRow).where(PriceChangeRow.change_set_id == set_id)
        await work.session.execute(
            rows.values(valid_from=func.least(PriceChangeRow.valid_from, then))
        )
        for column in ("known_from", "known_until", "valid_from", "valid_until"):
            attribute = getattr(PriceEntry, column)
            await work.session.execute(
                update(PriceEntry).where(attribute == applied).values({column: then})
            )

    await the.world.run(shift)
