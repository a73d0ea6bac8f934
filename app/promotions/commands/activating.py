"""Let trade schemes start and end: four eyes where the organisation asks for them (R3-53)."""

from datetime import date, datetime
from uuid import UUID

from app.audit.operations import record
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.period import Period
from app.organisations.operations import organisations_named
from app.promotions import locks
from app.promotions.errors import (
    TradeSchemeEnded,
    TradeSchemeNeedsSecondPerson,
    TradeSchemeNotDraft,
    TradeSchemePeriodWrong,
)
from app.promotions.operations.checking import check, shown
from app.promotions.operations.days import end_of
from app.promotions.operations.limits import set_limits
from app.promotions.operations.schemes import SchemeAsKnown, own_scheme, own_schemes, with_versions
from app.promotions.operations.versions import until, version_of, write_anew
from app.promotions.rules.words import SchemeStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day


@requires(Permission.SCHEME_APPROVE)
async def activate_trade_scheme(work: Work, scheme_id: UUID) -> SchemeAsKnown:
    """Let a draft speak in its period, never before this instant; its budget is open from now on.

    Raises `TradeSchemeNotDraft`, `TradeSchemeNeedsSecondPerson` for who wrote it, what `check`
    raises for what no longer exists, and `TradeSchemePeriodWrong` when its period is over.
    """
    row = await locks.scheme(work, scheme_id, own_schemes(work))
    (known,) = await with_versions(work, [row])
    before = shown(known)
    await _check_may_start(work, known)
    terms = known.terms
    await check(work, terms)
    period = Period(max(known.valid_from, work.now), known.valid_until)
    row.status = SchemeStatus.ACTIVE
    await set_limits(work, known, terms)
    row.activated_at = await write_anew(work, known, [version_of(work, known, terms, period)])
    started = await own_scheme(work, scheme_id)
    record(
        work,
        "TRADE_SCHEME_ACTIVATED",
        "trade_scheme",
        scheme_id,
        before=before,
        after=shown(started),
    )
    return started


@requires(Permission.SCHEME_WRITE)
async def end_trade_scheme(work: Work, scheme_id: UUID, last_day: date | None) -> SchemeAsKnown:
    """Let a scheme end after a day, or at once without one; what it gave stays given.

    A draft is given up. Raises `TradeSchemeEnded` and `TradeSchemeFromPast`.
    """
    row = await locks.scheme(work, scheme_id, own_schemes(work))
    (known,) = await with_versions(work, [row])
    if known.status_at(work.now) is SchemeStatus.ENDED:
        raise TradeSchemeEnded(row.name)
    before = shown(known)
    end = await end_of(work, last_day)
    never_begun = row.status == SchemeStatus.DRAFT or known.valid_from >= end
    if never_begun:
        ended_at = await _given_up_at(work, known)
    else:
        ended_at = await write_anew(work, known, until(work, known, end))
    if never_begun or end <= work.now:
        row.status, row.ended_at = SchemeStatus.ENDED, ended_at
    ended = await own_scheme(work, scheme_id)
    record(work, "TRADE_SCHEME_ENDED", "trade_scheme", scheme_id, before=before, after=shown(ended))
    return ended


async def _given_up_at(work: Work, known: SchemeAsKnown) -> datetime:
    """Return from when on it is known that a scheme never begins; not after it would have."""
    if known.row.status == SchemeStatus.DRAFT:
        return work.now
    return min(await known_from(work), known.valid_from)


async def _check_may_start(work: Work, known: SchemeAsKnown) -> None:
    row = known.row
    if row.status != SchemeStatus.DRAFT:
        raise TradeSchemeNotDraft(row.name, str(known.status_at(work.now)))
    if known.valid_until is not None and known.valid_until <= work.now:
        today = await local_day(work)
        last = await local_day(work, known.valid_until)
        raise TradeSchemePeriodWrong(str(today), str(last)).at("schemeId")
    organisations = await organisations_named(work, [row.seller_id])
    needs_two = organisations[row.seller_id].needs_price_approval
    if needs_two and row.created_by_membership_id == work.actor.membership_id:
        raise TradeSchemeNeedsSecondPerson(row.name)
