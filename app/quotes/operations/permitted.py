"""What a question may hold beside lines: discounts by hand, and the own organisation's drafts."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from decimal import Decimal
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import Forbidden, NotFound
from app.organisations.operations import is_assigned
from app.pricing.models import PriceChangeSet
from app.pricing.operations.authority import own_authority
from app.pricing.operations.scope import Asked
from app.promotions.models import TradeScheme
from app.quotes.operations.lines import QuoteLine
from app.rbac.permissions import Permission


async def with_own_authority(
    work: Work, asked: Asked, lines: Sequence[QuoteLine]
) -> Sequence[QuoteLine]:
    """Return the lines, each discount by hand with how far the actor may go in percent.

    No statement where no line has a discount. Raises `Forbidden` for the buyer's side and for
    people without the right to discount for this customer (R3-50).
    """
    if all(line.manual is None for line in lines):
        return lines
    permission = Permission.DISCOUNT_GRANT
    if not asked.is_seller or not work.actor.may(permission):
        raise Forbidden(permission)
    is_narrow = work.actor.scope_of(permission) is Scope.ASSIGNED
    if is_narrow and not await is_assigned(work, asked.relationship.id):
        raise Forbidden(permission)
    authority = await own_authority(work)
    return [_within(line, authority) for line in lines]


async def check_own_change_sets(work: Work, ids: Sequence[UUID]) -> None:
    """Raise `NotFound` at `changeSetIds.N` for any but the own organisation's; one statement."""
    if ids:
        own = PriceChangeSet.seller_id == work.actor.own_organisation
        statement = select(PriceChangeSet.id).where(PriceChangeSet.id.in_(ids), own)
        found = set(await work.session.scalars(statement))
        _check(ids, found, "PriceChangeSet", "changeSetIds")


async def check_own_schemes(work: Work, ids: Sequence[UUID]) -> None:
    """Raise `NotFound` at `schemeIds.N` for any but the own organisation's; one statement.

    Raises `Forbidden` for those who may not read schemes.
    """
    if not ids:
        return
    if not work.actor.may(Permission.SCHEME_READ):
        raise Forbidden(Permission.SCHEME_READ)
    own = TradeScheme.seller_id == work.actor.own_organisation
    statement = select(TradeScheme.id).where(TradeScheme.id.in_(ids), own)
    _check(ids, set(await work.session.scalars(statement)), "TradeScheme", "schemeIds")


def _within(line: QuoteLine, authority: Decimal | None) -> QuoteLine:
    if line.manual is None:
        return line
    return replace(line, manual=replace(line.manual, authority_percent=authority))


def _check(ids: Sequence[UUID], found: Collection[UUID], kind: str, path: str) -> None:
    for place, key in enumerate(ids):
        if key not in found:
            raise NotFound(kind).at(f"{path}.{place}")
