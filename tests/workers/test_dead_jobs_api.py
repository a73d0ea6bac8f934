"""Dead jobs through the API: for those who administer the network, and of theirs alone."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.jobs.models import DeadLetter, Job
from app.kernel.ids import new_id
from tests.support.administrator import Administrator
from tests.support.jobs import dead_job
from tests.support.world import World, gid

ROLES = ("ENTERPRISE_ADMIN", "SALES", "SERVICE", "WAREHOUSE", "BUYER")


def nodes(answer) -> list[dict]:
    return [edge["node"] for edge in answer.data["deadJobs"]["edges"]]


async def states(world: World) -> tuple[list[str], list[bool]]:
    """What has become of the letters, and which jobs are still dead."""

    async def look(work):
        letters = await work.session.scalars(select(DeadLetter.state).order_by(DeadLetter.id))
        jobs = await work.session.scalars(
            select(Job.due_at).where(Job.tenant_id == work.tenant_id).order_by(Job.event_id)
        )
        return letters.all(), [due_at is None for due_at in jobs]

    return await world.run(look)


async def test_an_administrator_sees_the_networks_dead_jobs_newest_first(world, administrator):
    older, newer = [await dead_job(world, name, "TimeoutError") for name in ("one", "other")]

    shown = nodes(await administrator.dead_jobs())

    assert [item["id"] for item in shown] == [gid("DeadJob", newer), gid("DeadJob", older)]
    assert shown[0] | {"listener": "other", "queue": "default"} == shown[0]
    assert (shown[0]["error"], shown[0]["state"]) == ("TimeoutError", "DEAD")
    assert shown[0]["eventKind"] == "order_changed"


async def test_pages_follow_each_other(world, administrator):
    wanted = [gid("DeadJob", await dead_job(world)) for _ in range(3)]

    first = await administrator.dead_jobs(first=2)
    after = first.data["deadJobs"]["edges"][-1]["cursor"]
    second = await administrator.dead_jobs(first=2, after=after)

    assert [item["id"] for item in nodes(first) + nodes(second)] == wanted[::-1]
    assert second.data["deadJobs"]["pageInfo"]["hasNextPage"] is False


async def test_a_replayed_job_is_due_and_noted_in_the_trail(world, administrator):
    letter = await dead_job(world)

    answer = await administrator.replay(letter)

    assert answer.data["replayDeadJob"]["state"] == "REPLAYED"
    assert nodes(await administrator.dead_jobs()) == []
    assert len(nodes(await administrator.dead_jobs(state=None))) == 1
    assert await states(world) == (["REPLAYED"], [False])
    entries = await world.run(
        lambda work: work.session.scalars(
            select(AuditEntry.action).where(AuditEntry.subject_id == letter)
        )
    )
    assert entries.all() == ["REPLAY_JOB"]


@pytest.mark.parametrize("command", ["replay", "drop"])
async def test_other_people_may_neither_see_nor_decide(world, command):
    letter = await dead_job(world)
    trade = Administrator(await world.member(await world.organisation("Trade"), *ROLES))

    seen = await trade.dead_jobs()
    decided = await getattr(trade, command)(letter)

    assert seen.error_codes == decided.error_codes == ["FORBIDDEN"]
    assert await states(world) == (["DEAD"], [True])


@pytest.mark.parametrize("command", ["replay", "drop"])
async def test_another_networks_dead_job_is_as_good_as_none(
    world, database, http, settings, administrator, command
):
    elsewhere = await World.create(database, http, settings)
    letter = await dead_job(elsewhere)

    foreign = await getattr(administrator, command)(letter)
    unknown = await getattr(administrator, command)(new_id())

    assert nodes(await administrator.dead_jobs()) == []
    assert foreign.body == unknown.body
    assert foreign.error_codes == ["NOT_FOUND"]
    assert await states(elsewhere) == (["DEAD"], [True])


async def test_a_page_takes_as_many_statements_for_many_as_for_one(
    world, administrator, statements, queries_run_once
):
    counts = []
    await administrator.dead_jobs()  # Whoever asks first reads what is kept of rights.

    for number in (1, 5):
        for _ in range(number):
            await dead_job(world)
        with statements.counting() as counted:
            await administrator.dead_jobs()
        counts.append(len(counted))

    assert counts[0] == counts[1]
