"""The trail is a chain: what is changed past the application is found and named."""

import asyncio
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select
from sqlalchemy.exc import IntegrityError

from app.audit.models import AuditSeal
from app.audit.operations import record, sealing
from app.audit.operations.verifying import Fault, Noted, verify
from app.audit.rules import BEGINNING, digest_of, seal_of
from app.kernel.ids import new_id
from app.people.commands.trail import seal_trail
from tests.support.owner import as_owner
from tests.support.seals import seal
from tests.support.tenant_rows import standing_in
from workers import clock


async def note(world, *actions):
    async def noted(work):
        for action in actions:
            record(work, action, "order", new_id(), after={"total": "143.19", "lines": [1, None]})

    await world.run(noted)


async def entries(world, access):
    with standing_in(access.owner_dsn, world.tenant_id) as connection:
        return [row["id"] for row in connection.execute("SELECT id FROM audit_entry ORDER BY id")]


def tamper(world, access, statement, **values):
    with standing_in(access.owner_dsn, world.tenant_id) as connection:
        assert connection.execute(statement, values).rowcount == 1


async def found(world, noted=None):
    result = await world.run(lambda work: verify(work, noted))
    return [(finding.fault, finding.where) for finding in result.findings]


@pytest.fixture
async def sealed(world):
    """Five entries under two seals."""
    await note(world, "PLACE", "APPROVE", "ALLOCATE")
    await seal(world)
    await note(world, "SHIP", "RECEIVE")
    await seal(world)
    return world


async def test_what_is_sealed_verifies_and_the_next_seal_follows(sealed):
    result = await sealed.run(verify)

    assert (result.entries, result.seals, result.waiting, result.findings) == (5, 2, 0, [])
    assert result.newest != BEGINNING
    await note(sealed, "SETTLE")
    waiting = await sealed.run(verify)
    assert (waiting.waiting, waiting.newest, waiting.findings) == (1, result.newest, [])


async def test_many_entries_are_sealed_in_batches(world, monkeypatch):
    monkeypatch.setattr(sealing, "MOST_ENTRIES", 4)
    await note(world, *(f"STEP_{number}" for number in range(10)))

    await seal(world)

    seals = await world.run(
        lambda work: work.session.scalars(select(AuditSeal.entries).order_by(AuditSeal.number))
    )
    assert seals.all() == [4, 4, 2]
    assert await found(world) == []


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit_entry SET action = 'NOTHING' WHERE id = %(id)s", Fault.CHANGED),
        ("UPDATE audit_entry SET at = at - interval '1 s' WHERE id = %(id)s", Fault.CHANGED),
        ("UPDATE audit_entry SET reason = '' WHERE id = %(id)s", Fault.CHANGED),
        (
            "UPDATE audit_entry SET after = jsonb_set(after, '{total}', '\"1\"') WHERE id = %(id)s",
            Fault.CHANGED,
        ),
        ("DELETE FROM audit_entry WHERE id = %(id)s", Fault.MISSING),
    ],
)
async def test_a_changed_entry_is_named(sealed, access, statement, fault):
    third = (await entries(sealed, access))[2]

    tamper(sealed, access, statement, id=third)

    assert await found(sealed) == [(fault, third)]


async def test_an_entry_put_in_past_the_application_is_named(sealed, access):
    first, slipped = (await entries(sealed, access))[0], new_id()
    copy = (
        "INSERT INTO audit_entry SELECT tenant_id, %(new)s, at, actor_membership_id, actor_name, "
        "actor_organisation_id, on_behalf_of_organisation_id, action, subject_kind, subject_id, "
        "before, after, reason FROM audit_entry WHERE id = %(id)s"
    )

    tamper(sealed, access, copy, id=first, new=slipped)

    assert await found(sealed) == [(Fault.SLIPPED_IN, slipped)]


