"""Seal a network's trail at once, as the clock does by the minute."""

from app.audit.operations import sealing
from app.people.commands.trail import seal_trail
from tests.support.world import World


async def seal(world: World) -> None:
    """Seal all entries that wait."""
    for last in await world.run(sealing.unsealed):
        await world.run(lambda work, last=last: seal_trail(work, last))
