"""Look after jobs that failed for good, in all networks or in one, from outside."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar
from uuid import UUID

from app.db.database import Database
from app.db.work import Work, acting_as, perform
from app.jobs.commands import drop_dead_job, replay_dead_job
from app.jobs.models import DeadLetter
from app.jobs.operations import networks_with_dead_jobs
from app.jobs.queries import dead_jobs
from app.kernel.actor import system_actor
from app.kernel.paging import MAX_PAGE_SIZE, PageRequest
from app.tenants.models import Tenant
from app.tenants.operations import all_tenants
from launch.access import connected
from launch.auditing import NetworkUnknown
from launch.errors import LaunchError

_NAME = "jobs"
Result = TypeVar("Result")


@dataclass(eq=False)
class DeadJobUnknown(LaunchError):
    """No network has such a dead job, or it was decided about."""

    text: ClassVar = "There is no dead job {id}."
    remedy: ClassVar = "See which there are: tributary jobs dead list."
    id: UUID


@dataclass(frozen=True, slots=True)
class DeadJob:
    """A job that failed for good, and whose."""

    network: Tenant
    letter: DeadLetter

    @property
    def shown(self) -> dict[str, Any]:
        """All that is known of it, as JSON-able values."""
        letter = self.letter
        return {
            "id": str(letter.id),
            "network": self.network.slug,
            "listener": letter.listener,
            "queue": letter.queue,
            "event": letter.event_kind,
            "event_id": str(letter.event_id),
            "subject": f"{letter.subject_kind} {letter.subject_id}",
            "failures": letter.failures,
            "error": letter.error,
            "told_at": letter.told_at.isoformat(),
            "died_at": letter.died_at.isoformat(),
        }


def find_dead_jobs(
    app_dsn: str, slug: str | None = None, ids: Sequence[UUID] = ()
) -> list[DeadJob]:
    """Return dead jobs, of all networks or of one, all of them or those named.

    Raises `NetworkUnknown` and `DeadJobUnknown`.
    """
    return asyncio.run(_find(app_dsn, slug, ids))


def replay(app_dsn: str, chosen: Sequence[DeadJob]) -> None:
    """Let jobs be tried again from the start."""
    asyncio.run(_decide(app_dsn, chosen, replay_dead_job))


def drop(app_dsn: str, chosen: Sequence[DeadJob]) -> None:
    """Give jobs up for good."""
    asyncio.run(_decide(app_dsn, chosen, drop_dead_job))


async def _find(app_dsn: str, slug: str | None, ids: Sequence[UUID]) -> list[DeadJob]:
    async with connected(app_dsn) as database:
        platform = acting_as(system_actor(None, _NAME))
        networks = await perform(database, None, platform, all_tenants)
        if slug and slug not in {network.slug for network in networks}:
            raise NetworkUnknown(slug)
        with_dead = set(await perform(database, None, platform, networks_with_dead_jobs))
        found = [
            DeadJob(network, letter)
            for network in networks
            if network.slug == slug or (slug is None and network.id in with_dead)
            for letter in await _as_system(database, network.id, _all)
        ]
    known = {job.letter.id: job for job in found}
    for unknown in [each for each in ids if each not in known]:
        raise DeadJobUnknown(unknown)
    return [known[each] for each in ids] if ids else found


async def _all(work: Work) -> list[DeadLetter]:
    found, after = list[DeadLetter](), None
    while True:  # A page at a time, as many as there are.
        page = await dead_jobs(work, PageRequest(MAX_PAGE_SIZE, after))
        found += page.rows
        if not page.has_next:
            return found
        after = (str(found[-1].id),)


async def _decide(
    app_dsn: str,
    chosen: Sequence[DeadJob],
    command: Callable[[Work, UUID], Awaitable[UUID]],
) -> None:
    async with connected(app_dsn) as database:
        for job in chosen:
            key = job.letter.id
            await _as_system(database, job.network.id, lambda work, key=key: command(work, key))


async def _as_system(
    database: Database, tenant_id: UUID, command: Callable[[Work], Awaitable[Result]]
) -> Result:
    return await perform(database, tenant_id, acting_as(system_actor(tenant_id, _NAME)), command)
