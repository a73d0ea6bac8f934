"""The catalogue of permissions: each a word for programs and a sentence for people (F3)."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Self

from app.kernel.actor import Scope

REACHES: Mapping[Scope, str] = {
    Scope.OWN: "what the person made",
    Scope.ASSIGNED: "for customers that the person looks after",
    Scope.ORGANISATION: "in the person's own organisation",
    Scope.BRANCH: "in the person's own organisation and what it sees below",
    Scope.TENANT: "in the whole network",
}
"""How far each scope reaches, in words for people."""

_ORGANISATION = (Scope.ORGANISATION, Scope.BRANCH)
_ANY = (Scope.ASSIGNED, *_ORGANISATION)
_TENANT = (*_ORGANISATION, Scope.TENANT)


class Permission(StrEnum):
    """What a role can allow; `scopes` are the reaches that make sense for it."""

    sentence: str
    scopes: tuple[Scope, ...]

    def __new__(cls, sentence: str, scopes: tuple[Scope, ...]) -> Self:
        """Make the member's own name its value."""
        name = sentence.partition(": ")[0]
        member = str.__new__(cls, name)
        member._value_ = name
        member.sentence = sentence.partition(": ")[2]
        member.scopes = scopes
        return member

    def sentence_in(self, scope: Scope) -> str:
        """Say what the permission allows as far as a scope reaches."""
        return f"{self.sentence.removesuffix('.')}: {REACHES[scope]}."

    ANNOUNCEMENT_WRITE = (
        "ANNOUNCEMENT_WRITE: Announce to one's own customers, and see who has read it.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    API_KEY_WRITE = (
        "API_KEY_WRITE: See, make and revoke keys with which software acts for an organisation.",
        _TENANT,
    )
    APPROVAL_DECIDE = ("APPROVAL_DECIDE: Approve or reject what waits for approval.", _ORGANISATION)
    APPROVAL_RULE_WRITE = ("APPROVAL_RULE_WRITE: Set which orders need approval.", _ORGANISATION)
    AUDIT_READ = ("AUDIT_READ: Read who changed what.", _TENANT)
    CARRIER_BOOK = ("CARRIER_BOOK: Book a carrier for prepared goods.", _ANY)
    CARRIER_WRITE = (
        "CARRIER_WRITE: Keep carriers, and the rules by which they are chosen.",
        (Scope.ORGANISATION,),
    )
    CATALOGUE_READ = ("CATALOGUE_READ: Browse listed products at one's own price.", _ANY)
    CONTACT_LOG_WRITE = (
        "CONTACT_LOG_WRITE: Read and keep the log of contacts with customers.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    CREDIT_RELEASE = ("CREDIT_RELEASE: Release an order held for credit.", _ORGANISATION)
    DISCOUNT_AUTHORITY_WRITE = (
        "DISCOUNT_AUTHORITY_WRITE: Set how far roles and people may discount by hand.",
        _ORGANISATION,
    )
    DISCOUNT_GRANT = (
        "DISCOUNT_GRANT: Discount customers' orders by hand, within one's authority.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    EXCEPTION_WRITE = ("EXCEPTION_WRITE: Open and close order exceptions.", _ANY)
    INVOICE_READ = ("INVOICE_READ: Read invoices and payments.", _ANY)
    JOB_READ = ("JOB_READ: See background jobs that failed for good.", (Scope.TENANT,))
    JOB_REPLAY = (
        "JOB_REPLAY: Try background jobs that failed for good again, or give them up.",
        (Scope.TENANT,),
    )
    MEMBER_READ = ("MEMBER_READ: See who works in an organisation.", _TENANT)
    MEMBER_WRITE = ("MEMBER_WRITE: Add and end memberships and assign roles.", _TENANT)
    ORDER_ALLOCATE = ("ORDER_ALLOCATE: Set stock aside for confirmed orders.", _ORGANISATION)
    ORDER_CANCEL = ("ORDER_CANCEL: Cancel or change an order before preparation.", _ANY)
    ORDER_PLACE = ("ORDER_PLACE: Order as a buyer.", (Scope.ORGANISATION,))
    ORDER_PLACE_FOR_CUSTOMER = (
        "ORDER_PLACE_FOR_CUSTOMER: Order on behalf of a customer.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    ORDER_READ = ("ORDER_READ: Read orders.", (Scope.OWN, *_ANY))
    ORDER_REVIEW = ("ORDER_REVIEW: Review submitted orders.", _ANY)
    ORDER_SETTLE = ("ORDER_SETTLE: Invoice and settle received orders.", _ORGANISATION)
    ORGANISATION_MOVE = (
        "ORGANISATION_MOVE: Move branches of the network under another parent.",
        (Scope.BRANCH, Scope.TENANT),
    )
    ORGANISATION_READ = ("ORGANISATION_READ: See organisations of the network.", _TENANT)
    ORGANISATION_WRITE = ("ORGANISATION_WRITE: Create and change organisations.", _TENANT)
    PAYMENT_RECORD = ("PAYMENT_RECORD: Record payments received.", _ORGANISATION)
    PREPARATION_WRITE = ("PREPARATION_WRITE: Prepare stock for orders.", _ORGANISATION)
    PRICE_APPROVE = ("PRICE_APPROVE: Approve or reject price changes.", _ORGANISATION)
    PRICE_BAND_WRITE = (
        "PRICE_BAND_WRITE: Grant the levels below the bands for their own prices.",
        _ORGANISATION,
    )
    PRICE_READ = ("PRICE_READ: Read the organisation's own price lists.", _ORGANISATION)
    PRICE_WRITE = ("PRICE_WRITE: Change the organisation's own price lists.", _ORGANISATION)
    PROCUREMENT_WRITE = ("PROCUREMENT_WRITE: Order shortages from upstream.", _ORGANISATION)
    PRODUCT_WRITE = ("PRODUCT_WRITE: Create, change, list and delist products.", _ORGANISATION)
    RECEIPT_CONFIRM = ("RECEIPT_CONFIRM: Confirm what was received.", _ANY)
    RECEIPT_SIGN = ("RECEIPT_SIGN: Sign for or refuse a delivery.", _ANY)
    RELATIONSHIP_READ = ("RELATIONSHIP_READ: See trading relationships.", _ANY)
    RELATIONSHIP_WRITE = ("RELATIONSHIP_WRITE: Set terms of trading relationships.", _ORGANISATION)
    ROLE_READ = ("ROLE_READ: See roles and what they allow.", _TENANT)
    ROLE_WRITE = ("ROLE_WRITE: Create and change roles.", _TENANT)
    SCHEME_APPROVE = ("SCHEME_APPROVE: Let a trade scheme start.", _ORGANISATION)
    SCHEME_READ = ("SCHEME_READ: Read the organisation's own trade schemes.", _ORGANISATION)
    SCHEME_WRITE = (
        "SCHEME_WRITE: Draft and change trade schemes, coupons and points.",
        _ORGANISATION,
    )
    SHIPMENT_WRITE = ("SHIPMENT_WRITE: Hand shipments over and record tracking.", _ANY)
    STATEMENT_ANSWER = (
        "STATEMENT_ANSWER: Confirm or dispute statements of what one's own organisation owes.",
        (Scope.ORGANISATION,),
    )
    STOCK_READ = ("STOCK_READ: See the organisation's own stock.", _ORGANISATION)
    STOCK_WRITE = ("STOCK_WRITE: Receive and adjust stock.", _ORGANISATION)
    TENANT_MANAGE = ("TENANT_MANAGE: Create, suspend and resume tenants.", ())
    TENANT_SETTINGS = ("TENANT_SETTINGS: Change the network's own settings.", (Scope.TENANT,))
    TICKET_READ = (
        "TICKET_READ: Read tickets: what customers ask, complain of and need after a sale.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    TICKET_RULE_WRITE = (
        "TICKET_RULE_WRITE: Set who answers which tickets, and how soon.",
        (Scope.ORGANISATION,),
    )
    TICKET_WRITE = (
        "TICKET_WRITE: Open tickets, write on them and work on them.",
        (Scope.ASSIGNED, Scope.ORGANISATION),
    )
    WEBHOOK_READ = (
        "WEBHOOK_READ: See where the organisation's own webhooks go, and what came of them.",
        (Scope.ORGANISATION,),
    )
    WEBHOOK_WRITE = (
        "WEBHOOK_WRITE: Let the organisation's own software hear of events by webhooks.",
        (Scope.ORGANISATION,),
    )
