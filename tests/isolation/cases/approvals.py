"""Approval: rules that name others' people, managers, what waits, and orders to decide."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.isolation.cases.writing import NOTHING, WHY, Case, an_order, given, lines


def _decision(it, _own):
    return {"decisions": [{"orderId": it["Order:PENDING_APPROVAL"], "approve": True}]}


def _in_a_month() -> str:
    return (datetime.now(UTC) + timedelta(days=30)).isoformat()


def _rule(more: Callable[[Any], dict[str, Any]], **marks: bool) -> tuple[Case, ...]:
    return given(lambda it, _: {"party": "SELLER", "currency": "CNY", **more(it)}, **marks)


def _escalating(party: dict[str, Any]) -> dict[str, Any]:
    return {"escalateAfterHours": 5, "escalateTo": party}


CASES: Mapping[str, tuple[Case, ...]] = {
    "approvalInbox": NOTHING,
    "approvalInboxCounts": NOTHING,
    "approvalManager": (Case(lambda it, _: {"membershipId": it["Membership"]}),),
    "previewApprovals": given(
        lambda it, own: {
            "relationshipId": it["TradingRelationship"],
            "lines": lines(own["Sku@network"]),
        },
        owner="buyer",
    )
    + given(
        lambda it, own: {
            "relationshipId": own["TradingRelationship"],
            "lines": lines(it["Sku@network"]),
        },
        owner="buyer",
        is_of_network=True,
    ),
    "setApprovalManager": given(
        lambda it, own: {
            "membershipId": it["Membership"],
            "managerMembershipId": own["Membership:SELLER"],
        }
    )
    + given(
        lambda it, own: {
            "membershipId": own["Membership"],
            "managerMembershipId": it["Membership:SELLER"],
        }
    ),
    # Holds
    "orderHolds": NOTHING,
    "holdOrder": an_order("BACKORDERED", kind="LEGAL", **WHY),
    "overrideHolds": an_order("PENDING_REVIEW", **WHY),
    "holdCustomer": given(
        lambda it, _: {"relationshipId": it["TradingRelationship"], "kind": "LEGAL", **WHY}
    ),
    "releaseHold": given(lambda it, _: {"holdId": it["OrderHold"], **WHY}),
    "approvalDelegations": NOTHING,
    "delegateApprovals": given(
        lambda it, _: {"toMembershipId": it["Membership"], "endsAt": _in_a_month()}
    )
    + given(
        lambda it, own: {
            "toMembershipId": own["Membership"],
            "ruleId": it["ApprovalRule"],
            "endsAt": _in_a_month(),
        }
    ),
    "endApprovalDelegation": given(lambda it, _: {"delegationId": it["ApprovalDelegation"]}),
    "decideApprovals": given(_decision, is_answered=True),
}
MORE: Mapping[str, tuple[Case, ...]] = {
    "createApprovalRule": _rule(
        lambda it: {"conditions": [{"kind": "PERSON", "membershipIds": [it["Membership"]]}]}
    )
    + _rule(lambda it: {"conditions": [{"kind": "ROLE", "roleIds": [it["Role"]]}]})
    + _rule(
        lambda it: {"conditions": [{"kind": "CATEGORY", "categoryIds": [it["Category@network"]]}]},
        is_of_network=True,
    )
    + _rule(lambda it: {"steps": [{"approvers": [{"kind": "ROLE", "roleId": it["Role"]}]}]})
    + _rule(
        lambda it: {
            "steps": [{"approvers": [{"kind": "PERSON", "membershipId": it["Membership"]}]}]
        }
    )
    + _rule(lambda it: _escalating({"kind": "ROLE", "roleId": it["Role"]}))
    + _rule(lambda it: _escalating({"kind": "PERSON", "membershipId": it["Membership"]})),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "ApprovalDelegation": ("ApprovalDelegation",),
    "OrderHold": ("OrderHold",),
}
JOBS: Mapping[str, tuple[str, ...]] = {
    "urge_approvers": ("Order:PENDING_APPROVAL",),
    "end_expired_hold": ("OrderHold",),
}
