"""What a story of bands has written, and what its prices are."""

from datetime import UTC, datetime

from sqlalchemy import func, select

from app.approvals.models import ApprovalStep
from app.audit.models import AuditEntry
from app.db.outbox import OutboxEvent
from app.pricing.models import PriceChangeRow, PriceChangeSet, PriceEntry, PriceOutsideBand
from tests.support.band_approvals import Story
from tests.support.prices import PRICE_AT, asking, line

TABLES = (
    ApprovalStep,
    AuditEntry,
    OutboxEvent,
    PriceChangeRow,
    PriceChangeSet,
    PriceEntry,
    PriceOutsideBand,
)

IMPACT = """query ($id: ID!) { priceChangeSet(id: $id) { impact {
  bandConflicts { position limit outside isAdvisory } } } }"""


async def everything(of: Story) -> list[int]:
    async def counted(work):
        statements = [select(func.count()).select_from(table) for table in TABLES]
        return [await work.session.scalar(statement) for statement in statements]

    return await of.world.run(counted)


async def net(of: Story, sku=None) -> str:
    question = asking(of.the.relationship, [line(sku or of.the.sku, "1")])
    question["at"] = datetime.now(UTC).isoformat()
    return (await of.the.author.ask(PRICE_AT, input=question)).data["priceAt"]["net"]
