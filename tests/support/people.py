"""People for tests: with passwords, with roles of their own, signing in as a client would."""

from typing import Any
from uuid import UUID

from sqlalchemy import update

from app.identities.models import Identity
from app.identities.passwords import hash_password
from app.kernel.actor import Scope
from app.kernel.ids import new_id
from app.rbac.models import MembershipRole, Role
from app.rbac.operations import set_rights
from app.rbac.permissions import Permission
from app.rbac.rules import Effect, Right
from tests.support.world import LONG_AGO, PASSWORD, Person, World, gid

SIGNED_IN = """
    ... on SignedIn {
      accessToken refreshToken expiresAt
      actingIn { membershipId organisationName }
      memberships { membershipId tenantName organisationId organisationName }
    }
    ... on Refusal { code message field }
"""
SIGN_IN = f"mutation($input: SignInInput!) {{ signIn(input: $input) {{ {SIGNED_IN} }} }}"
ACT_AS = f"mutation($input: ActAsInput!) {{ actAs(input: $input) {{ {SIGNED_IN} }} }}"
REFRESH = (
    f"mutation($input: RefreshTokensInput!) {{ refreshTokens(input: $input) {{ {SIGNED_IN} }} }}"
)
VIEWER = "{ viewer { name organisationId permissions { permission scope } } }"


async def with_password(world: World, person: Person, password: str = PASSWORD) -> Person:
    """Give a person a password to sign in with."""
    hashed = await hash_password(password)
    await world.run(
        lambda work: work.session.execute(
            update(Identity).where(Identity.id == person.identity_id).values(password_hash=hashed)
        )
    )
    return person


async def sign_in(world: World, email: str, password: str = PASSWORD, token: str | None = None):
    """Sign in over HTTP; returns the field's answer."""
    given = {"email": email, "password": password}
    return (await world.ask(SIGN_IN, token=token, input=given)).data["signIn"]


async def role(
    world: World, organisation: UUID, name: str, *rights: tuple[str, str] | tuple[str, str, str]
) -> UUID:
    """A role of an organisation; rights are (permission, scope) or with "DENY" behind."""
    made = Role(
        id=new_id(), organisation_id=organisation, name=name, description="", created_at=LONG_AGO
    )

    async def make(work: Any) -> None:
        await work.save(made)
        lines = [
            Right(Permission(item[0]), Scope(item[1]), Effect(item[2] if item[2:] else "ALLOW"))
            for item in rights
        ]
        await set_rights(work, made.id, lines)

    await world.run(make)
    return made.id


async def give(world: World, person: Person, *roles: UUID) -> None:
    """Let a person hold further roles, without asking whether anyone may give them."""
    rows = [MembershipRole(membership_id=person.membership_id, role_id=item) for item in roles]
    await world.save(*rows)


async def permissions(person: Person) -> dict[str, str]:
    """What a person may do now, as the API tells them."""
    viewer = (await person.ask(VIEWER)).data["viewer"]
    return {item["permission"]: item["scope"] for item in viewer["permissions"]}


def grants(*rights: tuple[str, str] | tuple[str, str, str]) -> list[dict[str, str]]:
    """Rights as the API takes them."""
    return [dict(zip(("permission", "scope", "effect"), right, strict=False)) for right in rights]


def membership(person: Person) -> str:
    """The global id of a person's membership."""
    assert person.membership_id is not None
    return gid("Membership", person.membership_id)
