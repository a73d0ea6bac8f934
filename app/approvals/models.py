"""Tables of approval rules, requests and steps."""

from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.approvals.rules import ApprovalParty, RuleOperator
from app.db.tables import AMOUNT, Identified, Table, TenantOwned, belongs_to, one_of


class RuleAttribute(StrEnum):
    """What a rule looks at; amounts are in the subject's currency."""

    TOTAL = "TOTAL"


class StepStatus(StrEnum):
    """Where one required approval stands."""

    PENDING = "PENDING"
    APPROVED = "APPROVED"
    REJECTED = "REJECTED"
    WITHDRAWN = "WITHDRAWN"


class ApprovalRule(Identified, Table):
    """When an organisation's orders need approval, and whose; no rule, no approval.

    Without a `currency` the rule looks at no total. Its `conditions` must all hold, as
    `rules.Condition` keeps them. Without `steps` the approver is a named membership, or anyone of
    the organisation with APPROVAL_DECIDE; `steps` are asked one after the other, from the turn
    `sequence` on, as `rules.RuleStep` keeps them. One that `is_inheritable` speaks for all
    organisations below, too.
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
    currency: Mapped[str | None]
    sequence: Mapped[int] = mapped_column(default=1)
    approver_membership_id: Mapped[UUID | None]
    is_active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[datetime]
    name: Mapped[str] = mapped_column(default="")
    is_inheritable: Mapped[bool] = mapped_column(default=False)
    conditions: Mapped[list[Any] | None]
    steps: Mapped[list[Any] | None]
    remind_after_hours: Mapped[int | None]
    escalate_after_hours: Mapped[int | None]
    escalate_to: Mapped[dict[str, Any] | None]


class ApprovalStep(Identified, Table):
    """One approval that a subject needs; steps of a lower sequence come first.

    No rule stands behind a step that a discount beyond authority, a price guard, or a price outside
    a band asks for. `looked_at` tells apart what was decided about; a decision that counts again
    in a later revision says in which it was made. `decided_for` is in whose place somebody decided.
    Counted from when it is waited for, who may decide is reminded after some hours, and after some
    more those are asked, too, whom `escalates_to` names as a seat; each once.
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
    looked_at: Mapped[str | None]
    carried_from_revision: Mapped[int | None]
    decided_for_membership_id: Mapped[UUID | None]
    decided_for_name: Mapped[str | None]
    remind_after_hours: Mapped[int | None]
    escalate_after_hours: Mapped[int | None]
    escalates_to: Mapped[list[Any] | None]
    reminded_at: Mapped[datetime | None]
    escalated_at: Mapped[datetime | None]


class ApprovalSeat(TenantOwned, Table):
    """Who may decide a step: of an organisation all with the right, those of a role, or one person.

    A step without seats is that of its organisation, or of the person it names.
    """

    __tablename__ = "approval_seat"
    __table_args__ = (
        belongs_to("step_id", "approval_step"),
        belongs_to("organisation_id", "organisation"),
        belongs_to("role_id", "role"),
        belongs_to("membership_id", "membership"),
        Index(None, "tenant_id", "organisation_id", "step_id"),
    )

    step_id: Mapped[UUID] = mapped_column(primary_key=True)
    place: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[UUID]
    role_id: Mapped[UUID | None]
    membership_id: Mapped[UUID | None]


class ApprovalDelegation(Identified, Table):
    """That a colleague decides in one's place while one is away, about one rule's steps or all."""

    __tablename__ = "approval_delegation"
    __table_args__ = (
        belongs_to("organisation_id", "organisation"),
        belongs_to("from_membership_id", "membership"),
        belongs_to("to_membership_id", "membership"),
        belongs_to("rule_id", "approval_rule"),
        CheckConstraint("ends_at >= starts_at", name="period"),
        Index(None, "tenant_id", "to_membership_id"),
        Index(None, "tenant_id", "from_membership_id"),
    )

    organisation_id: Mapped[UUID]
    from_membership_id: Mapped[UUID]
    to_membership_id: Mapped[UUID]
    rule_id: Mapped[UUID | None]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]


class ApprovalManager(TenantOwned, Table):
    """Whose approval a person's orders need where a rule asks for their manager's."""

    __tablename__ = "approval_manager"
    __table_args__ = (
        belongs_to("membership_id", "membership"),
        belongs_to("manager_membership_id", "membership"),
    )

    membership_id: Mapped[UUID] = mapped_column(primary_key=True)
    manager_membership_id: Mapped[UUID]
    set_at: Mapped[datetime]
