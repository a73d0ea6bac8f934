"""Spending budgets: set through the API, and what a branch keeps of them for tests of isolation."""

from typing import Any

from app.kernel.ids import new_id
from tests.support.world import Person

BUDGET = "id name orderLimit periodLimit endedAt current { startsOn used left }"


def budget_of(name: str = "Shop", **terms: Any) -> dict[str, Any]:
    """The input of a budget by month, which refuses what goes beyond 300 CNY."""
    more = {key: terms.pop(key) for key in ("membershipId", "roleId", "timeZone") if key in terms}
    usual = {"outcome": "REFUSE", "period": "MONTH", "periodLimit": "300", **terms}
    key = new_id().hex
    return {"idempotencyKey": key, "name": name, "currency": "CNY", "terms": usual, **more}


async def set_budget(person: Person, name: str = "Shop", **terms: Any) -> dict[str, Any]:
    document = f"""mutation($input: CreateSpendingBudgetInput!) {{
        createSpendingBudget(input: $input) {{
        ... on SpendingBudget {{ {BUDGET} }} ... on Refusal {{ code field message }} }} }}"""
    answer = await person.ask(document, input=budget_of(name, **terms))
    return answer.data["createSpendingBudget"]


async def budgets(person: Person) -> list[dict[str, Any]]:
    """The budgets that a person sees, the oldest first."""
    answer = await person.ask(f"{{ spendingBudgets {{ edges {{ node {{ {BUDGET} }} }} }} }}")
    return [edge["node"] for edge in answer.data["spendingBudgets"]["edges"]][::-1]


async def add_budgets(branch: Any) -> None:
    """Bound the branch's own spending, and its customer's, by more than either will ever order."""
    for name in ("second", ""):
        made = await branch.do(
            "seller",
            "createSpendingBudget",
            **budget_of(f"{branch.secret} {name}".strip(), periodLimit="900000000"),
        )
    branch.things["SpendingBudget"] = made["id"]
    await branch.do("buyer", "createSpendingBudget", **budget_of(periodLimit="900000000"))
