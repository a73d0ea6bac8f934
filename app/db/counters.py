"""Document numbers per tenant and series (F1: no sequence is an identity)."""

from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import Table, TenantOwned
from app.db.work import Work


class DocumentCounter(TenantOwned, Table):
    """The last number given out in one organisation's series."""

    __tablename__ = "document_counter"

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    series: Mapped[str] = mapped_column(primary_key=True)
    last_number: Mapped[int]


async def next_number(work: Work, organisation_id: UUID, series: str) -> int:
    """Return the next number, from 1; the series has no gap, since it rolls back with the work."""
    return (await next_numbers(work, organisation_id, series, 1))[0]


async def next_numbers(work: Work, organisation_id: UUID, series: str, count: int) -> range:
    """Return as many next numbers as are asked for, under one lock; one statement."""
    statement = insert(DocumentCounter).values(
        tenant_id=work.tenant_id, organisation_id=organisation_id, series=series, last_number=count
    )
    counted = statement.on_conflict_do_update(
        index_elements=["tenant_id", "organisation_id", "series"],
        set_={"last_number": DocumentCounter.last_number + count},
    ).returning(DocumentCounter.last_number)
    last = (await work.session.execute(counted)).scalar_one()
    return range(last - count + 1, last + 1)
