"""Requests for networks, for tests."""

from app.tenants.models import TrialRequest
from tests.support.world import LONG_AGO, World, gid


async def add_trial_request(world: World) -> dict[str, str]:
    """A request that waits for the platform's staff, as a thing of nobody's network."""
    request = TrialRequest(
        kind="TRIAL",
        state="WAITING",
        company="Lakeside Foods",
        name="Chen Jie",
        email="chen.jie@lakeside.example",
        message="",
        asked_at=LONG_AGO,
    )
    await world.save(request)
    return {"TrialRequest@network": gid("TrialRequest", request.id)}
