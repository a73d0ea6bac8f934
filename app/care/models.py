"""Tables of tickets, of who answers them, and of the seller's contacts with customers."""

from datetime import date, datetime, time
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, Time, text
from sqlalchemy.orm import Mapped, mapped_column

from app.care.rules.words import (
    ContactKind,
    TicketCategory,
    TicketChannel,
    TicketKind,
    TicketSide,
    TicketState,
)
from app.db.tables import Identified, Table, TenantOwned, belongs_to, one_of


class CareTerms(TenantOwned, Table):
    """When a seller works, and what holds for tickets that no rule speaks of.

    Without times of day it works round the clock; without a zone by the network's. `weekdays` are
    numbers, Monday 0.
    """

    __tablename__ = "care_terms"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        CheckConstraint("(opens IS NULL) = (closes IS NULL) AND opens < closes", name="hours"),
        CheckConstraint("response_hours > 0", name="response_hours"),
        CheckConstraint(
            "warning_hours >= 0 AND warning_hours < response_hours", name="warning_hours"
        ),
        CheckConstraint("reopening_days >= 0", name="reopening_days"),
    )

    organisation_id: Mapped[UUID] = mapped_column(primary_key=True)
    time_zone: Mapped[str | None]
    weekdays: Mapped[list[Any]]
    opens: Mapped[time | None] = mapped_column(Time())
    closes: Mapped[time | None] = mapped_column(Time())
    response_hours: Mapped[int]
    warning_hours: Mapped[int]
    reopening_days: Mapped[int]


class TicketRule(Identified, Table):
    """For which tickets of a seller, as far as it says, and who is to answer until when (R1-68)."""

    __tablename__ = "ticket_rule"
    __table_args__ = (
        belongs_to("seller_id", "organisation"),
        belongs_to("level_id", "customer_level"),
        belongs_to("territory_id", "territory"),
        belongs_to("role_id", "role"),
        belongs_to("membership_id", "membership"),
        belongs_to("escalation_role_id", "role"),
        one_of("kind", TicketKind),
        one_of("category", TicketCategory),
        CheckConstraint("response_hours > 0", name="response_hours"),
        CheckConstraint(
            "warning_hours >= 0 AND warning_hours < response_hours", name="warning_hours"
        ),
        CheckConstraint("role_id IS NULL OR membership_id IS NULL", name="one_target"),
        Index(None, "tenant_id", "seller_id", postgresql_where=text("ended_at IS NULL")),
    )

    seller_id: Mapped[UUID]
    kind: Mapped[str | None]
    category: Mapped[str | None]
    level_id: Mapped[UUID | None]
    territory_id: Mapped[UUID | None]
    role_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    response_hours: Mapped[int | None]
    warning_hours: Mapped[int | None]
    escalation_role_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class Ticket(Identified, Table):
    """What a customer asked, complained of or needs, with one seller, until it is closed.

    It is with a person (`membership_id`), else with a department (`role_id`), else with all who
    look after the customer. `respond_by` stands while the seller owes an answer, and `warn_at`
    before it; `answered_at` is the seller's first word. `mark` is the customer's, 1 to 5.
    """

    __tablename__ = "ticket"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("seller_id", "organisation"),
        belongs_to("buyer_id", "organisation"),
        belongs_to("order_id", "orders"),
        belongs_to("shipment_id", "shipment"),
        belongs_to("invoice_id", "invoice"),
        belongs_to("product_id", "product"),
        belongs_to("opened_by_membership_id", "membership"),
        belongs_to("role_id", "role"),
        belongs_to("membership_id", "membership"),
        belongs_to("rule_id", "ticket_rule"),
        one_of("kind", TicketKind),
        one_of("category", TicketCategory),
        one_of("channel", TicketChannel),
        one_of("state", TicketState),
        one_of("opened_by_side", TicketSide),
        CheckConstraint("mark BETWEEN 1 AND 5", name="mark"),
        CheckConstraint(
            "num_nonnulls(order_id, shipment_id, invoice_id, product_id) <= 1", name="about"
        ),
        CheckConstraint("(respond_by IS NULL) = (warn_at IS NULL)", name="deadline"),
        CheckConstraint(
            "(state IN ('RESOLVED', 'FOLLOWED_UP')) <= (resolved_at IS NOT NULL)", name="resolved"
        ),
        CheckConstraint("(state = 'CLOSED') = (closed_at IS NOT NULL)", name="closed"),
        Index(None, "tenant_id", "seller_id", "state", "id"),
        Index(None, "tenant_id", "buyer_id", "state", "id"),
        Index(None, "tenant_id", "relationship_id", "id"),
        Index(
            "ix_ticket_neglected",
            "tenant_id",
            "warn_at",
            postgresql_where=text("respond_by IS NOT NULL AND escalated_at IS NULL"),
        ),
    )

    relationship_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    buyer_id: Mapped[UUID]
    kind: Mapped[str]
    category: Mapped[str]
    channel: Mapped[str]
    subject: Mapped[str]
    state: Mapped[str]
    order_id: Mapped[UUID | None]
    shipment_id: Mapped[UUID | None]
    invoice_id: Mapped[UUID | None]
    product_id: Mapped[UUID | None]
    opened_by_side: Mapped[str]
    opened_by_membership_id: Mapped[UUID | None]
    opened_by_name: Mapped[str]
    opened_at: Mapped[datetime]
    rule_id: Mapped[UUID | None]
    role_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]
    respond_by: Mapped[datetime | None]
    warn_at: Mapped[datetime | None]
    warned_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]
    result: Mapped[str | None]
    resolved_at: Mapped[datetime | None]
    mark: Mapped[int | None]
    followed_up_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    changed_at: Mapped[datetime]


