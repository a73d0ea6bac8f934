"""How each person wants to be told: what they chose, or what holds for whoever chose nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import and_, select

from app.db.work import Work
from app.kernel.period import zone_of
from app.notifications.habits import DIGEST_AT, EmailTiming, Habits
from app.notifications.models import EmailStatus, NotificationChoice, NotificationSetting
from app.notifications.rules import NotificationKind
from app.notifications.settings import quiet_hours
from app.rbac.models import Membership
from app.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one notification reaches one person; an e-mail that waits has an instant."""

    is_shown: bool
    email_status: EmailStatus
    email_due_at: datetime | None = None


async def deliveries(
    work: Work, membership_ids: Sequence[UUID], kind: NotificationKind
) -> Mapping[UUID, Delivery]:
    """Say how those whose membership is open are told of a kind now; one statement for all."""
    statement = (
        select(
            Membership.id,
            NotificationChoice.is_shown,
            NotificationChoice.email,
            Tenant.time_zone,
            *habit_columns(),
        )
        .select_from(Membership)
        .join(Tenant, Tenant.id == Membership.tenant_id)
        .outerjoin(NotificationSetting, NotificationSetting.membership_id == Membership.id)
        .outerjoin(
            NotificationChoice,
            and_(
                NotificationChoice.membership_id == Membership.id, NotificationChoice.kind == kind
            ),
        )
        .where(Membership.id.in_(membership_ids), Membership.ended_at.is_(None))
    )
    found: dict[UUID, Delivery] = {}
    for membership_id, is_shown, email, zone, *habits in await work.session.execute(statement):
        timing = EmailTiming(email) if email else EmailTiming.AT_ONCE
        due_at = habits_of(zone, *habits).due(timing, work.now)
        found[membership_id] = _delivery(work.now, due_at, is_shown=is_shown is not False)
    return found


def habit_columns() -> tuple[object, ...]:
    """Name the columns that `habits_of` takes, in order."""
    setting = NotificationSetting
    return setting.time_zone, setting.quiet_begin, setting.quiet_end, setting.digest_at


def habits_of(
    network_zone: str,
    zone: str | None,
    quiet_begin: time | None,
    quiet_end: time | None,
    digest_at: time | None,
) -> Habits:
    """Read a person's habits from columns that are empty where nothing was chosen."""
    quiet = quiet_hours(quiet_begin, quiet_end)
    at = DIGEST_AT if digest_at is None else digest_at
    return Habits(zone_of(zone or network_zone), quiet, at)


def _delivery(now: datetime, due_at: datetime | None, *, is_shown: bool) -> Delivery:
    if due_at is None:
        return Delivery(is_shown, EmailStatus.NOT_WANTED)
    if due_at <= now:
        return Delivery(is_shown, EmailStatus.NOT_SENT)
    return Delivery(is_shown, EmailStatus.WAITING, due_at)
