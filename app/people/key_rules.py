"""What an API key may be allowed."""

from collections.abc import Sequence

from app.kernel.actor import Scope
from app.people.errors import NotForKeys
from app.rbac.permissions import Permission as P  # noqa: N817  # named on every line below
from app.rbac.rules import Effect, Right, check_rights

LONGEST_DAYS = 366
LONGEST_NAME = 100
FOR_PEOPLE = frozenset(
    {
        P.API_KEY_WRITE,
        P.APPROVAL_DECIDE,
        P.CREDIT_RELEASE,
        P.PRICE_APPROVE,
        P.ROLE_WRITE,
        P.SCHEME_APPROVE,
    }
)
"""What takes a second pair of eyes, or hands rights on: whoever made a key would be both pairs."""


def check_key_rights(rights: Sequence[Right], *, for_relationships: bool) -> None:
    """Hold a key's rights to sense; raises `NotForKeys`, `ScopeNotAllowed` and `Invalid`.

    With relationships named, a right reaches those and nothing wider.
    """
    check_rights(rights)
    for place, right in enumerate(rights):
        if right.permission in FOR_PEOPLE or right.effect is Effect.DENY:
            raise NotForKeys(right.permission).at(f"grants.{place}.permission")
        if for_relationships and right.scope is not Scope.ASSIGNED:
            raise NotForKeys(f"{right.permission} as wide as {right.scope}").at(
                f"grants.{place}.scope"
            )
