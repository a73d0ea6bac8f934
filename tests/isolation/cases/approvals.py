"""Approval: rules that name others' people, managers, what waits, and orders to decide."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, lines


def _decision(it, _own):
    return {"decisions": [{"orderId": it["Order:PENDING_APPROVAL"], "approve": True}]}


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
    ),
    "setApprovalManager": given(
        lambda it, own: {
            "membershipId": it["Membership"],
            "managerMembershipId": own["Membership"],
        }
    )
    + given(
        lambda it, own: {
            "membershipId": own["Membership"],
            "managerMembershipId": it["Membership"],
        }
    ),
    "decideApprovals": given(_decision, is_answered=True),
}
MORE: Mapping[str, tuple[Case, ...]] = {
    "createApprovalRule": given(
        lambda it, _: {
            "party": "SELLER",
            "conditions": [{"kind": "PERSON", "membershipIds": [it["Membership"]]}],
        }
    )
    + given(
        lambda it, _: {
            "party": "SELLER",
            "currency": "CNY",
            "steps": [{"approvers": [{"kind": "ROLE", "roleId": it["Role"]}]}],
        }
    ),
}
