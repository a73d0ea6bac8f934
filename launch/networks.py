"""Found, list, suspend and resume networks, and appoint who runs the platform, from outside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar, TypeVar
from uuid import UUID

from app.db.work import Work, acting_as, perform
from app.identities.operations import (
    NewPerson,
    Staff,
    appoint_system_admin,
    dismiss_system_admin,
    system_admins,
)
from app.kernel.actor import system_actor
from app.people.commands.networks import Network, create_tenant, resume_tenant, suspend_tenant
from app.tenants.models import Tenant
from app.tenants.operations import all_tenants
from launch.access import connected
from launch.auditing import NetworkUnknown
from launch.errors import LaunchError

_NAME = "launch"
Result = TypeVar("Result")


@dataclass(eq=False)
class NoSuchStaff(LaunchError):
    """Nobody of that address runs the platform."""

    text: ClassVar = "{email} does not run the platform."
    remedy: ClassVar = "See who does: tributary user list."
    email: str


def found(app_dsn: str, network: Network) -> Tenant:
    """Found a network with its root organisation and first administrator."""
    return asyncio.run(_as_platform(app_dsn, lambda work: create_tenant(work, network)))


def networks(app_dsn: str) -> Sequence[Tenant]:
    """Return all networks, oldest first."""
    return asyncio.run(_as_platform(app_dsn, all_tenants))


def suspend(app_dsn: str, slug: str, reason: str) -> Tenant:
    """Stop all work inside a network from the next request on; raises `NetworkUnknown`."""
    return _decide(app_dsn, slug, lambda work, key: suspend_tenant(work, key, reason))


def resume(app_dsn: str, slug: str) -> Tenant:
    """Let people inside a suspended network work again; raises `NetworkUnknown`."""
    return _decide(app_dsn, slug, resume_tenant)


def appoint(app_dsn: str, person: NewPerson) -> UUID:
    """Let a person run the platform; the password counts only if the address is new."""
    return asyncio.run(_as_platform(app_dsn, lambda work: appoint_system_admin(work, person)))


def dismiss(app_dsn: str, email: str) -> None:
    """Take the platform's powers from a person, from the next request on; raises `NoSuchStaff`."""
    if not asyncio.run(_as_platform(app_dsn, lambda work: dismiss_system_admin(work, email))):
        raise NoSuchStaff(email)


def staff(app_dsn: str) -> list[Staff]:
    """Return who runs the platform, by e-mail."""
    return asyncio.run(_as_platform(app_dsn, system_admins))


def _decide(app_dsn: str, slug: str, command: Callable[[Work, UUID], Awaitable[Tenant]]) -> Tenant:
    (known,) = [each for each in networks(app_dsn) if each.slug == slug] or [None]
    if known is None:
        raise NetworkUnknown(slug)
    return asyncio.run(_as_platform(app_dsn, lambda work: command(work, known.id)))


async def _as_platform(app_dsn: str, command: Callable[[Work], Awaitable[Result]]) -> Result:
    async with connected(app_dsn) as database:
        return await perform(database, None, acting_as(system_actor(None, _NAME)), command)
