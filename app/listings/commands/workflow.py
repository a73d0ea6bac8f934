"""The way to the shelf: submit, review, list, confirm the display (R2-7..R2-12, R3-7)."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from app.audit.operations import record
from app.catalog.errors import ListingIncomplete
from app.catalog.models import ListingStatus, Product
from app.catalog.operations import put_on_sale
from app.catalog.rules import checked_text
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.listings import locks
from app.listings.errors import (
    ChangedSinceSubmitted,
    ListedAlready,
    NotOnDisplay,
    NotUnderReview,
    ReviewedByAuthor,
    ReviewNeeded,
)
from app.listings.models import ListingPolicy, ListingReview, ReviewState
from app.listings.operations import content_of, missing, policy_of
from app.rbac.guard import requires
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

LONGEST_REASON = 2_000


@dataclass(frozen=True, slots=True)
class NewPolicy:
    """What to ask of own products before they are listed."""

    needs_review: bool = False
    needs_description: bool = False
    needs_price: bool = False
    needs_stock: bool = False
    needs_image: bool = False


@requires(Permission.PRODUCT_WRITE)
async def set_listing_policy(work: Work, new: NewPolicy) -> ListingPolicy:
    """Say what the own organisation's products need before they are listed; listed ones stay."""
    policy = await policy_of(work, work.actor.own_organisation)
    names = ("needs_review", "needs_description", "needs_price", "needs_stock", "needs_image")
    before = {name: bool(getattr(policy, name)) for name in names}
    after = {name: getattr(new, name) for name in names}
    for name, value in after.items():
        setattr(policy, name, value)
    await work.save(policy)
    if before != after:
        subject = policy.organisation_id
        record(work, "SET_LISTING_POLICY", "listing_policy", subject, before=before, after=after)
    return policy


@requires(Permission.PRODUCT_WRITE)
async def submit_listing(work: Work, product_id: UUID) -> Product:
    """Submit a complete own product for review; again, what is changed since counts (R2-9).

    Raises `ListingIncomplete`, `ListedAlready` and `NotFound`.
    """
    product, review = await locks.product_with_review(work, product_id)
    if product.status == ListingStatus.LISTED:
        raise ListedAlready(product.name)
    await _check_complete(work, product, await policy_of(work, product.owner_id))
    review = review or ListingReview(product_id=product.id, owner_id=product.owner_id)
    _move(work, product, review, ReviewState.UNDER_REVIEW, "SUBMIT_LISTING")
    review.content = await content_of(work, product)
    review.submitted_by_membership_id, review.submitted_at = work.actor.membership_id, work.now
    review.decided_by_membership_id = review.decided_at = review.reason = None
    await work.save(review)
    reviewers = await people_of(work, [product.owner_id], Permission.PRODUCT_WRITE)
    _tell(work, product, "listing_waits", set(reviewers) - {work.actor.membership_id})
    return product


@requires(Permission.PRODUCT_WRITE)
async def approve_listing(work: Work, product_id: UUID) -> Product:
    """Approve what a colleague submitted, as it was submitted; listing it is another step.

    Raises `NotUnderReview`, `ReviewedByAuthor`, `ChangedSinceSubmitted` and `NotFound`.
    """
    product, review = await _to_decide(work, product_id)
    if review.content != await content_of(work, product):
        raise ChangedSinceSubmitted(product.name)
    _decide(work, product, review, ReviewState.APPROVED)
    return product


@requires(Permission.PRODUCT_WRITE)
async def refuse_listing(work: Work, product_id: UUID, reason: str) -> Product:
    """Refuse what a colleague submitted, and say why; it is a draft again.

    Raises `NotUnderReview`, `ReviewedByAuthor`, `Invalid` without a reason, and `NotFound`.
    """
    why = checked_text(reason, "reason", LONGEST_REASON)
    product, review = await _to_decide(work, product_id)
    _decide(work, product, review, ReviewState.REFUSED, why)
    return product


@requires(Permission.PRODUCT_WRITE)
async def list_product(work: Work, product_id: UUID) -> Product:
    """Make a product orderable when its data is complete (R2-7); again changes nothing.

    Raises `ListingIncomplete` with what is missing; `ReviewNeeded` and `ChangedSinceSubmitted`
    where the policy asks for a review; `NotFound` for all but the owner.
    """
    product, review = await locks.product_with_review(work, product_id)
    if product.status == ListingStatus.LISTED:
        return product
    policy = await policy_of(work, product.owner_id)
    await _check_complete(work, product, policy)
    if policy.needs_review:
        if review is None or review.state != ReviewState.APPROVED:
            raise ReviewNeeded(product.name)
        if review.content != await content_of(work, product):
            raise ChangedSinceSubmitted(product.name)
    if review is not None:
        review.state = None
    put_on_sale(work, product)
    return product


@requires(Permission.PRODUCT_WRITE)
async def confirm_display(work: Work, product_id: UUID) -> Product:
    """Confirm that buyers are shown a listed product as they should be (R2-12); once a listing.

    Raises `NotOnDisplay` and `NotFound`.
    """
    product, review = await locks.product_with_review(work, product_id)
    if product.status != ListingStatus.LISTED:
        raise NotOnDisplay(product.name)
    review = review or ListingReview(product_id=product.id, owner_id=product.owner_id)
    since, confirmed = product.listed_at, review.display_confirmed_at
    if confirmed is not None and since is not None and confirmed >= since:
        return product
    review.display_confirmed_at = work.now
    review.display_confirmed_by_membership_id = work.actor.membership_id
    await work.save(review)
    record(work, "CONFIRM_DISPLAY", "product", product.id)
    return product


async def _check_complete(work: Work, product: Product, policy: ListingPolicy) -> None:
    lacking = await missing(work, product, policy)
    if lacking:
        raise ListingIncomplete(product.name, "; ".join(lacking))


async def _to_decide(work: Work, product_id: UUID) -> tuple[Product, ListingReview]:
    product, review = await locks.product_with_review(work, product_id)
    if review is None or review.state != ReviewState.UNDER_REVIEW:
        raise NotUnderReview(product.name)
    if review.submitted_by_membership_id == work.actor.membership_id:
        raise ReviewedByAuthor(product.name)
    return product, review


def _decide(
    work: Work,
    product: Product,
    review: ListingReview,
    state: ReviewState,
    reason: str | None = None,
) -> None:
    verb = "APPROVE_LISTING" if state is ReviewState.APPROVED else "REFUSE_LISTING"
    _move(work, product, review, state, verb, reason)
    review.decided_by_membership_id, review.decided_at = work.actor.membership_id, work.now
    review.reason = reason
    told = "listing_approved" if state is ReviewState.APPROVED else "listing_refused"
    submitted_by = review.submitted_by_membership_id
    _tell(work, product, told, {submitted_by} - {None}, reason)


def _tell(
    work: Work,
    product: Product,
    kind: str,
    people: Collection[UUID | None],
    reason: str | None = None,
) -> None:
    data = {
        "organisation_id": str(product.owner_id),
        "product": product.name,
        "by_name": work.actor.name,
        "reason": reason,
        "recipients": sorted(map(str, people)),
    }
    work.tell(DomainEvent(kind, "product", product.id, data))


def _move(  # noqa: PLR0913, PLR0917  # a transition is all of these
    work: Work,
    product: Product,
    review: ListingReview,
    state: ReviewState,
    verb: str,
    reason: str | None = None,
) -> None:
    before = {"review": review.state}
    review.state = state
    after = {"review": state.value}
    record(work, verb, "product", product.id, before=before, after=after, reason=reason)
