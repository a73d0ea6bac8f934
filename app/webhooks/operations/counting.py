"""What came of webhooks, counted over all networks: by outcome, and without saying whose it was.

Each sender adds up by itself and hands in now and then, so that no two wait for one row while they
send. What a sender that is killed has not handed in is missing from the counts, and nothing else.
"""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from sqlalchemy import text

from app.db.work import Work
from app.webhooks.models import AttemptOutcome
from app.webhooks.operations.concluding import Called, NotReady, Result, Unseen

NOT_READY = "NOT_READY"
"""Something of ours stood in the way, and nothing was sent."""
OUTCOMES = (*(outcome.value for outcome in AttemptOutcome), NOT_READY)


def outcome_of(result: Result) -> str:
    """Return the word by which a result is counted."""
    match result:
        case Called():
            return result.outcome.value
        case Unseen():
            return AttemptOutcome.WITHHELD.value
        case NotReady():
            return NOT_READY


@dataclass
class Tally:
    """What one sender has counted since it last handed in."""

    counts: Counter[str] = field(default_factory=Counter[str])

    def add(self, result: Result) -> None:
        """Count what came of one attempt."""
        self.counts[outcome_of(result)] += 1


async def hand_in(work: Work, counts: Mapping[str, int]) -> None:
    """Add to what all have counted; platform work, in the order of the words."""
    rows = sorted(counts.items())
    given = {"outcomes": [name for name, _ in rows], "numbers": [each for _, each in rows]}
    await work.session.execute(_ADD, given)


_ADD = text("""
    INSERT INTO platform.webhook_tally (outcome, attempts)
    SELECT outcome, number FROM unnest(CAST(:outcomes AS text[]), CAST(:numbers AS bigint[]))
        AS counted(outcome, number)
    ORDER BY outcome
    ON CONFLICT (outcome) DO UPDATE SET attempts = webhook_tally.attempts + excluded.attempts
""")
