"""The seeding's hands: one transaction of the sample tenant, in which its people act in turn."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from app.db.work import Work
from app.kernel.actor import Actor, Scope
from app.organisations.models import Organisation, TradingRelationship
from app.rbac.models import Membership
from app.rbac.operations import built_in_role_ids, grants_of, roles_of
from app.rbac.policy import PolicyCache

_MAILBOXES = {"ENTERPRISE_ADMIN": "admin", "SYSTEM_ADMIN": "system"}


def email_of(role: str, organisation: str) -> str:
    """Return the address of whoever has a role in an organisation."""
    words = organisation.lower().replace("'", "").split()
    return f"{_MAILBOXES.get(role, role.lower())}@{'-'.join(words[:2])}.example"


@dataclass
class Stage:
    """Who there is so far, by e-mail and by name; `work` is the system's."""

    work: Work
    actors: dict[str, Actor] = field(default_factory=dict[str, Actor])
    organisations: dict[str, UUID] = field(default_factory=dict[str, UUID])
    relationships: dict[tuple[str, str], UUID] = field(default_factory=dict[tuple[str, str], UUID])
    roles: dict[str, UUID] = field(default_factory=dict[str, UUID])
    policies: PolicyCache = field(default_factory=PolicyCache)

    async def look_around(self) -> None:
        """Read all organisations, relationships and people anew."""
        found = await self.work.session.execute(select(Organisation.id, Organisation.name))
        names = dict(found.tuples().all())
        self.organisations = {name: key for key, name in names.items()}
        terms = await self.work.session.execute(
            select(
                TradingRelationship.id, TradingRelationship.seller_id, TradingRelationship.buyer_id
            )
        )
        self.relationships = {(names[seller], names[buyer]): key for key, seller, buyer in terms}
        self.roles = await built_in_role_ids(self.work)
        await self._meet(names)

    def acting(self, email: str, *, days_ago: float = 0) -> Work:
        """Give the same transaction, with this person acting in it as of some days ago."""
        told, then = (self.work.events, self.work.notes), self.at(days_ago)
        return Work(self.work.session, self.actors[email], then, *told, clock=lambda: then)

    def as_(self, role: str, organisation: str, *, days_ago: float = 0) -> Work:
        """Give the same transaction to whoever has a role in an organisation."""
        return self.acting(email_of(role, organisation), days_ago=days_ago)

    def at(self, days_ago: float) -> datetime:
        """Return an instant before the seeding's own."""
        return self.work.now - timedelta(days=days_ago)

    async def _meet(self, organisations: Collection[UUID]) -> None:
        statement = select(Membership).where(
            Membership.organisation_id.in_(organisations), Membership.ended_at.is_(None)
        )
        members = list(await self.work.session.scalars(statement))
        held = await roles_of(self.work, [member.id for member in members])
        for member in members:
            roles = held[member.id]
            self.actors[member.email] = Actor(
                member.tenant_id,
                member.identity_id,
                member.id,
                member.organisation_id,
                member.name,
                await self._grants(frozenset(role.id for role in roles)),
                tuple(role.name for role in roles),
            )

    async def _grants(self, roles: frozenset[UUID]) -> Mapping[str, Scope]:
        return await grants_of(self.work.session, self.policies, self.work.tenant_id, 0, roles)
