"""Policies through Casbin, compiled once per tenant, role set and policy version (F3).

Casbin decides; a check afterwards is a look-up in the compiled mapping. What the same rights allow
is the same in every tenant, so roles that all tenants have are put to Casbin once in a process. The
only place that imports casbin.
"""
# pyright: reportUnknownMemberType=false
# Casbin has no types; what it answers is held to booleans here.

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from uuid import UUID

import casbin

from app.kernel.actor import Scope
from app.rbac.permissions import Permission
from app.rbac.rules import Effect

_MODEL = """
[request_definition]
r = sub, dom, obj, act

[policy_definition]
p = sub, dom, obj, act, eft

[role_definition]
g = _, _, _

[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))

[matchers]
m = r.dom == p.dom && r.obj == p.obj && reaches(p.act, r.act, p.eft) && g(r.sub, p.sub, r.dom)
"""
_SUBJECT = "actor"
_ANY_TENANT = UUID(int=0)
_ANY_ROLE = UUID(int=0)


@dataclass(frozen=True, slots=True)
class Grant:
    """One row of policy: a role may, or may not, do something as far as the scope reaches."""

    role_id: UUID
    permission: str
    scope: Scope
    effect: Effect


class PolicyCache:
    """Compiled grants of this process, keyed by policy version: a changed right is a new key.

    Holds at most `limit` role sets, and forgets the oldest first.
    """

    def __init__(self, limit: int = 10_000) -> None:
        """Start empty."""
        self._limit = limit
        self._compiled: dict[tuple[UUID, int, frozenset[UUID]], Mapping[str, Scope]] = {}

    def get(
        self, tenant_id: UUID, version: int, roles: frozenset[UUID]
    ) -> Mapping[str, Scope] | None:
        """Return the compiled grants of a role set at a policy version, if they are known."""
        return self._compiled.get((tenant_id, version, roles))

    def put(
        self,
        tenant_id: UUID,
        version: int,
        roles: frozenset[UUID],
        grants: Mapping[str, Scope],
    ) -> None:
        """Keep compiled grants."""
        while len(self._compiled) >= self._limit:
            self._compiled.pop(next(iter(self._compiled)))
        self._compiled[(tenant_id, version, roles)] = grants


def compile_grants(roles: Iterable[UUID], grants: Iterable[Grant]) -> Mapping[str, Scope]:
    """Ask Casbin for every permission and scope, and keep the widest scope that it allows.

    A DENY takes its own scope and every wider one. Scopes that a permission cannot have are not
    asked for: else an ALLOW would leave a reach below a DENY of its narrowest scope. Neither are
    permissions that no role of the set names: Casbin allows nothing that no row allows.
    """
    held = frozenset(roles)
    return _compiled(
        frozenset(
            Grant(_ANY_ROLE, grant.permission, grant.scope, grant.effect)
            for grant in grants
            if grant.role_id in held
        )
    )


@lru_cache(maxsize=10_000)
def _compiled(rights: frozenset[Grant]) -> Mapping[str, Scope]:
    enforcer = enforcer_for(_ANY_TENANT, [_ANY_ROLE], rights)
    named = {right.permission for right in rights}
    allowed = {
        permission.value: scope
        for permission in Permission
        if permission in named
        for scope in permission.scopes
        if enforcer.enforce(_SUBJECT, str(_ANY_TENANT), permission.value, scope.value)
    }
    return MappingProxyType(allowed)


def enforcer_for(
    tenant_id: UUID, roles: Iterable[UUID], grants: Iterable[Grant]
) -> casbin.Enforcer:
    """Build Casbin's enforcer for one role set of one tenant."""
    model = casbin.Enforcer.new_model(text=_MODEL)
    enforcer = casbin.Enforcer(model)
    enforcer.add_function("reaches", _reaches)
    rows = [
        (str(grant.role_id), str(tenant_id), grant.permission, grant.scope, grant.effect.lower())
        for grant in grants
    ]
    enforcer.add_policies(rows)
    enforcer.add_grouping_policies([(_SUBJECT, str(role), str(tenant_id)) for role in roles])
    return enforcer


def _reaches(granted: str, asked: str, effect: str) -> bool:
    wide, narrow = (granted, asked) if effect == "allow" else (asked, granted)
    return Scope(wide).covers(Scope(narrow))
