"""How each person wants to be told: what they chose, or what holds for whoever chose nothing.

And in whose words: those of their own organisation, of the one at the top, or the built-in ones.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from uuid import UUID

from sqlalchemy import FromClause, and_, func, or_, select, true

from app.db.work import Work
from app.kernel.period import zone_of
from app.notifications.habits import DIGEST_AT, EmailTiming, Habits
from app.notifications.languages import USUAL, Language
from app.notifications.models import (
    EmailStatus,
    NotificationChoice,
    NotificationSetting,
    NotificationTemplate,
)
from app.notifications.rules import NotificationKind, Words
from app.notifications.settings import quiet_hours
from app.organisations.models import Organisation, OrganisationAncestry
from app.rbac.models import Membership
from app.tenants.models import Tenant


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one notification reaches one person; an e-mail that waits has an instant.

    `own` are the words that stand for the built-in ones of the language.
    """

    is_shown: bool
    email_status: EmailStatus
    email_due_at: datetime | None
    language: Language
    own: Words | None


async def deliveries(
    work: Work, membership_ids: Sequence[UUID], kind: NotificationKind
) -> Mapping[UUID, Delivery]:
    """Say how those whose membership is open are told of a kind now; one statement for all."""
    template = _nearest_template(kind)
    statement = (
        select(
            Membership.id,
            NotificationSetting.language,
            template.c.title,
            template.c.text,
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
        .outerjoin(template, true())
        .where(Membership.id.in_(membership_ids), Membership.ended_at.is_(None))
    )
    found: dict[UUID, Delivery] = {}
    for (
        membership_id,
        language,
        title,
        text,
        is_shown,
        email,
        zone,
        *habits,
    ) in await work.session.execute(statement):
        timing = EmailTiming(email) if email else EmailTiming.AT_ONCE
        due_at = habits_of(zone, *habits).due(timing, work.now)
        found[membership_id] = Delivery(
            is_shown is not False,
            *_email(work.now, due_at),
            Language(language) if language else USUAL,
            Words(title, text) if title else None,
        )
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


def _nearest_template(kind: NotificationKind) -> FromClause:
    """Select a member's words of a kind: of their organisation, else of the one at the top."""
    template, path = NotificationTemplate, OrganisationAncestry
    return (
        select(template.title, template.text)
        .join(
            path,
            and_(
                path.tenant_id == template.tenant_id,
                path.ancestor_id == template.organisation_id,
            ),
        )
        .join(
            Organisation,
            and_(
                Organisation.tenant_id == template.tenant_id,
                Organisation.id == template.organisation_id,
            ),
        )
        .where(
            template.tenant_id == Membership.tenant_id,
            template.kind == kind,
            template.language == func.coalesce(NotificationSetting.language, USUAL.value),
            path.descendant_id == Membership.organisation_id,
            or_(path.distance == 0, Organisation.parent_id.is_(None)),
        )
        .order_by(path.distance)
        .limit(1)
        .correlate(Membership, NotificationSetting)
        .lateral("template")
    )


def _email(now: datetime, due_at: datetime | None) -> tuple[EmailStatus, datetime | None]:
    if due_at is None:
        return EmailStatus.NOT_WANTED, None
    if due_at <= now:
        return EmailStatus.NOT_SENT, None
    return EmailStatus.WAITING, due_at
