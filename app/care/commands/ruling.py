"""What a seller sets: who answers which tickets until when, and when it works (R1-68, R3-64)."""

from dataclasses import asdict, dataclass
from datetime import time
from uuid import UUID

from sqlalchemy import exists, select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.care import locks
from app.care.errors import TicketRuleTaken
from app.care.models import CareTerms, TicketRule
from app.care.operations.people import check_department, check_worker
from app.care.operations.terms import REOPENING_DAYS, RESPONSE_HOURS, WARNING_HOURS
from app.care.rules.hours import MOST_HOURS
from app.care.rules.words import TicketCategory, TicketKind
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.kernel.period import UnknownZone, zone_of
from app.organisations.models import CustomerLevel, Territory
from app.organisations.operations import check_owned
from app.rbac.guard import requires
from app.rbac.permissions import Permission

LONGEST_REOPENING = 366
_WEEK = range(7)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRule:
    """Conditions of a rule, of which those left out always hold, and what it then says."""

    kind: TicketKind | None = None
    category: TicketCategory | None = None
    level_id: UUID | None = None
    territory_id: UUID | None = None
    role_id: UUID | None = None
    membership_id: UUID | None = None
    response_hours: int | None = None
    warning_hours: int | None = None
    escalation_role_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewTerms:
    """When a seller works, and what holds for tickets that no rule speaks of."""

    time_zone: str | None = None
    weekdays: tuple[int, ...] = tuple(_WEEK)
    opens: time | None = None
    closes: time | None = None
    response_hours: int = RESPONSE_HOURS
    warning_hours: int = WARNING_HOURS
    reopening_days: int = REOPENING_DAYS


@requires(Permission.TICKET_RULE_WRITE)
async def create_ticket_rule(work: Work, new: NewRule, key: str) -> UUID:
    """Say who answers certain tickets of the own customers until when; it holds for new ones.

    Raises `TicketRuleTaken`, `CannotWorkOnTickets`, and `NotFound` for what is not one's own.
    """
    _check_hours(new.response_hours, new.warning_hours)
    if new.role_id is not None and new.membership_id is not None:
        raise Invalid("membershipId", "names a person: leave the role out, or the other way round")

    async def command(rule_id: UUID) -> None:
        await _check_named(work, new)
        await _check_free(work, new)
        own = work.actor.own_organisation
        given = asdict(new)
        await work.save(TicketRule(id=rule_id, seller_id=own, created_at=work.now, **given))
        after = {name: str(value) for name, value in given.items() if value is not None}
        record(work, "CREATE_TICKET_RULE", "ticket_rule", rule_id, after=after)

    return await once(work, key, "createTicketRule", asdict(new), new_id(), command)


@requires(Permission.TICKET_RULE_WRITE)
async def end_ticket_rule(work: Work, rule_id: UUID) -> UUID:
    """Let a rule hold for no new ticket any more; said twice, it has ended once."""
    row = await locks.rule(work, rule_id)
    if row is None:
        raise NotFound("TicketRule").at("ticketRuleId")
    if row.ended_at is None:
        row.ended_at = work.now
        record(work, "END_TICKET_RULE", "ticket_rule", rule_id)
    return rule_id


@requires(Permission.TICKET_RULE_WRITE)
async def set_care_terms(work: Work, new: NewTerms) -> None:
    """Put the own organisation's terms in the place of those there were, for deadlines to come."""
    _check_terms(new)
    values = asdict(new) | {"weekdays": sorted(set(new.weekdays))}
    key = {"tenant_id": work.tenant_id, "organisation_id": work.actor.own_organisation}
    statement = insert(CareTerms).values(values | key)
    await work.session.execute(
        statement.on_conflict_do_update(index_elements=list(key), set_=values)
    )
    after = {name: str(value) for name, value in values.items() if value is not None}
    record(work, "SET_CARE_TERMS", "care_terms", work.actor.own_organisation, after=after)


async def _check_named(work: Work, new: NewRule) -> None:
    own = work.actor.own_organisation
    await check_owned(work, CustomerLevel, own, new.level_id, "levelId")
    await check_owned(work, Territory, own, new.territory_id, "territoryId")
    if new.role_id is not None:
        await check_department(work, new.role_id)
    if new.membership_id is not None:
        await check_worker(work, new.membership_id)
    if new.escalation_role_id is not None:
        await check_department(work, new.escalation_role_id, "escalationRoleId")


async def _check_free(work: Work, new: NewRule) -> None:
    conditions = {
        TicketRule.kind: new.kind,
        TicketRule.category: new.category,
        TicketRule.level_id: new.level_id,
        TicketRule.territory_id: new.territory_id,
    }
    taken = exists().where(
        TicketRule.tenant_id == work.tenant_id,
        TicketRule.seller_id == work.actor.own_organisation,
        TicketRule.ended_at.is_(None),
        *(column.is_not_distinct_from(value) for column, value in conditions.items()),
    )
    if await work.session.scalar(select(taken)):
        raise TicketRuleTaken


def _check_hours(response: int | None, warning: int | None) -> None:
    if response is not None and not 1 <= response <= MOST_HOURS:
        raise Invalid("responseHours", f"must be 1 to {MOST_HOURS} working hours")
    if warning is not None and not 0 <= warning < (response or 0):
        raise Invalid("warningHours", "must be fewer than the response hours, which must be named")


def _check_terms(new: NewTerms) -> None:
    if new.time_zone is not None:
        try:
            zone_of(new.time_zone)
        except UnknownZone as unknown:
            raise Invalid("timeZone", f"{unknown}; name one such as Asia/Shanghai") from unknown
    if not new.weekdays or not set(new.weekdays) <= set(_WEEK):
        raise Invalid("weekdays", "must name one weekday at least")
    if (new.opens is None) != (new.closes is None):
        raise Invalid("closes", "name both times of day, or neither for round the clock")
    if new.opens is not None and new.closes is not None and new.opens >= new.closes:
        raise Invalid("closes", "must be after the opening, on the same day")
    if any(at is not None and at.tzinfo is not None for at in (new.opens, new.closes)):
        raise Invalid("opens", "must be a time without an offset: its zone is timeZone")
    _check_hours(new.response_hours, new.warning_hours)
    if not 0 <= new.reopening_days <= LONGEST_REOPENING:
        raise Invalid("reopeningDays", f"must be 0 to {LONGEST_REOPENING}")
