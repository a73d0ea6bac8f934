"""Draft trade schemes, and change them: freely as drafts, by new versions once they speak."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import delete, exists, select
from sqlalchemy.exc import IntegrityError

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.document import to_plain
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.organisations.operations import organisations_named
from app.promotions import locks
from app.promotions.errors import (
    ActiveTradeSchemeNeedsApproval,
    TradeSchemeEnded,
    TradeSchemeExists,
)
from app.promotions.models import TradeScheme, TradeSchemeVersion
from app.promotions.operations.checking import check, shown
from app.promotions.operations.days import period_of
from app.promotions.operations.limits import set_limits
from app.promotions.operations.schemes import SchemeAsKnown, own_scheme, own_schemes, with_versions
from app.promotions.operations.versions import until, version_of, write_anew
from app.promotions.rules.terms import SchemeTerms
from app.promotions.rules.words import SchemeKind, SchemeStatus
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_NAME = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewScheme:
    """A scheme as a person describes it; days are of the network's zone, the last one included."""

    name: str
    kind: SchemeKind
    terms: SchemeTerms
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SchemeChange:
    """What a scheme says from a day on: from now without a first, without end without a last.

    Limits in all hold for the scheme as a whole, from now on.
    """

    terms: SchemeTerms
    first_day: date | None = None
    last_day: date | None = None


@requires(Permission.SCHEME_WRITE)
async def create_trade_scheme(work: Work, new: NewScheme, idempotency_key: str) -> SchemeAsKnown:
    """Draft a scheme of the own organisation; the same key drafts it once (F9).

    Raises what `check` and `period_of` raise, and `TradeSchemeExists`.
    """
    body = [new.name, new.kind, to_plain(new.terms), new.first_day, new.last_day]
    made = await once(
        work,
        idempotency_key,
        "createTradeScheme",
        body,
        new_id(),
        lambda key: _create(work, key, new),
    )
    return await own_scheme(work, made)


@requires(Permission.SCHEME_WRITE)
async def change_trade_scheme(work: Work, scheme_id: UUID, change: SchemeChange) -> SchemeAsKnown:
    """Change a draft freely; let an active scheme say something else from a day on.

    What was said until then stays askable. Raises `TradeSchemeEnded`, `TradeSchemeFromPast`,
    `SchemeLimitBelowUsed`, and `ActiveTradeSchemeNeedsApproval` where two people must agree.
    """
    row = await locks.scheme(work, scheme_id, own_schemes(work))
    (known,) = await with_versions(work, [row])
    if known.status_at(work.now) is SchemeStatus.ENDED:
        raise TradeSchemeEnded(row.name)
    before = shown(known)
    await check(work, change.terms)
    period = await period_of(work, change.first_day, change.last_day)
    if row.status == SchemeStatus.DRAFT:
        await _redraft(work, known, change.terms, period)
    else:
        await _change_active(work, known, change.terms, period)
    changed = await own_scheme(work, scheme_id)
    record(
        work, "TRADE_SCHEME_CHANGED", "trade_scheme", scheme_id, before=before, after=shown(changed)
    )
    return changed


async def _create(work: Work, scheme_id: UUID, new: NewScheme) -> None:
    name = new.name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    await check(work, new.terms)
    period = await period_of(work, new.first_day, new.last_day)
    row = TradeScheme(
        id=scheme_id,
        seller_id=work.actor.own_organisation,
        name=name,
        kind=new.kind,
        status=SchemeStatus.DRAFT,
        created_by_membership_id=work.actor.membership_id,
        created_at=work.now,
    )
    await _save(work, row)
    known = SchemeAsKnown(row, (), None)
    version = version_of(work, known, new.terms, period)
    version.number = 1
    await work.save(version)
    after = shown(SchemeAsKnown(row, (version,), None))
    record(work, "TRADE_SCHEME_DRAFTED", "trade_scheme", scheme_id, after=after)


async def _save(work: Work, row: TradeScheme) -> None:
    """Write a scheme; a name is taken once, also by a concurrent twin."""
    name, taken = (
        row.name,
        exists().where(
            TradeScheme.tenant_id == work.tenant_id,
            TradeScheme.seller_id == row.seller_id,
            TradeScheme.name == row.name,
        ),
    )
    if await work.session.scalar(select(taken)):
        raise TradeSchemeExists(name)
    try:
        await work.save(row)
    except IntegrityError:
        raise TradeSchemeExists(name) from None


async def _redraft(work: Work, known: SchemeAsKnown, terms: SchemeTerms, period: Period) -> None:
    """Write a draft anew, by whoever changes it: the second person must be another one."""
    known.row.created_by_membership_id = work.actor.membership_id
    await work.session.execute(
        delete(TradeSchemeVersion)
        .where(TradeSchemeVersion.scheme_id == known.row.id)
        .execution_options(synchronize_session=False)
    )
    version = version_of(work, known, terms, period)
    version.number = known.versions[-1].number + 1
    await work.save(version)


async def _change_active(
    work: Work, known: SchemeAsKnown, terms: SchemeTerms, period: Period
) -> None:
    organisations = await organisations_named(work, [known.row.seller_id])
    if organisations[known.row.seller_id].needs_price_approval:
        raise ActiveTradeSchemeNeedsApproval(known.row.name)
    await set_limits(work, known, terms)
    kept = until(work, known, period.start)
    await write_anew(work, known, [*kept, version_of(work, known, terms, period)])
