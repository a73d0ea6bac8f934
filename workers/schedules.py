"""Schedules: what is due at times of the calendar, each due time once, whoever leads.

A due time is claimed by a row of its own and makes one job for each active network, in the same
statement. So two leaders cannot fire twice, and a crash fires wholly or not at all.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice, takewhile

from cronsim import CronSim

from app.kernel.ids import new_id
from workers.events import DEFAULT_QUEUE
from workers.leading import Connection

log = logging.getLogger("tributary.schedules")

_LAST = "SELECT max(due_at), now() FROM platform.schedule_run WHERE schedule = %s"
_ANCHOR = """
    INSERT INTO platform.schedule_run (schedule, due_at, id, fired_at)
    VALUES (%(schedule)s, %(due_at)s, %(id)s, now()) ON CONFLICT DO NOTHING
"""
_FIRE = """
    WITH run AS (
        INSERT INTO platform.schedule_run (schedule, due_at, id, fired_at)
        VALUES (%(schedule)s, %(due_at)s, %(id)s, now()) ON CONFLICT DO NOTHING
        RETURNING id
    )
    INSERT INTO platform.job
        (tenant_id, event_id, listener, queue, waits_since, due_at, sends, starts, failures)
    SELECT tenant.id, run.id, %(schedule)s, %(queue)s, now(), now(), 0, 0, 0
    FROM run CROSS JOIN platform.tenant WHERE tenant.status = 'ACTIVE'
"""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When the listener of the same name is to be called, by a cron expression in UTC.

    After a time in which nobody led, the newest `catch_up` of the missed due times are made up.
    """

    name: str
    cron: str
    queue: str = DEFAULT_QUEUE
    catch_up: int = 1

    def missed(self, last: datetime, now: datetime) -> list[datetime]:
        """Return the due times after `last` that are to be made up, the oldest first."""
        # Backwards it names what lies strictly before, in whole seconds.
        until = now.astimezone(UTC).replace(microsecond=0) + timedelta(seconds=1)
        after = takewhile(lambda due_at: due_at > last, CronSim(self.cron, until, reverse=True))
        return [*islice(after, self.catch_up)][::-1]


def fire(connection: Connection, schedules: Sequence[Schedule]) -> list[tuple[str, datetime]]:
    """Claim all due times that have come by the database's clock, and make their jobs.

    A schedule that is seen for the first time begins now. When the clock goes backwards, due times
    that were seen to are not seen to again.
    """
    fired: list[tuple[str, datetime]] = []
    for schedule in schedules:
        row = connection.execute(_LAST, [schedule.name]).fetchone()
        assert row is not None
        last, now = row
        given = {"schedule": schedule.name, "queue": schedule.queue}
        if last is None:
            connection.execute(_ANCHOR, {**given, "due_at": now, "id": new_id()})
            continue
        for due_at in schedule.missed(last, now):
            made = connection.execute(_FIRE, {**given, "due_at": due_at, "id": new_id()})
            log.info("%s of %s made %d jobs", schedule.name, due_at, made.rowcount)
            fired.append((schedule.name, due_at))
    return fired
