"""Which rule says who is to work on a ticket: the one with the most conditions that fit."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from app.care.rules.words import TicketCategory, TicketKind


@dataclass(frozen=True, slots=True)
class TicketFacts:
    """What a rule looks at; levels and territories begin with the customer's own and go up."""

    kind: TicketKind
    category: TicketCategory
    level_ids: Sequence[UUID] = ()
    territory_ids: Sequence[UUID] = ()


@dataclass(frozen=True, slots=True)
class RoutingRule:
    """For which tickets, as far as it says, and who is to answer them until when.

    A rule for a level or territory holds for those below it too. Hours are working hours.
    """

    id: UUID
    kind: TicketKind | None = None
    category: TicketCategory | None = None
    level_id: UUID | None = None
    territory_id: UUID | None = None
    role_id: UUID | None = None
    membership_id: UUID | None = None
    response_hours: int | None = None
    warning_hours: int | None = None
    escalation_role_id: UUID | None = None

    def fits(self, facts: TicketFacts) -> bool:
        """Whether every condition that it has holds."""
        return (
            self.kind in {None, facts.kind}
            and self.category in {None, facts.category}
            and (self.level_id is None or self.level_id in facts.level_ids)
            and (self.territory_id is None or self.territory_id in facts.territory_ids)
        )

    def rank(self, facts: TicketFacts) -> tuple[int, int, int, UUID]:
        """Sort before rules that fit less closely; the older one of equals comes first."""
        conditions = (self.kind, self.category, self.level_id, self.territory_id)
        return (
            sum(condition is None for condition in conditions),
            _distance(self.level_id, facts.level_ids),
            _distance(self.territory_id, facts.territory_ids),
            self.id,
        )


def rule_for(rules: Iterable[RoutingRule], facts: TicketFacts) -> RoutingRule | None:
    """Return the rule that fits most closely, or none."""
    fitting = [rule for rule in rules if rule.fits(facts)]
    return min(fitting, key=lambda rule: rule.rank(facts), default=None)


def _distance(key: UUID | None, path: Sequence[UUID]) -> int:
    return 0 if key is None else path.index(key)