async def test_a_digest_that_fits_a_changed_entry_breaks_its_seal(sealed, access):
    third = (await entries(sealed, access))[2]
    change = "UPDATE audit_entry SET action = 'NOTHING' WHERE id = %(id)s"
    tamper(sealed, access, change, id=third)
    with standing_in(access.owner_dsn, sealed.tenant_id) as connection:
        row = connection.execute("SELECT * FROM audit_entry WHERE id = %s", [third]).fetchone()

    forged = "UPDATE audit_sealed_entry SET digest = %(digest)s WHERE entry_id = %(id)s"
    tamper(sealed, access, forged, id=third, digest=digest_of(row))

    assert await found(sealed) == [(Fault.BROKEN, 1)]


async def test_a_seal_that_is_made_anew_breaks_the_next_one(sealed, access):
    seals = await sealed.run(lambda work: work.session.scalars(select(AuditSeal)))
    noted = Noted(2, next(each.seal for each in seals if each.number == 2))
    other = seal_of(BEGINNING, [b"other"])
    tamper(sealed, access, "UPDATE audit_seal SET seal = %(seal)s WHERE number = 1", seal=other)
    broken = await found(sealed)

    tamper(sealed, access, "DELETE FROM audit_seal WHERE number = 2")

    assert broken == [(Fault.BROKEN, 1), (Fault.BROKEN, 2)]
    assert (Fault.REMADE, 2) in await found(sealed, noted)


async def test_a_chain_that_is_made_anew_whole_shows_against_what_was_noted(sealed, access):
    noted = Noted(2, (await sealed.run(verify)).newest)
    third = (await entries(sealed, access))[2]
    tamper(sealed, access, "UPDATE audit_entry SET reason = 'x' WHERE id = %(id)s", id=third)
    with standing_in(access.owner_dsn, sealed.tenant_id) as connection:
        connection.execute("INSERT INTO audit_unsealed_entry SELECT tenant_id, id FROM audit_entry")
        connection.execute("DELETE FROM audit_sealed_entry")
        connection.execute("DELETE FROM audit_seal")

    await seal(sealed)

    assert await found(sealed) == []
    assert await found(sealed, noted) == [(Fault.REMADE, 2)]


async def test_an_entry_that_commits_late_is_sealed_then(world):
    committing, may_commit = asyncio.Event(), asyncio.Event()

    async def late(work):
        record(work, "LATE", "order", new_id())
        committing.set()
        await may_commit.wait()

    task = asyncio.create_task(world.run(late))
    await committing.wait()
    await note(world, "EARLY")
    await seal(world)
    may_commit.set()
    await task

    await seal(world)

    result = await world.run(verify)
    assert (result.entries, result.seals, result.waiting, result.findings) == (2, 2, 0, [])


async def test_two_who_seal_at_once_make_one_chain(world):
    await note(world, *(f"STEP_{number}" for number in range(20)))
    (last,) = await world.run(sealing.unsealed)

    done = await asyncio.gather(
        *(world.run(lambda work: seal_trail(work, last)) for _ in range(4)), return_exceptions=True
    )

    assert {type(each) for each in done if each != last} <= {IntegrityError}
    result = await world.run(verify)
    assert (result.entries, result.waiting, result.findings) == (20, 0, [])


async def test_sealing_takes_the_same_statements_for_one_entry_and_for_many(world):
    counts = []
    for number in (1, 30):
        await note(world, *(f"STEP_{each}" for each in range(number)))
        counts.append(await _statements_of_sealing(world))

    assert counts == [10, 10]


async def _statements_of_sealing(world) -> int:
    sent = []

    def listen(_connection, _cursor, statement, *_others):
        sent.append(statement)

    engine = as_owner(world.database).engine.sync_engine
    event.listen(engine, "before_cursor_execute", listen)
    await seal(world)
    event.remove(engine, "before_cursor_execute", listen)
    return len(sent)


async def test_the_clock_seals(world):
    await note(world, "PLACE")

    await clock.tick_in_tenant(world.database, world.tenant_id, lambda: datetime.now(UTC))

    result = await world.run(verify)
    assert (result.seals, result.waiting, result.findings) == (1, 0, [])
