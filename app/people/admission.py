"""From a link in an e-mail to a membership; shared by those who have a sign-in and newcomers."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities import operations as identities
from app.identities.errors import AlreadyMember
from app.identities.models import Identity, OneTimeToken
from app.identities.one_time_tokens import OneTimeKeys, Purpose
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationStatus
from app.people import locks
from app.people.crossing import stepping_into
from app.people.errors import LinkNotValid
from app.people.models import Invitation, InvitationRole, InvitationState
from app.people.rules import shown_state, why_not
from app.rbac import operations as rbac
from app.rbac.models import Membership
from app.tenants.models import Tenant, TenantStatus
from app.tenants.operations import raise_policy_version

Who = Callable[[Invitation], Awaitable[tuple[UUID, str]]]
"""Says which identity accepts an invitation, and its name, or refuses."""
