"""Issue coupons, up to ten thousand at once, and withdraw them (R0-52)."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, ColumnElement, Text, Uuid, bindparam, func, literal, select, update
from sqlalchemy import cast as sql_cast
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.idempotency import once
from app.db.tables import table_of
from app.db.work import TryAgain, Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.organisations.operations import find_relationship
from app.promotions.errors import CouponCodesTaken, SchemeTakesNoCoupons, TradeSchemeEnded
from app.promotions.models import Coupon
from app.promotions.operations.days import period_of
from app.promotions.operations.schemes import SchemeAsKnown, own_scheme
from app.promotions.rules.coupons import NUMBERS, generated, is_well_formed, normalised
from app.promotions.rules.words import SchemeStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission

MOST_COUPONS = 10_000
LONGEST_PREFIX = 16
MOST_USES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class NewCoupons:
    """Codes to draw for a scheme: for anyone, or for one customer only.

    `prefix` stands before each drawn code. Days are of the network's zone.
    """

    scheme_id: UUID
    quantity: int
    prefix: str = ""
    relationship_id: UUID | None = None
    uses_limit: int = 1
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class CouponBatch:
    """Coupons of a scheme that were issued, or withdrawn, together."""

    scheme: SchemeAsKnown
    batch_id: UUID | None
    quantity: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """Which coupons of a scheme nobody may use any more: a batch of them, or some of them."""

    scheme_id: UUID
    batch_id: UUID | None = None
    coupon_ids: Sequence[UUID] = ()


@requires(Permission.SCHEME_WRITE)
async def issue_coupons(work: Work, new: NewCoupons, idempotency_key: str) -> CouponBatch:
    """Draw codes for a scheme of the own organisation in one insert; the same key draws once.

    Raises `Invalid`, `NotFound`, `SchemeTakesNoCoupons`, `TradeSchemeEnded`.
    """
    _check(new)
    batch_id = await once(
        work, idempotency_key, "issueCoupons", new, new_id(), lambda key: _issue(work, key, new)
    )
    return CouponBatch(await own_scheme(work, new.scheme_id), batch_id, new.quantity)


@requires(Permission.SCHEME_WRITE)
async def withdraw_coupons(work: Work, withdrawal: Withdrawal) -> CouponBatch:
    """Let nobody use coupons from now on; what they gave stays given.

    The answer counts those that could still be used. Raises `Invalid`, `NotFound`.
    """
    known = await own_scheme(work, withdrawal.scheme_id)
    if (withdrawal.batch_id is None) == (not withdrawal.coupon_ids):
        raise Invalid("batchId", "must be given, or couponIds, but not both")
    if len(withdrawal.coupon_ids) > MOST_COUPONS:
        raise Invalid("couponIds", f"must be at most {MOST_COUPONS}")
    chosen = _chosen(withdrawal)
    if await work.session.scalar(select(func.count()).select_from(Coupon).where(*chosen)) == 0:
        raise NotFound("Coupon").at("batchId" if withdrawal.batch_id else "couponIds")
    done = await work.session.scalars(
        update(Coupon)
        .where(*chosen, Coupon.withdrawn_at.is_(None))
        .values(withdrawn_at=work.now)
        .returning(Coupon.id)
        .execution_options(synchronize_session=False)
    )
    number = len(done.all())
    _record(work, "COUPONS_WITHDRAWN", known, {"coupons": number})
    return CouponBatch(known, withdrawal.batch_id, number)


def _chosen(withdrawal: Withdrawal) -> list[ColumnElement[bool]]:
    some = (
        Coupon.batch_id == withdrawal.batch_id
        if withdrawal.batch_id is not None
        else Coupon.id.in_(withdrawal.coupon_ids)
    )
    return [Coupon.scheme_id == withdrawal.scheme_id, some]


def _check(new: NewCoupons) -> None:
    if not 1 <= new.quantity <= MOST_COUPONS:
        raise Invalid("quantity", f"must be between 1 and {MOST_COUPONS}")
    if not 1 <= new.uses_limit <= MOST_USES:
        raise Invalid("usesLimit", f"must be between 1 and {MOST_USES}")
    prefix = normalised(new.prefix)
    if prefix and (len(prefix) > LONGEST_PREFIX or not is_well_formed(f"{prefix}0000")):
        raise Invalid("prefix", f"must be up to {LONGEST_PREFIX} letters and digits")


async def _issue(work: Work, batch_id: UUID, new: NewCoupons) -> None:
    known = await own_scheme(work, new.scheme_id)
    if known.status_at(work.now) is SchemeStatus.ENDED:
        raise TradeSchemeEnded(known.row.name)
    if not known.terms.needs_coupon:
        raise SchemeTakesNoCoupons(known.row.name)
    await _check_customer(work, new.relationship_id)
    period = await period_of(work, new.first_day, new.last_day)
    await _draw(work, batch_id, new, period)
    after = {"batch": str(batch_id), "coupons": new.quantity, "uses_limit": new.uses_limit}
    _record(work, "COUPONS_ISSUED", known, after)


async def _check_customer(work: Work, relationship_id: UUID | None) -> None:
    if relationship_id is None:
        return
    found = await find_relationship(work, relationship_id)
    if found is None or found.seller_id != work.actor.own_organisation:
        raise NotFound("TradingRelationship").at("relationshipId")


async def _draw(work: Work, batch_id: UUID, new: NewCoupons, period: Period) -> None:
    """Write all codes in one statement; a code that exists already starts the draw over."""
    same: dict[str, ColumnElement[Any]] = {
        "tenant_id": literal(work.tenant_id, Uuid()),
        "seller_id": literal(work.actor.own_organisation, Uuid()),
        "scheme_id": literal(new.scheme_id, Uuid()),
        "batch_id": literal(batch_id, Uuid()),
        "relationship_id": literal(new.relationship_id, Uuid()),
        "uses_limit": literal(new.uses_limit),
        "uses": literal(0),
        "valid_from": literal(period.start),
        "valid_until": literal(period.end, Coupon.valid_until.type),
        "issued_at": literal(work.now),
    }
    drawn: dict[str, ColumnElement[Any]] = {
        "id": func.unnest(sql_cast(bindparam("ids"), ARRAY(Uuid()))),
        "code": func.unnest(sql_cast(bindparam("codes"), ARRAY(Text()))),
    }
    coupon = table_of(Coupon)
    written = (
        insert(coupon)
        .from_select([*same, *drawn], select(*same.values(), *drawn.values()))
        .on_conflict_do_nothing()
        .returning(coupon.c.id)
        .cte("written")
    )
    number = await work.session.scalar(
        select(func.count()).select_from(written),
        {"ids": [new_id() for _ in range(new.quantity)], "codes": _codes(new)},
    )
    if number != new.quantity:
        raise TryAgain(CouponCodesTaken())


def _codes(new: NewCoupons) -> list[str]:
    prefix = normalised(new.prefix)
    return [prefix + generated(secrets.randbelow(NUMBERS)) for _ in range(new.quantity)]


def _record(work: Work, action: str, known: SchemeAsKnown, after: dict[str, Any]) -> None:
    record(work, action, "trade_scheme", known.row.id, after=after)
