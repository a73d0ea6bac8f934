"""Rules made through the API, and what waits for whom."""

from typing import Any

from tests.support.chain import REFUSAL
from tests.support.world import Person, gid

STEP = """approvals { sequence revision status because decidedByName reason
    carriedFromRevision } whoCanAct { name }"""


async def make_rule(person: Person, **given: Any) -> dict[str, Any]:
    """Make a rule for the person's own organisation; the answer is the rule or the refusal."""
    document = f"""mutation($input: CreateApprovalRuleInput!) {{
        createApprovalRule(input: $input) {{ ... on ApprovalRule {{
            id name currency threshold isInheritable
            conditions {{ kind number categoryIds channels roleIds membershipIds }}
            steps {{ join approvers {{ kind roleId membershipId }} }} }} {REFUSAL} }} }}"""
    answer = await person.ask(document, input={"party": "SELLER", **given})
    return answer.data["createApprovalRule"]


async def decide(person: Person, *orders: dict[str, Any], approve: bool = True) -> list[str]:
    """Decide several orders in one command; what came of each, in words of the code."""
    document = """mutation($input: DecideApprovalsInput!) { decideApprovals(input: $input) {
        ... on ApprovalOutcomes { outcomes { place isDone code message } } } }"""
    given = [
        {"orderId": order["id"], "approve": approve, "reason": None if approve else "Too much"}
        for order in orders
    ]
    answer = await person.ask(document, input={"decisions": given})
    outcomes = answer.data["decideApprovals"]["outcomes"]
    assert [each["place"] for each in outcomes] == list(range(len(orders)))
    return [each["code"] or "DONE" for each in outcomes]


async def inbox(person: Person, wanted: str = "ALL", fields: str = "number") -> list[Any]:
    """What waits for a person, the longest waiting first."""
    document = f"""query($filter: ApprovalInboxFilter!) {{
        approvalInbox(filter: $filter) {{ edges {{ node {{ {fields} }} }} }} }}"""
    edges = (await person.ask(document, filter=wanted)).data["approvalInbox"]["edges"]
    nodes = [edge["node"] for edge in edges]
    return [node[fields] for node in nodes] if " " not in fields else nodes


async def counts(person: Person) -> dict[str, int]:
    """How much waits for a person, by filter."""
    found = (await person.ask("{ approvalInboxCounts { filter count } }")).data
    return {each["filter"]: each["count"] for each in found["approvalInboxCounts"]}


async def asked(person: Person, order: dict[str, Any]) -> dict[str, Any]:
    """The approvals of an order as its person sees them, and who can act."""
    document = f"query($id: ID!) {{ order(id: $id) {{ state approvalStatus {STEP} }} }}"
    return (await person.ask(document, id=order["id"])).data["order"]


def names(order: dict[str, Any]) -> list[str]:
    """Who can act on an order, by name."""
    return [each["name"] for each in order["whoCanAct"]]


def a_preview(chain: Any, quantity: str = "2", **more: Any) -> dict[str, Any]:
    """The input of a preview of so many cases."""
    line = {"skuId": gid("Sku", chain.sku), "quantity": quantity, "packagingLevel": "CASE"}
    relationship = gid("TradingRelationship", chain.downstream)
    return {"relationshipId": relationship, "lines": [line], **more}
