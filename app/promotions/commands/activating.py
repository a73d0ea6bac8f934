"""Let trade schemes start and end: four eyes where the organisation asks for them (R3-53)."""

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import update

from app.audit.operations import record
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound, Refused
from app.kernel.period import Period
from app.organisations.operations import organisations_named
from app.promotions import locks
from app.promotions.errors import (
    CampaignIncomplete,
    TradeSchemeEnded,
    TradeSchemeNeedsSecondPerson,
    TradeSchemeNotDraft,
    TradeSchemePeriodWrong,
)
from app.promotions.models import TradeScheme, TradeSchemeVersion
from app.promotions.operations.checking import check, shown
from app.promotions.operations.checklists import checklists
from app.promotions.operations.days import end_of
from app.promotions.operations.limits import open_budgets, set_limits
from app.promotions.operations.schemes import SchemeAsKnown, own_scheme, own_schemes, with_versions
from app.promotions.operations.versions import until, version_of, write_all_anew, write_anew
from app.promotions.rules.words import SchemeStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import local_day

MOST_STARTED = 20
"""How many schemes begin with a listing."""


@requires(Permission.SCHEME_APPROVE)
async def activate_trade_scheme(
    work: Work, scheme_id: UUID, *, only_if_complete: bool = False
) -> SchemeAsKnown:
    """Let a draft speak in its period, never before this instant; its budget is open from now on.

    Raises `TradeSchemeNotDraft`, `TradeSchemeNeedsSecondPerson` for who wrote it, what `check`
    raises for what no longer exists, `TradeSchemePeriodWrong` when its period is over, and where
    that is asked `CampaignIncomplete` with what its checklist lacks.
    """
    row = await locks.scheme(work, scheme_id, own_schemes(work))
    (known,) = await with_versions(work, [row])
    before = shown(known)
    await _check_may_start(work, known, needs_two=await _needs_two(work))
    terms = known.terms
    await check(work, terms)
    if only_if_complete:
        await _check_complete(work, known)
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


@requires(Permission.SCHEME_APPROVE)
async def start_trade_schemes(work: Work, scheme_ids: Sequence[UUID]) -> None:
    """Let drafts speak together, all or none, as `activate_trade_scheme` does (R2-11).

    Those that speak already stay as they are. Raises what activating one raises. The same
    statements for any number of schemes.
    """
    wanted = list(dict.fromkeys(scheme_ids))
    if len(wanted) > MOST_STARTED:
        raise Invalid("schemeIds", f"must name at most {MOST_STARTED} schemes")
    rows = await locks.schemes(work, wanted, own_schemes(work))
    for place, key in enumerate(wanted):
        if key not in rows:
            raise NotFound("TradeScheme").at(f"schemeIds.{place}")
    named = await with_versions(work, [rows[key] for key in wanted])
    drafts = [each for each in named if each.status_at(work.now) is not SchemeStatus.ACTIVE]
    before = {each.row.id: shown(each) for each in drafts}
    needs_two = await _needs_two(work)
    try:
        for each in drafts:
            await _check_may_start(work, each, needs_two=needs_two)
        await check(work, *(each.terms for each in drafts))
    except Refused as refused:
        raise refused.at("schemeIds") from None
    if drafts:
        await _start(work, drafts)
    for each in await with_versions(work, [each.row for each in drafts]):
        key, name = each.row.id, "TRADE_SCHEME_ACTIVATED"
        record(work, name, "trade_scheme", key, before=before[key], after=shown(each))


async def _start(work: Work, drafts: Sequence[SchemeAsKnown]) -> None:
    await open_budgets(work, drafts)
    written: list[tuple[SchemeAsKnown, Sequence[TradeSchemeVersion]]] = []
    for each in drafts:
        period = Period(max(each.valid_from, work.now), each.valid_until)
        written.append((each, [version_of(work, each, each.terms, period)]))
    instant = await write_all_anew(work, written)
    statement = update(TradeScheme).where(TradeScheme.id.in_([each.row.id for each in drafts]))
    await work.session.execute(statement.values(status=SchemeStatus.ACTIVE, activated_at=instant))


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


async def _check_complete(work: Work, known: SchemeAsKnown) -> None:
    points = (await checklists(work, [known]))[known.row.id]
    missing = [each.found for each in points if not each.is_met]
    if missing:
        raise CampaignIncomplete(known.row.name, " ".join(missing))


async def _needs_two(work: Work) -> bool:
    """Whether the own organisation wants a second person to let schemes start."""
    own = work.actor.own_organisation
    return (await organisations_named(work, [own]))[own].needs_price_approval


async def _check_may_start(work: Work, known: SchemeAsKnown, *, needs_two: bool) -> None:
    row = known.row
    if row.status != SchemeStatus.DRAFT:
        raise TradeSchemeNotDraft(row.name, str(known.status_at(work.now)))
    if known.valid_until is not None and known.valid_until <= work.now:
        today = await local_day(work)
        last = await local_day(work, known.valid_until)
        raise TradeSchemePeriodWrong(str(today), str(last)).at("schemeId")
    if needs_two and row.created_by_membership_id == work.actor.membership_id:
        raise TradeSchemeNeedsSecondPerson(row.name)
