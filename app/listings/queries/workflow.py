"""What the owner may read of its products' way to the shelf."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.catalog.models import Product
from app.db.keyset import keyset, newest_first
from app.db.work import Work
from app.kernel.errors import NotFound
from app.kernel.paging import Page, PageRequest, page_of
from app.listings.models import ListingPolicy, ListingReview, ReviewState
from app.listings.operations import missing, policy_of
from app.listings.rules import FieldChange, ListingStage, changes, stage_of
from app.rbac.guard import requires
from app.rbac.permissions import Permission


@dataclass(frozen=True, slots=True)
class Listing:
    """An own product on its way, with what it lacks to be listed, if that was asked."""

    product: Product
    review: ListingReview | None
    missing: tuple[str, ...] | None = None

    @property
    def stage(self) -> ListingStage:
        """Where it stands."""
        review = self.review
        state, confirmed = (review.state, review.display_confirmed_at) if review else (None, None)
        return stage_of(self.product.status, self.product.listed_at, state, confirmed)


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of a product: who, when, why, and what differs."""

    id: UUID
    at: datetime
    actor_name: str
    action: str
    reason: str | None
    changes: tuple[FieldChange, ...]


@requires(Permission.PRODUCT_WRITE)
async def listing(work: Work, product_id: UUID) -> Listing:
    """Return an own product with its review and what it lacks to be listed; `NotFound` else."""
    product = await _own(work, product_id)
    policy = await policy_of(work, product.owner_id)
    lacking = tuple(await missing(work, product, policy))
    reviews = await _reviews(work, [product_id])
    return Listing(product, reviews.get(product_id), lacking)


@requires(Permission.PRODUCT_WRITE)
async def listings(work: Work, page: PageRequest, state: ReviewState) -> Page[Listing]:
    """Return own products whose review stands so, by name; they are no longer sold meanwhile."""
    statement = (
        select(Product)
        .join(ListingReview, ListingReview.product_id == Product.id)
        .where(
            ListingReview.owner_id == work.actor.own_organisation,
            ListingReview.state == state,
        )
    )
    rows = await work.session.scalars(keyset(statement, page, Product.name, Product.id))
    products = rows.all()
    reviews = await _reviews(work, [product.id for product in products])
    shown = [Listing(product, reviews.get(product.id)) for product in products]
    return page_of(shown, page, lambda row: (row.product.name, str(row.product.id)))


@requires(Permission.PRODUCT_WRITE)
async def listing_policy(work: Work) -> ListingPolicy:
    """Return what the own organisation asks before it lists a product."""
    return await policy_of(work, work.actor.own_organisation)


@requires(Permission.PRODUCT_WRITE)
async def product_history(work: Work, product_id: UUID, page: PageRequest) -> Page[Edit]:
    """Return what was done to an own product, the newest first, with what differs (R3-9)."""
    await _own(work, product_id)
    entries = select(AuditEntry).where(
        AuditEntry.subject_kind == "product",
        AuditEntry.subject_id == product_id,
        AuditEntry.actor_organisation_id == work.actor.own_organisation,
    )
    rows = await work.session.scalars(newest_first(entries, page, AuditEntry.id))
    return page_of([_edit(row) for row in rows], page, lambda row: (str(row.id),))


def _edit(row: AuditEntry) -> Edit:
    found = tuple(changes(row.before, row.after))
    return Edit(row.id, row.at, row.actor_name, row.action, row.reason, found)


async def _own(work: Work, product_id: UUID) -> Product:
    found = await work.session.scalar(
        select(Product).where(
            Product.id == product_id, Product.owner_id == work.actor.own_organisation
        )
    )
    if found is None:
        raise NotFound("Product")
    return found


async def _reviews(work: Work, ids: Collection[UUID]) -> dict[UUID, ListingReview]:
    rows = await work.session.scalars(
        select(ListingReview).where(ListingReview.product_id.in_(ids))
    )
    return {row.product_id: row for row in rows}
