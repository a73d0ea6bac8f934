"""Customer care: tickets of a trade's two sides, and what its seller alone keeps."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, of, once


def _ticket(relationship: str, **more: Any) -> dict[str, Any]:
    words = {"kind": "INQUIRY", "category": "ORDER", "subject": "Mine", "text": "Mine"}
    return {"idempotencyKey": once(), "relationshipId": relationship, **words, **more}


def _contact(relationship: str) -> dict[str, Any]:
    words = {"kind": "CALL", "text": "Mine"}
    return {"idempotencyKey": once(), "relationshipId": relationship, **words}


def _rule(**more: Any) -> dict[str, Any]:
    return {"idempotencyKey": once(), "kind": "AFTER_SALES", **more}


CASES: Mapping[str, tuple[Case, ...]] = {
    "tickets": NOTHING
    + of(lambda it, _: {"filter": {"relationshipId": it["TradingRelationship"]}}),
    "ticketCounts": NOTHING,
    "openTicket": given(lambda it, _: _ticket(it["TradingRelationship"]))
    + given(lambda it, own: _ticket(own["TradingRelationship"], aboutId=it["Order:SHIPPED"]))
    + given(lambda it, own: _ticket(own["TradingRelationship"], aboutId=it["Shipment:SHIPPED"]))
    + given(lambda it, own: _ticket(own["TradingRelationship"], aboutId=it["Invoice"]))
    + given(lambda it, own: _ticket(own["TradingRelationship"], aboutId=it["Product"])),
    "writeTicketMessage": given(
        lambda it, _: {"idempotencyKey": once(), "ticketId": it["Ticket"], "text": "Mine"}
    ),
    "takeTicket": given(lambda it, _: {"ticketId": it["Ticket"]}),
    "handOnTicket": given(lambda it, own: {"ticketId": it["Ticket"], "roleId": own["Role"]})
    + given(lambda it, own: {"ticketId": own["Ticket"], "roleId": it["Role"]})
    + given(lambda it, own: {"ticketId": own["Ticket"], "membershipId": it["Membership"]}),
    "askTicketCustomer": given(lambda it, _: {"ticketId": it["Ticket"], "text": "Mine"}),
    "resolveTicket": given(lambda it, _: {"ticketId": it["Ticket"], "result": "Mine"}),
    "followUpTicket": given(lambda it, _: {"ticketId": it["Ticket"], "mark": 1}),
    "closeTicket": given(lambda it, _: {"ticketId": it["Ticket"]}),
    "reopenTicket": given(lambda it, _: {"ticketId": it["Ticket"], **WHY}),
    "ticketRules": NOTHING,
    "createTicketRule": given(lambda it, _: _rule(levelId=it["CustomerLevel"]))
    + given(lambda it, _: _rule(territoryId=it["Territory"]))
    + given(lambda it, _: _rule(category="PRICE", roleId=it["Role"]))
    + given(lambda it, _: _rule(category="ORDER", escalationRoleId=it["Role"]))
    + given(lambda it, _: _rule(category="OTHER", membershipId=it["Membership"])),
    "endTicketRule": given(lambda it, _: {"ticketRuleId": it["TicketRule"]}),
    "careTerms": NOTHING,
    "setCareTerms": given(lambda _it, _own: {"responseHours": 9}, changes=True),
    "customerContacts": NOTHING + of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "dueNextSteps": of(lambda _it, _own: {"until": "2199-01-01"}),
    "logContact": given(lambda it, _: _contact(it["TradingRelationship"])),
    "finishNextStep": given(lambda it, _: {"customerContactId": it["CustomerContact"]}),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "CustomerContact": ("CustomerContact",),
    "Ticket": ("Ticket",),
    "TicketRule": ("TicketRule",),
}
JOBS: Mapping[str, tuple[str, ...]] = {
    "watch_ticket": ("Ticket",),
    "close_quiet_ticket": ("Ticket",),
}
