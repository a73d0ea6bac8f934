"""What a seller sets: who answers which tickets until when, and when it works."""
# pyright: reportIncompatibleMethodOverride=false
# Relay types `resolve_nodes` wider than it calls it.

from collections.abc import Iterable
from datetime import datetime, time
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.care import models
from app.care.commands import ruling
from app.care.operations.terms import REOPENING_DAYS, RESPONSE_HOURS, WARNING_HOURS, Care
from app.care.queries import rules as queries
from app.care.rules.words import TicketCategory, TicketKind
from app.schema.batch import in_order
from app.schema.context import Info
from app.schema.delivery_addresses import Weekday
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal

_DAYS = tuple(Weekday)


@strawberry.type
class TicketRule(relay.Node):
    """For which tickets, as far as it says, and who is to answer them until when.

    Of several that fit, the one with the most conditions holds. Hours are working hours; what is
    null is as the seller's terms say.
    """

    id: relay.NodeID[UUID]
    kind: TicketKind | None
    category: TicketCategory | None
    level_id: relay.GlobalID | None = strawberry.field(description="Levels below it count too.")
    territory_id: relay.GlobalID | None = strawberry.field(
        description="Territories below it count too."
    )
    role_id: relay.GlobalID | None = strawberry.field(description="The department that answers.")
    membership_id: relay.GlobalID | None
    response_hours: int | None
    warning_hours: int | None = strawberry.field(description="How long before that to remind.")
    escalation_role_id: relay.GlobalID | None = strawberry.field(
        description="Who is told when it is overdue; null for all who may set rules."
    )
    created_at: datetime
    ended_at: datetime | None

    @classmethod
    def of(cls, row: models.TicketRule) -> "TicketRule":
        """Show a row."""
        return cls(
            id=row.id,
            kind=TicketKind(row.kind) if row.kind else None,
            category=TicketCategory(row.category) if row.category else None,
            level_id=_shown("CustomerLevel", row.level_id),
            territory_id=_shown("Territory", row.territory_id),
            role_id=_shown("Role", row.role_id),
            membership_id=_shown("Membership", row.membership_id),
            response_hours=row.response_hours,
            warning_hours=row.warning_hours,
            escalation_role_id=_shown("Role", row.escalation_role_id),
            created_at=row.created_at,
            ended_at=row.ended_at,
        )

    @classmethod
    async def resolve_nodes(
        cls, *, info: Info, node_ids: Iterable[str], required: bool = False
    ) -> list["TicketRule | None"]:
        """Load by global id; unknown and foreign ids give null."""
        del required
        ids = [UUID(key) for key in node_ids]
        async with info.context.read() as work:
            return in_order(ids, await queries.ticket_rules_by_id(work, ids), TicketRule.of)


@strawberry.type
class CareTerms:
    """When a seller works, and what holds for tickets that no rule speaks of."""

    time_zone: str
    weekdays: list[Weekday]
    opens: time | None = strawberry.field(description="Null for round the clock.")
    closes: time | None
    response_hours: int = strawberry.field(description="Working hours until an answer is due.")
    warning_hours: int
    reopening_days: int = strawberry.field(
        description="How long a ticket can be reopened; then it closes by itself."
    )

    @classmethod
    def of(cls, found: Care) -> "CareTerms":
        """Show what holds."""
        return cls(
            time_zone=found.zone_name,
            weekdays=[_DAYS[day] for day in sorted(found.hours.days)],
            opens=found.hours.opens,
            closes=found.hours.closes,
            response_hours=found.response_hours,
            warning_hours=found.warning_hours,
            reopening_days=found.reopening_days,
        )


