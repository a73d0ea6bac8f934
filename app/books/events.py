"""Hold events against jobs and effects: each has its effect once, however often its job runs.

That an event was heard is remembered for a while only, so that older ones are passed over.
"""

from app.db.checking import Invariant, SumsBook
from app.notifications.rules import announced_kinds
from app.webhooks.rules.events import CHOOSABLE, HEARING, kinds_of

_ANNOUNCED = ", ".join(f"'{kind}'" for kind in sorted(announced_kinds()))
_CATALOGUE = ", ".join(
    f"('{event}', '{kind}')" for event, kind in zip(CHOOSABLE, kinds_of(CHOOSABLE), strict=True)
)
_REMEMBERED = "occurred_at > now() - interval '60 days'"

EVENTS = SumsBook(
    "events",
    f"""
    event AS (
        SELECT id, kind, data, {_REMEMBERED} AS is_remembered
        FROM outbox_event WHERE tenant_id = :tenant
    ), run AS (
        SELECT id FROM platform.schedule_run
    ), job AS (
        SELECT event_id, listener, due_at FROM platform.job WHERE tenant_id = :tenant
    ), letter AS (
        SELECT event_id, listener, state FROM dead_letter WHERE tenant_id = :tenant
    ), signal AS (
        SELECT event_id, kind FROM platform.outbox_signal WHERE tenant_id = :tenant
    ), wanted AS (
        SELECT webhook.id, catalogue.kind
        FROM webhook CROSS JOIN jsonb_array_elements_text(events) AS chosen(event)
        JOIN (VALUES {_CATALOGUE}) AS catalogue(event, kind) USING (event)
        WHERE tenant_id = :tenant AND status = 'ACTIVE'
    ), choice AS (
        SELECT chosen_by AS id, kind FROM platform.job_choice
        WHERE tenant_id = :tenant AND listener = '{HEARING}'
    ), handled AS (
        SELECT event_id, handler FROM handled_event WHERE tenant_id = :tenant
    ), told AS (
        SELECT id, event_id, email_status, digest_id FROM notification
        WHERE tenant_id = :tenant
    ), digest AS (
        SELECT id, sent_at FROM notification_digest WHERE tenant_id = :tenant
    ), announced AS (
        SELECT id, data ->> 'notification_id' AS notification_id, is_remembered
        FROM event WHERE kind = 'notification_created'
    ), meant AS (
        SELECT id, 'tell_people' AS listener FROM event
        WHERE is_remembered AND kind IN ({_ANNOUNCED})
        UNION ALL
        SELECT id, 'send_email' FROM event
        WHERE is_remembered AND kind = 'notification_created'
    )""",  # noqa: S608  # our own words
    (
        Invariant(
            "signals-have-events",
            "a signal waits for an event that is not there, or is of another kind",
            """SELECT signal.kind, event.kind, signal.event_id
            FROM signal LEFT JOIN event ON event.id = signal.event_id""",
        ),
        Invariant(
            "handled-are-events",
            "an event that is not there was handled",
            """SELECT 1, (event.id IS NOT NULL OR run.id IS NOT NULL)::int,
                concat_ws('/', handled.event_id, handler)
            FROM handled LEFT JOIN event ON event.id = handled.event_id
            LEFT JOIN run ON run.id = handled.event_id""",
        ),
        Invariant(
            "jobs-have-events",
            "a job waits for an event that is not there",
            """SELECT 1, (event.id IS NOT NULL OR run.id IS NOT NULL)::int,
                concat_ws('/', job.event_id, listener)
            FROM job LEFT JOIN event ON event.id = job.event_id
            LEFT JOIN run ON run.id = job.event_id""",
        ),
        Invariant(
            "heard-or-waiting",
            "an event waits for those who should hear it, or was heard, not exactly once",
            """SELECT 1, (signal.event_id IS NOT NULL)::int + (job.event_id IS NOT NULL)::int
                + (handled.event_id IS NOT NULL)::int
                + coalesce(letter.state = 'DROPPED', false)::int,
                concat_ws('/', meant.id, meant.listener)
            FROM meant LEFT JOIN signal ON signal.event_id = meant.id
            LEFT JOIN job ON job.event_id = meant.id AND job.listener = meant.listener
            LEFT JOIN handled ON handled.event_id = meant.id AND handled.handler = meant.listener
            LEFT JOIN letter ON letter.event_id = meant.id AND letter.listener = meant.listener""",
        ),
        Invariant(
            "dead-have-letters",
            "a job is dead and nobody is told of it, or the other way round",
            """SELECT (job.event_id IS NOT NULL)::int, (letter.event_id IS NOT NULL)::int,
                concat_ws('/', event_id, listener)
            FROM (SELECT * FROM job WHERE due_at IS NULL) job
            FULL JOIN (SELECT * FROM letter WHERE state = 'DEAD') letter
                USING (event_id, listener)""",
        ),
        Invariant(
            "chosen-is-wanted",
            "what a webhook chose is not what is heard for it",
            """SELECT (wanted.id IS NOT NULL)::int, (choice.id IS NOT NULL)::int,
                concat_ws('/', id, kind)
            FROM wanted FULL JOIN choice USING (id, kind)""",
        ),
        Invariant(
            "told-is-handled",
            "people were told of an event that counts as unheard, or of one that is not there",
            """SELECT 1, (handled.event_id IS NOT NULL AND event.id IS NOT NULL)::int, told.id
            FROM told LEFT JOIN event ON event.id = told.event_id
            LEFT JOIN handled ON handled.event_id = told.event_id AND handler = 'tell_people'
            WHERE coalesce(event.is_remembered, true)""",
        ),
        Invariant(
            "told-once",
            "a notification was not announced exactly once",
            """SELECT 1::bigint, count(announced.id), told.id
            FROM told LEFT JOIN announced ON announced.notification_id = told.id::text
            GROUP BY told.id""",
        ),
        Invariant(
            "sent-is-handled",
            "an e-mail counts as sent though nobody has handled its event",
            """SELECT 1, (handled.event_id IS NOT NULL)::int, told.id
            FROM told LEFT JOIN announced ON announced.notification_id = told.id::text
            LEFT JOIN handled ON handled.event_id = announced.id AND handler = 'send_email'
            WHERE told.email_status = 'SENT' AND coalesce(announced.is_remembered, true)""",
        ),
        Invariant(
            "digests-send-all",
            "an e-mail of a digest counts as sent and the digest does not, or the other way round",
            """SELECT (digest.sent_at IS NOT NULL)::int, (told.email_status = 'SENT')::int, told.id
            FROM told JOIN digest ON digest.id = told.digest_id""",
        ),
    ),
)
"""A signal has its event, an effect its claim, and people are told once."""

