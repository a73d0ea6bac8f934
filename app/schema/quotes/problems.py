"""Rules that failed, shown instead of silently skipped."""

import strawberry

from app.pricing import rules


@strawberry.type
class RuleProblem:
    """A rule that failed, so that nothing came from it. For the seller only."""

    name: str = strawberry.field(description="The price list or trade scheme whose rule it is.")
    reason: str

    @classmethod
    def of(cls, problem: rules.RuleProblem) -> "RuleProblem":
        """Show a problem."""
        return cls(name=problem.name, reason=problem.reason)
