"""What letters of the platform say in tests: read as they wait, with their links as they go out."""

import re
from typing import Any

from sqlalchemy import select

from app.identities.letters import written
from app.identities.models import Letter
from app.identities.one_time_tokens import OneTimeKeys
from tests.support.world import World

SITE = "http://site.example.com"


async def letters_to(world: World, address: str) -> list[str]:
    """The texts of the letters to an address, the oldest first."""

    async def read(work: Any) -> list[Letter]:
        found = select(Letter).where(Letter.address == address).order_by(Letter.id)
        return list(await work.session.scalars(found))

    keys = OneTimeKeys(world.settings.secret)
    return [written(letter, keys, SITE) for letter in await world.run(read)]


async def token_to(world: World, address: str) -> str:
    """The token of the last letter to an address."""
    found = re.search(rf"{SITE}/[a-z-]+#(\S+)", (await letters_to(world, address))[-1])
    assert found is not None
    return found[1]
