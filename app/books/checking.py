"""Look at all books of a network in one snapshot, and at all networks one after the other."""

from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.books.books import BOOKS
from app.db.checking import SAMPLE, Book, Broken
from app.db.database import Access, Database
from app.db.work import Work, acting_as, begin
from app.kernel.actor import system_actor
from app.tenants.models import Tenant

_NAME = "books"


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a network's books found, of so many invariants; `broken` by book."""

    tenant_id: UUID
    slug: str
    invariants: int
    broken: tuple[tuple[str, Broken], ...]

    def sentences(self) -> list[str]:
        """Say each breach in a line."""
        return [f"{book}/{each.invariant.name}: {each}" for book, each in self.broken]


async def check(
    work: Work, books: Sequence[Book] = BOOKS, sample: int = SAMPLE
) -> list[tuple[str, Broken]]:
    """Return all that does not hold, by book; one statement a book, whatever the number of rows."""
    return [(book.name, broken) for book in books for broken in await book.broken(work, sample)]


async def check_tenant(
    database: Database, tenant_id: UUID, books: Sequence[Book] = BOOKS, sample: int = SAMPLE
) -> Checked:
    """Look at one network, in one snapshot of its own; raises `LookupError` if there is none."""
    actor = acting_as(system_actor(tenant_id, _NAME))
    async with begin(database, tenant_id, actor, access=Access.READ) as work:
        slug = await work.session.scalar(select(Tenant.slug).where(Tenant.id == tenant_id))
        if slug is None:
            msg = f"there is no network {tenant_id}"
            raise LookupError(msg)
        broken = await check(work, books, sample)
    return Checked(tenant_id, slug, sum(len(book.invariants) for book in books), tuple(broken))


async def check_networks(
    database: Database,
    slugs: Sequence[str] = (),
    books: Sequence[Book] = BOOKS,
    sample: int = SAMPLE,
) -> AsyncGenerator[Checked, None]:
    """Look at all networks, or at those named, one after the other by age."""
    wanted = select(Tenant.id).order_by(Tenant.created_at, Tenant.id)
    if slugs:
        wanted = wanted.where(Tenant.slug.in_(slugs))
    actor = acting_as(system_actor(None, _NAME))
    async with begin(database, None, actor, access=Access.READ) as work:
        tenant_ids = (await work.session.scalars(wanted)).all()
    for tenant_id in tenant_ids:
        yield await check_tenant(database, tenant_id, books, sample)