@strawberry.input
class CreateTicketRuleInput:
    """Conditions, of which those left out always hold, and a department or a person."""

    idempotency_key: str
    kind: TicketKind | None = None
    category: TicketCategory | None = None
    level_id: relay.GlobalID | None = None
    territory_id: relay.GlobalID | None = None
    role_id: relay.GlobalID | None = None
    membership_id: relay.GlobalID | None = None
    response_hours: int | None = None
    warning_hours: int | None = None
    escalation_role_id: relay.GlobalID | None = None

    def read(self) -> ruling.NewRule:
        """Return what was typed."""
        return ruling.NewRule(
            kind=self.kind,
            category=self.category,
            level_id=optional_key_of(self.level_id, "CustomerLevel"),
            territory_id=optional_key_of(self.territory_id, "Territory"),
            role_id=optional_key_of(self.role_id, "Role"),
            membership_id=optional_key_of(self.membership_id, "Membership"),
            response_hours=self.response_hours,
            warning_hours=self.warning_hours,
            escalation_role_id=optional_key_of(self.escalation_role_id, "Role"),
        )


@strawberry.input
class EndTicketRuleInput:
    """A rule that is to hold for no new ticket any more."""

    ticket_rule_id: relay.GlobalID


@strawberry.input
class SetCareTermsInput:
    """The terms as they are to be, whole: what is left out is as if never said."""

    time_zone: str | None = None
    weekdays: list[Weekday] = strawberry.field(default_factory=lambda: list(_DAYS))
    opens: time | None = None
    closes: time | None = None
    response_hours: int = RESPONSE_HOURS
    warning_hours: int = WARNING_HOURS
    reopening_days: int = REOPENING_DAYS

    def read(self) -> ruling.NewTerms:
        """Return what was typed."""
        return ruling.NewTerms(
            time_zone=self.time_zone,
            weekdays=tuple(_DAYS.index(day) for day in self.weekdays),
            opens=self.opens,
            closes=self.closes,
            response_hours=self.response_hours,
            warning_hours=self.warning_hours,
            reopening_days=self.reopening_days,
        )


TicketRuleResult = Annotated[TicketRule | Refusal, strawberry.union("TicketRuleResult")]
CareTermsResult = Annotated[CareTerms | Refusal, strawberry.union("CareTermsResult")]


@strawberry.type
class TicketRulesQuery:
    """Questions about rules and terms."""

    @query(queries.ticket_rules)
    async def ticket_rules(
        self, info: Info, first: int = FIRST, after: str | None = None
    ) -> relay.Connection[TicketRule]:
        """The own organisation's rules, ended ones too, the newest first."""
        page = page_request(first, after)
        async with info.context.read() as work:
            return connection(await queries.ticket_rules(work, page), TicketRule.of)

    @query(queries.own_care_terms)
    async def care_terms(self, info: Info) -> CareTerms:
        """When the own organisation works, and how soon it answers."""
        async with info.context.read() as work:
            return CareTerms.of(await queries.own_care_terms(work))


@strawberry.type
class TicketRulesMutation:
    """What can be set."""

    @mutation(ruling.create_ticket_rule)
    async def create_ticket_rule(
        self, info: Info, input: CreateTicketRuleInput
    ) -> TicketRuleResult:
        """Say who answers certain tickets until when; it holds for new ones (R1-68, R3-64)."""
        new = input.read()
        key = await info.context.write(
            lambda work: ruling.create_ticket_rule(work, new, input.idempotency_key)
        )
        return await _load(info, key)

    @mutation(ruling.end_ticket_rule)
    async def end_ticket_rule(self, info: Info, input: EndTicketRuleInput) -> TicketRuleResult:
        """Let a rule hold for no new ticket any more."""
        key = key_of(input.ticket_rule_id, "TicketRule")
        await info.context.write(lambda work: ruling.end_ticket_rule(work, key))
        return await _load(info, key)

    @mutation(ruling.set_care_terms)
    async def set_care_terms(self, info: Info, input: SetCareTermsInput) -> CareTermsResult:
        """Say when the own organisation works; deadlines that stand already stay."""
        new = input.read()
        await info.context.write(lambda work: ruling.set_care_terms(work, new))
        async with info.context.read() as work:
            return CareTerms.of(await queries.own_care_terms(work))


async def _load(info: Info, key: UUID) -> TicketRule:
    async with info.context.read() as work:
        found = await queries.ticket_rules_by_id(work, [key])
    return TicketRule.of(found[key])


def _shown(type_name: str, key: UUID | None) -> relay.GlobalID | None:
    return None if key is None else relay.GlobalID(type_name, str(key))
