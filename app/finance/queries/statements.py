"""The account of a relationship as both sides read it (R3-26)."""

from datetime import date
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.finance.operations.sight import parties_see
from app.finance.operations.statements import Statement, statement_of
from app.kernel.errors import NotFound
from app.organisations.models import TradingRelationship
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@requires(Permission.INVOICE_READ)
async def account_statement(
    work: Work, relationship_id: UUID, since: date, until: date, currency: str | None = None
) -> Statement:
    """Return the account of a relationship from `since` up to the day before `until`.

    Seven statements at most. Raises `NotFound` for relationships of others, `Invalid` for days
    that make no period.
    """
    statement = select(TradingRelationship).where(
        TradingRelationship.id == relationship_id, parties_see(work)
    )
    terms = (await work.session.scalars(statement)).first()
    if terms is None:
        raise NotFound("TradingRelationship").at("relationshipId")
    return await statement_of(work, terms, since, until, currency)
