"""Spending budgets: the own organisation's alone, of its own people and roles."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case, given
from tests.support.budgets import budget_of


def _asking(kind: str, field: str, id: str) -> dict[str, Any]:
    return budget_of(outcome="ASK", approver={"kind": kind, field: id})


def _changed(budget: str, kind: str, field: str, id: str) -> dict[str, Any]:
    return {"budgetId": budget, "terms": _asking(kind, field, id)["terms"]}


CASES: Mapping[str, tuple[Case, ...]] = {
    "spendingBudgets": NOTHING,
    "createSpendingBudget": given(lambda it, _: budget_of(membershipId=it["Membership"]))
    + given(lambda it, _: budget_of(roleId=it["Role"]))
    + given(lambda it, _: _asking("PERSON", "membershipId", it["Membership"]))
    + given(lambda it, _: _asking("ROLE", "roleId", it["Role"])),
    "changeSpendingBudget": given(
        lambda it, _: {"budgetId": it["SpendingBudget"], "terms": budget_of()["terms"]}
    )
    + given(
        lambda it, own: _changed(own["SpendingBudget"], "PERSON", "membershipId", it["Membership"])
    )
    + given(lambda it, own: _changed(own["SpendingBudget"], "ROLE", "roleId", it["Role"])),
    "endSpendingBudget": given(lambda it, _: {"budgetId": it["SpendingBudget"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {"SpendingBudget": ("SpendingBudget",)}
