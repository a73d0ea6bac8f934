"""Rights as roles state them, and who may hand them on (F3)."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import count

from app.kernel.actor import Actor, Scope
from app.kernel.errors import Invalid
from app.rbac.errors import GrantBeyondOwn, ScopeNotAllowed
from app.rbac.permissions import Permission


class Effect(StrEnum):
    """Whether a grant allows, or takes away what another role allows."""

    ALLOW = "ALLOW"
    DENY = "DENY"


@dataclass(frozen=True, slots=True)
class Term:
    """From when until when somebody holds a role, half-open; none stands for ever."""

    begins: datetime | None = None
    ends: datetime | None = None

    def counts_at(self, instant: datetime) -> bool:
        """Whether the role is held at an instant."""
        has_begun = self.begins is None or self.begins <= instant
        return has_begun and (self.ends is None or self.ends > instant)

    def is_over_at(self, instant: datetime) -> bool:
        """Whether the role has ceased to be held by an instant."""
        return self.ends is not None and self.ends <= instant

    def shown(self) -> dict[str, str]:
        """Return the ends that there are, as the trail keeps them."""
        ends = {"valid_from": self.begins, "valid_until": self.ends}
        return {name: at.isoformat() for name, at in ends.items() if at is not None}


ALWAYS = Term()


@dataclass(frozen=True, slots=True)
class Right:
    """One line of a role; a DENY takes its scope and every wider one."""

    permission: Permission
    scope: Scope
    effect: Effect = Effect.ALLOW


def check_rights(rights: Iterable[Right]) -> None:
    """Hold a role's rights to sense: each permission once, in a scope that it can have."""
    seen: set[Permission] = set()
    for place, right in enumerate(rights):
        path = f"grants.{place}"
        if right.permission in seen:
            raise Invalid(f"{path}.permission", "must not be given twice")
        if right.scope not in right.permission.scopes:
            allowed = ", ".join(right.permission.scopes) or "none"
            raise ScopeNotAllowed(right.permission, allowed).at(f"{path}.scope")
        seen.add(right.permission)


def gained(before: Iterable[Right], after: Iterable[Right]) -> list[Right]:
    """Return what a changed role gives that it did not: wider ALLOWs, and DENYs taken off."""
    old = {right.permission: right for right in before}
    new = {right.permission: right for right in after}
    added = [right for right in new.values() if not _keeps(old.get(right.permission), right)]
    lifted = [right for right in old.values() if not _keeps(right, new.get(right.permission))]
    return [right for right in added if right.effect is Effect.ALLOW] + [
        right for right in lifted if right.effect is Effect.DENY
    ]


def swapped(removed: Iterable[Right], added: Iterable[Right]) -> list[Right]:
    """Return what a membership gains by losing some roles' rights and getting others'."""
    allowed = [right for right in added if right.effect is Effect.ALLOW]
    return allowed + [right for right in removed if right.effect is Effect.DENY]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What a set of rights allows of one permission; `scope` is none where all of it is denied.

    `granted` is the widest scope that an ALLOW names.
    """

    permission: Permission
    scope: Scope | None
    granted: Scope

    @property
    def is_curtailed(self) -> bool:
        """Whether a DENY takes away some of what is granted."""
        return self.scope is not self.granted


@dataclass(frozen=True, slots=True)
class Change:
    """How far a permission reaches before and after; none where it is not held."""

    permission: Permission
    before: Scope | None
    after: Scope | None


@dataclass(frozen=True, slots=True)
class Difference:
    """What two roles say otherwise of one permission; none where one says nothing."""

    permission: Permission
    one: Right | None
    other: Right | None


def allowed(rights: Iterable[Right], compiled: Mapping[str, Scope]) -> list[Allowed]:
    """Put what is granted beside what is left of it, by permission."""
    widest: dict[Permission, Scope] = {}
    for right in rights:
        known = widest.get(right.permission)
        if right.effect is Effect.ALLOW and not (known and known.covers(right.scope)):
            widest[right.permission] = right.scope
    return [
        Allowed(permission, compiled.get(permission), scope)
        for permission, scope in sorted(widest.items())
    ]


def changes(before: Mapping[str, Scope], after: Mapping[str, Scope]) -> list[Change]:
    """Return how far permissions reach otherwise than before, by permission."""
    return [
        Change(Permission(name), before.get(name), after.get(name))
        for name in sorted(before.keys() | after.keys())
        if before.get(name) is not after.get(name)
    ]


def differences(one: Iterable[Right], other: Iterable[Right]) -> list[Difference]:
    """Return what two roles say otherwise, by permission."""
    left = {right.permission: right for right in one}
    right = {each.permission: each for each in other}
    return [
        Difference(permission, left.get(permission), right.get(permission))
        for permission in sorted(left.keys() | right.keys())
        if left.get(permission) != right.get(permission)
    ]


def check_held(actor: Actor, rights: Iterable[Right], *, elsewhere: bool) -> None:
    """Refuse to hand on what the actor does not hold that wide; raises `GrantBeyondOwn`.

    `elsewhere` means that the right will count in another organisation than the actor's, which
    takes a right over the branch. Taking a DENY off gives back whatever other roles allow, so it
    takes the permission in its widest scope.
    """
    for right in rights:
        held = actor.may(right.permission) and actor.scope_of(right.permission)
        if not held or not held.covers(_needed(right, elsewhere=elsewhere)):
            raise GrantBeyondOwn(right.permission, right.scope)


def free_name(name: str, taken: Collection[str]) -> str:
    """Return a name that is not taken, with a number if it is; those taken are in lower case."""
    tried = (name if number == 1 else f"{name} ({number})" for number in count(1))
    return next(each for each in tried if each.lower() not in taken)


def _needed(right: Right, *, elsewhere: bool) -> Scope:
    widest = max(right.permission.scopes, key=lambda scope: scope.width, default=Scope.TENANT)
    if right.effect is Effect.DENY:
        return widest
    if not elsewhere or right.scope.covers(Scope.BRANCH):
        return right.scope
    return Scope.BRANCH if widest.covers(Scope.BRANCH) else widest


def _keeps(old: Right | None, new: Right | None) -> bool:
    return (
        old is not None
        and new is not None
        and old.effect is new.effect
        and old.scope.covers(new.scope)
    )
