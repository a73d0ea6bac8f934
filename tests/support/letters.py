"""Letters of the platform: what waits for an address, and the links that reach a person."""

import re
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import select

from app.db.work import Work, acting_as, perform
from app.identities.letters import written
from app.identities.models import Letter
from app.identities.one_time_tokens import OneTimeKeys
from app.jobs.operations import event_of_platform
from app.kernel.actor import system_actor
from app.notifications.mail import FolderTransport
from tests.support.world import World
from workers.letters import LetterListener

SITE = "https://trade.example.com"


async def platform(world: World, command: Any) -> Any:
    """Run `command(work)` as the platform, with the application's own rights."""
    return await perform(world.database, None, acting_as(system_actor(None, "test")), command)


async def waiting(world: World, address: str) -> list[Letter]:
    """The letters that wait for an address, in the order in which they were written."""

    async def look(work: Work) -> list[Letter]:
        rows = await work.session.scalars(
            select(Letter).where(Letter.address == address).order_by(Letter.id)
        )
        return list(rows.all())

    return await platform(world, look)


async def delivered(world: World, address: str, folder: Path) -> list[str]:
    """Send what waits for an address as the worker does; returns what arrived, in order."""
    keys = OneTimeKeys(world.settings.secret)
    listener = LetterListener(FolderTransport(folder), "trade@example.com", SITE, keys)
    arrived: list[str] = []
    for letter in await waiting(world, address):
        event = event_of_platform("letter_posted", letter.id)
        await platform(world, partial(_send, listener, event))
        file = folder / f"{letter.id}.eml"
        arrived += [file.read_text("utf-8")] if file.exists() else []
    return arrived


async def _send(listener: LetterListener, event: Any, work: Work) -> None:
    await listener.send(work, event)


def token_in(message: str, page: str) -> str:
    """The token of the link to a page that stands in an e-mail."""
    plain = message.replace("=\n", "").replace("=3D", "=")
    return plain.partition(f"{SITE}/{page}#")[2].split()[0]


async def letters_to(world: World, address: str) -> list[str]:
    """The texts of the letters to an address, the oldest first."""
    keys = OneTimeKeys(world.settings.secret)
    return [written(letter, keys, SITE) for letter in await waiting(world, address)]


async def token_to(world: World, address: str) -> str:
    """The token of the last letter to an address."""
    found = re.search(rf"{SITE}/[a-z-]+#(\S+)", (await letters_to(world, address))[-1])
    assert found is not None
    return found[1]
