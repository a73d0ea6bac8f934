"""Versions of a scheme on both time axes: closed and written anew, never rewritten."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select

from app.db.bulk import update_rows
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.document import to_plain
from app.kernel.ids import new_id
from app.kernel.period import Period
from app.promotions.models import TradeSchemeVersion
from app.promotions.operations.schemes import SchemeAsKnown
from app.promotions.rules.terms import SchemeTerms


async def write_anew(
    work: Work,
    known: SchemeAsKnown,
    versions: Sequence[TradeSchemeVersion],
) -> datetime:
    """Let what is known of a scheme be history, and these versions be known instead.

    Four statements. Returns from when on that is known.
    """
    return await write_all_anew(work, [(known, versions)])


async def write_all_anew(
    work: Work, written: Sequence[tuple[SchemeAsKnown, Sequence[TradeSchemeVersion]]]
) -> datetime:
    """Do the same for several schemes at one instant; four statements as well."""
    instant = await known_from(work)
    closed = [
        {"id": each.id, "known_until": instant} for known, _ in written for each in known.versions
    ]
    await update_rows(work, TradeSchemeVersion, closed)
    numbers = await work.session.execute(
        select(TradeSchemeVersion.scheme_id, func.max(TradeSchemeVersion.number).label("number"))
        .where(TradeSchemeVersion.scheme_id.in_([known.row.id for known, _ in written]))
        .group_by(TradeSchemeVersion.scheme_id)
    )
    last = {found.scheme_id: found.number for found in numbers}
    for known, versions in written:
        for number, version in enumerate(versions, last.get(known.row.id, 0) + 1):
            version.number, version.known_from = number, instant
    await work.save(*(version for _, versions in written for version in versions))
    return instant


def version_of(
    work: Work, known: SchemeAsKnown, terms: SchemeTerms, period: Period
) -> TradeSchemeVersion:
    """Return a new version, to be numbered when it is written."""
    return TradeSchemeVersion(
        id=new_id(),
        scheme_id=known.row.id,
        terms=to_plain(terms),
        valid_from=period.start,
        valid_until=period.end,
        known_from=work.now,
    )


def until(work: Work, known: SchemeAsKnown, end: datetime) -> list[TradeSchemeVersion]:
    """Return copies of the known versions as far as they lie before an end."""
    return [
        TradeSchemeVersion(
            id=new_id(),
            scheme_id=each.scheme_id,
            terms=each.terms,
            valid_from=each.valid_from,
            valid_until=end if each.valid_until is None else min(end, each.valid_until),
            known_from=work.now,
        )
        for each in known.versions
        if each.valid_from < end
    ]
