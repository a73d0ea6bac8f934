"""Schemes together with their versions, and whose they are: said here and nowhere else."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select

from app.db.work import Work
from app.kernel.errors import NotFound
from app.promotions.models import SchemeBudget, TradeScheme, TradeSchemeVersion
from app.promotions.operations.documents import terms_of
from app.promotions.rules.terms import SchemeTerms
from app.promotions.rules.words import SchemeStatus


@dataclass(frozen=True, slots=True)
class SchemeAsKnown:
    """A scheme, its versions as known now, the earliest first, and its budget if it has one."""

    row: TradeScheme
    versions: tuple[TradeSchemeVersion, ...]
    budget: SchemeBudget | None

    @property
    def terms(self) -> SchemeTerms:
        """What its latest version says."""
        return terms_of(self.versions[-1].terms)

    @property
    def valid_from(self) -> datetime:
        """The first instant at which it may speak."""
        return self.versions[0].valid_from

    @property
    def valid_until(self) -> datetime | None:
        """The first instant without it; none where no end is set."""
        return self.versions[-1].valid_until

    def status_at(self, instant: datetime) -> SchemeStatus:
        """Return the status; an active scheme whose period is over has ended."""
        is_over = self.valid_until is not None and self.valid_until <= instant
        if is_over and self.row.status == SchemeStatus.ACTIVE:
            return SchemeStatus.ENDED
        return SchemeStatus(self.row.status)

    def at(self, instant: datetime) -> TradeSchemeVersion:
        """Return the version in force at an instant, or the nearest one."""
        begun = [each for each in self.versions if each.valid_from <= instant]
        return begun[-1] if begun else self.versions[0]


def own_schemes(work: Work) -> ColumnElement[bool]:
    """Hold schemes to those of the actor's organisation."""
    return TradeScheme.seller_id == work.actor.own_organisation


async def own_scheme(work: Work, scheme_id: UUID) -> SchemeAsKnown:
    """Find one of the own organisation's schemes; raises `NotFound`."""
    statement = select(TradeScheme).where(TradeScheme.id == scheme_id, own_schemes(work))
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("TradeScheme")
    return (await with_versions(work, [found]))[0]


async def with_versions(work: Work, rows: Sequence[TradeScheme]) -> list[SchemeAsKnown]:
    """Join schemes, in their order, with versions and budget; one statement."""
    statement = (
        select(TradeSchemeVersion, SchemeBudget)
        .outerjoin(
            SchemeBudget,
            and_(
                SchemeBudget.tenant_id == TradeSchemeVersion.tenant_id,
                SchemeBudget.scheme_id == TradeSchemeVersion.scheme_id,
            ),
        )
        .where(
            TradeSchemeVersion.scheme_id.in_([row.id for row in rows]),
            TradeSchemeVersion.known_until.is_(None),
        )
        .order_by(TradeSchemeVersion.valid_from, TradeSchemeVersion.id)
        .execution_options(populate_existing=True)
    )
    found: dict[UUID, list[TradeSchemeVersion]] = {row.id: [] for row in rows}
    budgets: dict[UUID, SchemeBudget | None] = {}
    for version, budget in await work.session.execute(statement):
        found[version.scheme_id].append(version)
        budgets[version.scheme_id] = budget
    return [SchemeAsKnown(row, tuple(found[row.id]), budgets.get(row.id)) for row in rows]


def has_status(work: Work, status: SchemeStatus) -> ColumnElement[bool]:
    """Hold schemes to those with a status now; whose last version is over counts as ended."""
    version = TradeSchemeVersion
    goes_on = exists().where(
        version.tenant_id == TradeScheme.tenant_id,
        version.scheme_id == TradeScheme.id,
        version.known_until.is_(None),
        or_(version.valid_until.is_(None), version.valid_until > work.now),
    )
    if status is SchemeStatus.ACTIVE:
        return and_(TradeScheme.status == SchemeStatus.ACTIVE, goes_on)
    if status is SchemeStatus.ENDED:
        over = and_(TradeScheme.status == SchemeStatus.ACTIVE, ~goes_on)
        return or_(TradeScheme.status == SchemeStatus.ENDED, over)
    return TradeScheme.status == status