class TicketMessage(Identified, Table):
    """What was said on a ticket by a side, and by whom it was written down.

    `is_internal` is for the seller's people alone. What the seller writes down for the customer,
    such as a telephone call, is of the side BUYER.
    """

    __tablename__ = "ticket_message"
    __table_args__ = (
        belongs_to("ticket_id", "ticket"),
        belongs_to("written_by_membership_id", "membership"),
        belongs_to("written_by_organisation_id", "organisation"),
        one_of("side", TicketSide),
        CheckConstraint("NOT is_internal OR side = 'SELLER'", name="internal"),
        Index(None, "tenant_id", "ticket_id", "id"),
    )

    ticket_id: Mapped[UUID]
    side: Mapped[str]
    is_internal: Mapped[bool]
    text: Mapped[str]
    written_by_membership_id: Mapped[UUID | None]
    written_by_organisation_id: Mapped[UUID]
    written_by_name: Mapped[str]
    written_at: Mapped[datetime]


class TicketAttachment(TenantOwned, Table):
    """A file that came with words on a ticket; whoever reads those reads it."""

    __tablename__ = "ticket_attachment"
    __table_args__ = (
        belongs_to("message_id", "ticket_message"),
        belongs_to("file_id", "stored_file"),
        Index(None, "tenant_id", "file_id"),
    )

    message_id: Mapped[UUID] = mapped_column(primary_key=True)
    file_id: Mapped[UUID] = mapped_column(primary_key=True)


class CustomerContact(Identified, Table):
    """That somebody of the seller was in touch with a customer, and what comes next (R3-39).

    For the seller's people alone. A next step is done once, at `done_at`.
    """

    __tablename__ = "customer_contact"
    __table_args__ = (
        belongs_to("relationship_id", "trading_relationship"),
        belongs_to("seller_id", "organisation"),
        belongs_to("membership_id", "membership"),
        one_of("kind", ContactKind),
        CheckConstraint("(next_step IS NULL) = (next_on IS NULL)", name="next_step"),
        CheckConstraint("done_at IS NULL OR next_on IS NOT NULL", name="done"),
        Index(None, "tenant_id", "relationship_id", "id"),
        Index(
            "ix_customer_contact_due",
            "tenant_id",
            "seller_id",
            "next_on",
            postgresql_where=text("next_on IS NOT NULL AND done_at IS NULL"),
        ),
    )

    relationship_id: Mapped[UUID]
    seller_id: Mapped[UUID]
    membership_id: Mapped[UUID]
    made_by_name: Mapped[str]
    kind: Mapped[str]
    happened_at: Mapped[datetime]
    with_whom: Mapped[str]
    text: Mapped[str]
    next_step: Mapped[str | None]
    next_on: Mapped[date | None]
    done_at: Mapped[datetime | None]
    done_by_name: Mapped[str | None]
    logged_at: Mapped[datetime]
