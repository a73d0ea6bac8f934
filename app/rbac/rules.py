"""Rights as roles state them, and who may hand them on (F3)."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
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
