"""Tables of approval rules, requests and steps."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from app.db.tables import AMOUNT, Identified, Table, belongs_to, one_of


class RuleAttribute(StrEnum):
    """What a rule looks at; amounts are in the subject's currency."""

    TOTAL = "TOTAL"


class RuleOperator(StrEnum):
    """How the attribute is compared with the threshold."""

    AT_LEAST = "AT_LEAST"
    ABOVE = "ABOVE"


class ApprovalParty(StrEnum):
    """On whose side of the order the rule stands: the seller's, or the buyer's own."""

    SELLER = "SELLER"
    BUYER = "BUYER"


class StepStatus(StrEnum):
    """Where one required approval stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class ApprovalRule(Identified, Table):
    """When an organisation's orders need approval, and whose; no rule, no approval.

    The approver is a named membership, or anyone of the organisation with APPROVAL_DECIDE.
    """

    __tablename__ = "approval_rule"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("approver_membership_id", "membership"),
        one_of("attribute", RuleAttribute),
        one_of("operator", RuleOperator),
        one_of("party", ApprovalParty),
        Index(None, "tenant_id", "organisation_id"),
    )

    organisation_id: Mapped[UUID]
    party: Mapped[str] = mapped_column(default=ApprovalParty.SELLER)
    attribute: Mapped[str] = mapped_column(default=RuleAttribute.TOTAL)
    operator: Mapped[str] = mapped_column(default=RuleOperator.AT_LEAST)
    threshold: Mapped[Decimal] = mapped_column(AMOUNT)
    currency: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=1)
    approver_membership_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]


class ApprovalStep(Identified, Table):
    """One approval that a subject needs; steps of a lower sequence come first.

    No rule stands behind a step that a discount beyond authority, a price guard, or a price outside
    a band asks for.
    """

    __tablename__ = "approval_step"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("rule_id", "approval_rule"),
        one_of("status", StepStatus),
        Index(None, "tenant_id", "subject_id"),
        Index(None, "tenant_id", "organisation_id", "status"),
    )

    subject_kind: Mapped[str]
    subject_id: Mapped[UUID]
    revision: Mapped[int]
    organisation_id: Mapped[UUID]
    rule_id: Mapped[UUID | None]
    sequence: Mapped[int]
    approver_membership_id: Mapped[UUID | None]
    because: Mapped[str]
    status: Mapped[str] = mapped_column(default=StepStatus.PENDING)
    requested_at: Mapped[datetime]
    decided_at: Mapped[datetime | None]
    decided_by_membership_id: Mapped[UUID | None]
    decided_by_name: Mapped[str | None]
    reason: Mapped[str | None]
