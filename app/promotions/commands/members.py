"""Membership tiers of long-term buyers; what they give are schemes for them (R0-53)."""

from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import (
    AmountOutOfRange,
    checked_amount,
    typed_currency,
)
from app.promotions.errors import MembershipTierExists
from app.promotions.models import MembershipTier
from app.promotions.operations.standing import recount_tiers
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class NewTier:
    """A tier and the net purchases within 365 days that reach it."""

    name: str
    currency: str
    threshold: Decimal


@requires(Permission.SCHEME_WRITE)
async def create_membership_tier(work: Work, new: NewTier, idempotency_key: str) -> MembershipTier:
    """Make a tier of the own organisation; whoever reaches it already is in it at once.

    Raises `Invalid`, `MembershipTierExists`.
    """
    _check(new)
    made = await once(
        work,
        idempotency_key,
        "createMembershipTier",
        new,
        new_id(),
        lambda key: _create(work, key, new),
    )
    found = await work.session.scalars(select(MembershipTier).where(MembershipTier.id == made))
    return found.one()


def _check(new: NewTier) -> None:
    if not 1 <= len(new.name.strip()) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    typed_currency(new.currency)
    try:
        checked_amount(new.threshold)
    except AmountOutOfRange as beyond:
        raise Invalid("threshold", str(beyond)) from beyond
    if new.threshold < 0:
        raise Invalid("threshold", "must not be negative")


async def _create(work: Work, tier_id: UUID, new: NewTier) -> None:
    own, name = work.actor.own_organisation, new.name.strip()
    taken = exists().where(
        MembershipTier.tenant_id == work.tenant_id,
        MembershipTier.seller_id == own,
        MembershipTier.name == name,
    )
    if await work.session.scalar(select(taken)):
        raise MembershipTierExists(name)
    tier = MembershipTier(
        id=tier_id,
        seller_id=own,
        name=name,
        currency=new.currency,
        threshold=new.threshold,
        created_at=work.now,
    )
    try:
        await work.save(tier)
    except IntegrityError:
        raise MembershipTierExists(name) from None
    await recount_tiers(work, seller_id=own)
    after = {"name": name, "currency": new.currency, "threshold": str(new.threshold)}
    record(work, "MEMBERSHIP_TIER_CREATED", "membership_tier", tier_id, after=after)
