"""A branch whose owners have given every command, and what they sent to the database for it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from tests.isolation.cases import CASES
from tests.isolation.matrix.walls import Statement, recorded
from tests.support.branches import STRONGEST, Branch, fill
from tests.support.documents import command_document, document, root_fields
from tests.support.watch import Watch
from tests.support.world import Person, World

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
LAST = (
    "holdOrder",
    "holdCustomer",
    "archiveDeliveryAddress",
    "closeRelationship",
    "assignRoles",
    "endMembership",
    "endPriceBand",
    "endDiscountAuthority",
    "endPriceList",
    "withdrawAnnouncement",
    "removeAttachment",
)
ENDS: Mapping[str, str] = {
    "archiveDeliveryAddress": "DeliveryAddress",
    "cancelDeliveryPlan": "DeliveryPlan",
    "cancelHandOver": "Membership",
    "cancelOrganisationClosing": "OrganisationClosing",
    "cancelOrganisationMove": "OrganisationMove",
    "cancelOrder": "Order:CONFIRMED",
    "closeOrderException": "OrderException",
    "closeOrderShort": "Order:BACKORDERED",
    "closeOrganisation": "Organisation:CLOSING",
    "closeRegistrationLink": "RegistrationLink",
    "closeRelationship": "TradingRelationship",
    "closeTicket": "Ticket",
    "deactivateApprovalRule": "ApprovalRule",
    "deleteSavedCart": "SavedCart",
    "delistProduct": "Product",
    "dropDeadJob": "DeadJob@network",
    "dropNetworkJob": "DeadJob@network",
    "endApprovalDelegation": "ApprovalDelegation",
    "endDiscountAuthority": "DiscountAuthority",
    "endMembership": "Membership",
    "endPriceBand": "PriceBand",
    "endPriceList": "PriceList",
    "endSpendingBudget": "SpendingBudget",
    "endStockQuota": "StockQuota",
    "endTicketRule": "TicketRule",
    "endTradeScheme": "TradeScheme",
    "removeAttachment": "StoredFile:ATTACHED",
    "removeGroupMembers": "CustomerGroup",
    "removeProductText": "Product",
    "removePriceChanges": "PriceChangeRow",
    "removeStockThreshold": "StockThreshold",
    "removeWebhook": "Webhook:REMOVED",
    "revokeApiKey": "ApiKey",
    "suspendTenant": "Tenant@network",
    "unassignRep": "Membership",
    "withdrawAnnouncement": "Announcement",
    "withdrawAssortment": "Assortment",
    "withdrawCoupons": "Coupon",
    "withdrawInvitation": "Invitation",
    "withdrawOrderRequest": "OrderRequest",
    "withdrawRelationshipRequest": "RelationshipRequest:3",
    "withdrawPriceChangeSet": "PriceChangeSet:DRAFT:2",
}
"""What each command that ends or takes away leaves ended, or no more there."""

ONES_OWN = frozenset({"endOtherSessions", "endSession", "removeSecondFactor"})
"""What ends one's own sign-in or proof, which is no node (tests/identities)."""

GONE = ("PriceChangeRow", "StockThreshold", "Webhook:REMOVED")
"""Whose rows are no more there."""


@dataclass
class Spent:
    """The branch, those who failed to give a command, what was sent, and strangers."""

    branch: Branch
    failed: Mapping[str, object]
    statements: list[Statement]
    ids: frozenset[str]
    strangers: Mapping[str, Person]

    @classmethod
    async def create(cls, world: World, elsewhere: World, owner_dsn: str) -> "Spent":
        brand = await world.organisation("Brand", "BRAND")
        branch = await fill(world, brand)
        strangers = {
            "sibling": await _stranger(world, await world.organisation("Beside", parent=brand)),
            "other tenant": await _stranger(elsewhere, await elsewhere.organisation("Elsewhere")),
        }
        with recorded() as statements:
            failed = await _give_all(branch)
        watch = Watch(owner_dsn, world.tenant_id)
        ids = {id for _, row in watch.look() for id in _UUID.findall(row)}
        watch.close()
        return cls(branch, failed, statements, frozenset(ids), strangers)


async def _stranger(world: World, organisation) -> Person:
    return await world.member(organisation, *STRONGEST)


async def _give_all(branch: Branch) -> Mapping[str, object]:
    """Let owners use every case; returns the answers that hold errors."""
    tried = [
        (name, case)
        for name, cases in CASES.items()
        for case in cases
        if root_fields()[name] != "subscription" and not case.is_for_staff
    ]
    failed: dict[str, object] = {}
    for name, case in sorted(tried, key=lambda use: use[0] in LAST):
        is_command = root_fields()[name] == "mutation"
        text = command_document(name) if is_command else document(name, 3)
        answer = await branch.person(case.owner).ask(text, **case.build(branch, branch))
        if answer.error_codes:
            failed[name] = answer.body
    return failed
