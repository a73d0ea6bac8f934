"""Promotions of a branch: one of every kind, for tests of isolation."""

from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from strawberry import relay

from app.db.work import Work
from app.kernel.ids import new_id
from app.organisations.operations import find_relationship
from app.promotions.models import Coupon, TradeSchemeVersion
from app.promotions.operations import Granted, give_back, grant
from app.promotions.rules.outcome import SchemeBenefit
from app.promotions.rules.words import BenefitKind
from tests.support.world import gid


def key(global_id: str) -> UUID:
    return UUID(relay.GlobalID.from_id(global_id).node_id)


async def promote(branch: Any) -> None:
    """A scheme that waits for coupons, and what it gave; a draft; points and a membership tier."""
    tier = await branch.do(
        "seller",
        "createMembershipTier",
        idempotencyKey=new_id().hex,
        name=f"{branch.secret} tier",
        currency="CNY",
        threshold="1",
    )
    await branch.do("seller", "setPointsProgramme", currency="CNY", valuePerPoint="0.01")
    relationship = branch["TradingRelationship"]
    await branch.do(
        "seller",
        "adjustPoints",
        idempotencyKey=new_id().hex,
        relationshipId=relationship,
        points=int(branch.figures["points"]),
        reason=branch.secret,
    )
    draft = await _scheme(branch, "draft")
    active = await _scheme(branch, "scheme", needsCoupon=True, limits={"uses": 9})
    await branch.do("seller", "activateTradeScheme", schemeId=active)
    await branch.do(
        "seller",
        "issueCoupons",
        idempotencyKey=new_id().hex,
        schemeId=active,
        relationshipId=relationship,
        usesLimit=9,
    )
    coupon = await branch.world.run(lambda work: _coupon(work, key(active)))
    branch.things |= {
        "MembershipTier": tier["id"],
        "TradeScheme:DRAFT": draft,
        "TradeScheme": active,
        "Coupon": gid("Coupon", coupon),
    }
    await branch.world.run(lambda work: _granted(work, branch, coupon))


async def _scheme(branch: Any, name: str, **more: Any) -> str:
    terms = {
        "lane": "ORDER",
        "benefit": "AMOUNT_OFF",
        "measure": "AMOUNT",
        "calculation": "STEP",
        "tiers": [{"threshold": "100", "benefit": "10"}],
        "currency": "CNY",
    }
    made = await branch.do(
        "seller",
        "createTradeScheme",
        idempotencyKey=new_id().hex,
        name=f"{branch.secret} {name}",
        terms=terms | more,
    )
    return made["id"]


async def _granted(work: Work, branch: Any, coupon_id: UUID) -> None:
    """Grant a completed order anew what the scheme gives for the coupon."""
    order_id, scheme_id = key(branch["Order:COMPLETED"]), key(branch["TradeScheme"])
    relationship = await find_relationship(work, key(branch["TradingRelationship"]))
    version = await work.session.scalar(
        select(TradeSchemeVersion.id).where(
            TradeSchemeVersion.scheme_id == scheme_id, TradeSchemeVersion.known_until.is_(None)
        )
    )
    assert relationship is not None
    assert version is not None
    benefit = SchemeBenefit(
        scheme_id=scheme_id,
        version_id=version,
        name="scheme",
        benefit=BenefitKind.AMOUNT_OFF,
        money=Decimal(1),
    )
    granted = Granted(currency="CNY", net=Decimal(2), benefits=[benefit], coupon_ids=[coupon_id])
    await give_back(work, order_id)
    await grant(work, order_id, 1, relationship, granted)


async def _coupon(work: Work, scheme_id: UUID) -> UUID:
    found = await work.session.scalars(select(Coupon.id).where(Coupon.scheme_id == scheme_id))
    return found.one()