UNHEARD = SumsBook(
    "unheard",
    f"""
    event AS (
        SELECT id, kind, data FROM outbox_event WHERE tenant_id = :tenant AND {_REMEMBERED}
    ), handled AS (
        SELECT event_id, handler FROM handled_event WHERE tenant_id = :tenant
    ), meant AS (
        SELECT event.id, recipient::uuid AS membership_id
        FROM event, jsonb_array_elements_text(data -> 'recipients') AS r (recipient)
        WHERE kind IN ({_ANNOUNCED})
    )""",  # noqa: S608  # our own words
    (
        Invariant(
            "all-are-heard",
            "an event that people should hear of was never handled",
            f"""SELECT 1, (handled.event_id IS NOT NULL)::int, event.id
            FROM event LEFT JOIN handled
                ON handled.event_id = event.id AND handler = 'tell_people'
            WHERE event.kind IN ({_ANNOUNCED})""",  # noqa: S608  # our own words
        ),
        Invariant(
            "all-are-told",
            "somebody whom an event names was not told of it",
            """SELECT 1, (notification.id IS NOT NULL)::int, concat_ws('/', meant.id, membership.id)
            FROM meant JOIN membership
                ON membership.tenant_id = :tenant AND membership.id = meant.membership_id
                AND membership.ended_at IS NULL
            LEFT JOIN notification
                ON notification.tenant_id = :tenant AND notification.event_id = meant.id
                AND notification.membership_id = meant.membership_id""",
        ),
        Invariant(
            "all-mail-is-handled",
            "a notification's e-mail was never handled",
            """SELECT 1, (handled.event_id IS NOT NULL)::int, event.id
            FROM event LEFT JOIN handled ON handled.event_id = event.id AND handler = 'send_email'
            WHERE event.kind = 'notification_created'""",
        ),
    ),
)
"""Every event was heard by all who listen; true once no signal and no job waits."""
