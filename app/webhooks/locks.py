"""Row locks of webhooks' tables, and the leases of senders."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, text

from app.db.work import Work
from app.kernel.ids import new_id
from app.webhooks.models import Webhook

LEASE_SECONDS = 90
"""Longer than any pass may take; a sender that ended is taken over from after it."""
LANES_OF_A_TENANT = 4
_CLAIMING = 7_402_131


@dataclass(frozen=True, slots=True)
class Lane:
    """A webhook that is one sender's, until the lease ends."""

    tenant_id: UUID
    webhook_id: UUID
    lease: UUID


async def own_webhook(work: Work, webhook_id: UUID) -> Webhook | None:
    """Lock a webhook of the actor's organisation; none when it has no such webhook."""
    statement = select(Webhook).where(
        Webhook.id == webhook_id, Webhook.organisation_id == work.actor.own_organisation
    )
    return await _locked(work, statement)


async def webhook(work: Work, webhook_id: UUID) -> Webhook | None:
    """Lock a webhook, so that it is not changed while a result is noted."""
    return await _locked(work, select(Webhook).where(Webhook.id == webhook_id))


async def every_webhook(work: Work) -> Sequence[Webhook]:
    """Lock all webhooks of the network, in the order of their ids."""
    locked = select(Webhook).order_by(Webhook.id).with_for_update(key_share=True)
    fresh = locked.execution_options(populate_existing=True)
    return (await work.session.scalars(fresh)).all()


async def leased_lane(work: Work, lane: Lane) -> bool:
    """Lock a lane, after its webhook; whether it is still this sender's."""
    given = {"tenant_id": lane.tenant_id, "webhook_id": lane.webhook_id, "lease": lane.lease}
    return (await work.session.execute(_LOCK, given)).first() is not None


async def claim_lanes(
    work: Work, room: int, now: datetime, tenants: Sequence[UUID] | None = None
) -> list[Lane]:
    """Lease up to `room` lanes that are due, of each tenant at most four at a time in all.

    Those of a tenant who has none yet go first. Platform work; leases go by the database's clock,
    so that senders whose clocks differ do not take lanes from one another.
    """
    await work.session.execute(_ONE_AT_A_TIME, {"key": _CLAIMING})
    lease = new_id()
    given = {
        "lease": lease,
        "now": now,
        "room": room,
        "most": LANES_OF_A_TENANT,
        "seconds": LEASE_SECONDS,
        "tenants": None if tenants is None else list(tenants),
    }
    rows = (await work.session.execute(_CLAIM, given)).all()
    return [Lane(tenant_id, webhook_id, lease) for tenant_id, webhook_id in rows]


async def _locked(work: Work, statement: Select[Webhook]) -> Webhook | None:
    locked = statement.with_for_update(key_share=True)
    return await work.session.scalar(locked.execution_options(populate_existing=True))


_LOCK = text("""
    SELECT FROM platform.webhook_lane
    WHERE tenant_id = :tenant_id AND webhook_id = :webhook_id AND lease = :lease
    FOR UPDATE
""")
_ONE_AT_A_TIME = text("SELECT pg_advisory_xact_lock(:key)")
_CLAIM = text("""
    WITH busy AS (
        SELECT tenant_id, count(*) AS lanes FROM platform.webhook_lane
        WHERE leased_until > clock_timestamp() GROUP BY tenant_id
    ), free AS (
        SELECT tenant_id, webhook_id, due_at, coalesce(busy.lanes, 0) + row_number() OVER (
            PARTITION BY tenant_id ORDER BY due_at, webhook_id
        ) AS place
        FROM platform.webhook_lane LEFT JOIN busy USING (tenant_id)
        WHERE due_at <= :now AND (leased_until IS NULL OR leased_until <= clock_timestamp())
            AND (CAST(:tenants AS uuid[]) IS NULL OR tenant_id = ANY(CAST(:tenants AS uuid[])))
    ), chosen AS (
        SELECT tenant_id, webhook_id FROM free WHERE place <= :most
        ORDER BY place, due_at, webhook_id LIMIT :room
    )
    UPDATE platform.webhook_lane AS lane
    SET lease = :lease, leased_until = clock_timestamp() + make_interval(secs => :seconds)
    FROM chosen
    WHERE lane.tenant_id = chosen.tenant_id AND lane.webhook_id = chosen.webhook_id
    RETURNING lane.tenant_id, lane.webhook_id
""")
