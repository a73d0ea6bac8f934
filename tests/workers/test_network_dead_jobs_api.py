"""Dead jobs of all networks, for the platform's staff: what they see, and what they may decide."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.db.work import Work
from app.jobs import operations as jobs
from app.jobs.models import DeadLetter, Job
from app.jobs.operations import JobKey
from app.jobs.rules import cause_of, told_safely
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from tests.support.jobs import booked, dead_job
from tests.support.world import Answer, Person, World, gid

JOB = "eventId listener queue failures cause network { id slug }"
LIST = f"""query($tenant: ID, $first: Int! = 20, $after: String) {{
  networkDeadJobs(tenantId: $tenant, first: $first, after: $after) {{
    edges {{ cursor node {{ {JOB} }} }} pageInfo {{ hasNextPage }} }} }}"""
DECIDE = """mutation($input: NetworkJobInput!) {{ {name}(input: $input) {{ __typename
  ... on NetworkJobDecision {{ eventId listener state network {{ id }} }}
  ... on Refusal {{ code }} }} }}"""
COMMANDS = {"REPLAYED": "replayNetworkJob", "DROPPED": "dropNetworkJob"}


@pytest.fixture
async def staff(world) -> Person:
    return await world.member(None)


@pytest.fixture
async def neighbour(database, http, settings) -> World:
    return await World.create(database, http, settings)


def network(world: World) -> str:
    return gid("Tenant", world.tenant_id)


def nodes(answer: Answer) -> list[dict]:
    return [edge["node"] for edge in answer.data["networkDeadJobs"]["edges"]]


async def letter_of(world: World, letter_id) -> DeadLetter:
    found = select(DeadLetter).where(DeadLetter.id == letter_id)
    return await world.run(lambda work: work.session.scalar(found))


async def job_in(world: World) -> dict:
    """A dead job, as staff name it."""
    letter = await letter_of(world, await dead_job(world))
    return {
        "tenantId": network(world),
        "eventId": str(letter.event_id),
        "listener": letter.listener,
    }


async def decide(person: Person, state: str, given: dict) -> Answer:
    return await person.ask(DECIDE.format(name=COMMANDS[state]), input=given)


async def standing(world: World) -> tuple[list[str], list[bool]]:
    """What has become of the letters, and which jobs are still dead."""

    async def look(work: Work):
        letters = await work.session.scalars(select(DeadLetter.state).order_by(DeadLetter.id))
        due = await work.session.scalars(
            select(Job.due_at).where(Job.tenant_id == work.tenant_id).order_by(Job.event_id)
        )
        return letters.all(), [each is None for each in due]

    return await world.run(look)


async def test_staff_see_dead_jobs_of_a_network_by_their_causes_and_nothing_of_its_own(
    world, neighbour, staff
):
    event_id = await booked(world, "nobody_hears")
    key = JobKey(world.tenant_id, event_id, "nobody_hears")
    said = "NOT_FOUND: Corner Shop's order"
    await world.run(lambda work: jobs.die(work, key, 21, said, "NOT_FOUND"))
    await dead_job(neighbour)

    answer = await staff.ask(LIST, tenant=network(world))

    (shown,) = nodes(answer)
    assert shown == {
        "eventId": str(event_id),
        "listener": "nobody_hears",
        "queue": "default",
        "failures": 21,
        "cause": "NOT_FOUND",
        "network": {"id": network(world), "slug": f"t{world.tenant_id.hex}"},
    }
    assert "Corner Shop" not in str(answer.body)


async def test_pages_go_through_all_networks(world, neighbour, staff):
    wanted = {(await job_in(each))["eventId"] for each in (world, neighbour, world)}
    seen, after, has_next = list[str](), None, True

    while has_next:  # Other tests' networks lie between.
        page = (await staff.ask(LIST, first=100, after=after)).data["networkDeadJobs"]
        seen += [edge["node"]["eventId"] for edge in page["edges"]]
        after = page["edges"][-1]["cursor"] if page["edges"] else after
        has_next = bool(page["edges"]) and page["pageInfo"]["hasNextPage"]

    assert wanted <= set(seen)
    assert len(seen) == len(set(seen))


async def test_pages_of_one_network_follow_each_other(world, staff):
    wanted = sorted([(await job_in(world))["eventId"] for _ in range(3)])

    first = await staff.ask(LIST, tenant=network(world), first=2)
    after = first.data["networkDeadJobs"]["edges"][-1]["cursor"]
    second = await staff.ask(LIST, tenant=network(world), first=2, after=after)

    assert [each["eventId"] for each in nodes(first) + nodes(second)] == wanted
    assert second.data["networkDeadJobs"]["pageInfo"]["hasNextPage"] is False


@pytest.mark.parametrize(("state", "left"), [("REPLAYED", [False]), ("DROPPED", list[bool]())])
async def test_what_staff_decide_is_done_once_and_stands_in_the_networks_own_trail(
    world, staff, state, left
):
    job = await job_in(world)

    answers = [await decide(staff, state, job) for _ in range(2)]

    expected = {"eventId": job["eventId"], "listener": job["listener"], "state": state}
    for answer in answers:
        (decided,) = answer.data.values()
        assert decided.items() >= (expected | {"network": {"id": network(world)}}).items()
    assert await standing(world) == ([state], left)
    entries = await world.run(
        lambda work: work.session.execute(
            select(AuditEntry.action, AuditEntry.actor_name).where(
                AuditEntry.subject_kind == "dead_job"
            )
        )
    )
    ((action, by),) = entries.all()
    assert action == {"REPLAYED": "REPLAY_JOB", "DROPPED": "DROP_JOB"}[state]
    assert by


@pytest.mark.parametrize(("first", "then"), [("REPLAYED", "DROPPED"), ("DROPPED", "REPLAYED")])
async def test_what_was_decided_is_not_decided_the_other_way(world, staff, first, then):
    job = await job_in(world)
    await decide(staff, first, job)
    before = await standing(world)

    answer = await decide(staff, then, job)

    assert answer.data[COMMANDS[then]] == {"__typename": "Refusal", "code": "JOB_DECIDED"}
    assert await standing(world) == before


@pytest.mark.parametrize("state", COMMANDS)
async def test_a_job_of_another_network_and_one_that_is_not_there_are_not_found(
    world, neighbour, staff, state
):
    job = await job_in(neighbour)
    wrong = (
        {"tenantId": network(world)},
        {"tenantId": gid("Tenant", new_id())},
        {"eventId": str(new_id())},
        {"listener": "another"},
    )

    answers = [await decide(staff, state, job | each) for each in wrong]

    assert {tuple(answer.error_codes) for answer in answers} == {("NOT_FOUND",)}
    assert await standing(neighbour) == (["DEAD"], [True])


async def test_nobody_inside_a_network_may_ask_or_decide(world):
    root = await world.organisation("Root", "BRAND")
    inside = await world.member(root, "SYSTEM_ADMIN", "ENTERPRISE_ADMIN")
    job = await job_in(world)

    answers = [
        await inside.ask(LIST, tenant=network(world)),
        await inside.ask(LIST),
        *[await decide(inside, state, job) for state in COMMANDS],
    ]

    assert {tuple(answer.error_codes) for answer in answers} == {("FORBIDDEN",)}
    assert await standing(world) == (["DEAD"], [True])


async def test_a_page_takes_as_many_statements_for_many_as_for_one(world, staff, statements):
    counts = []
    for number in (1, 4):
        for _ in range(number):
            await dead_job(world)
        with statements.counting() as counted:
            await staff.ask(LIST, tenant=network(world))
        counts.append(len(counted))

    assert counts[0] == counts[1]


def test_a_cause_is_in_words_of_the_code_alone():
    missing = NotFound("Order")

    assert cause_of(missing) == "NOT_FOUND"
    assert cause_of(ValueError("secret")) == told_safely(ValueError("secret")) == "ValueError"
