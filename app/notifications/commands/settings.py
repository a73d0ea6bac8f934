"""How a person wants to be told, set as a whole."""

from datetime import time

from sqlalchemy import delete
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.period import UnknownZone, zone_of
from app.notifications.models import NotificationChoice, NotificationSetting
from app.notifications.operations import own_membership
from app.notifications.settings import Settings
from app.rbac.guard import requires


@requires()
async def set_notification_settings(work: Work, settings: Settings) -> None:
    """Put the caller's settings in the place of those there were; what was told before stays.

    Raises `Invalid` for an unknown zone, quiet hours without an end of their own, a time of day
    with a zone or with seconds, and a kind that is named twice.
    """
    membership_id = own_membership(work)
    _check(settings)
    values = {
        "tenant_id": work.tenant_id,
        "membership_id": membership_id,
        "time_zone": settings.time_zone,
        "quiet_begin": settings.quiet.begin if settings.quiet else None,
        "quiet_end": settings.quiet.end if settings.quiet else None,
        "digest_at": settings.digest_at,
        "language": settings.language,
    }
    keys = ["tenant_id", "membership_id"]
    chosen = {name: value for name, value in values.items() if name not in keys}
    statement = insert(NotificationSetting).values(values)
    await work.session.execute(statement.on_conflict_do_update(index_elements=keys, set_=chosen))
    await work.session.execute(
        delete(NotificationChoice).where(NotificationChoice.membership_id == membership_id)
    )
    rows = [
        {
            "membership_id": membership_id,
            "kind": choice.kind,
            "is_shown": choice.is_shown,
            "email": choice.email,
        }
        for choice in settings.choices
    ]
    await work.insert(NotificationChoice, rows)
    record(
        work,
        "SET_NOTIFICATION_SETTINGS",
        "membership",
        membership_id,
        after={name: str(value) for name, value in chosen.items() if value is not None}
        | {f"{each.kind}": f"{each.email}, shown {each.is_shown}" for each in settings.choices},
    )


def _check(settings: Settings) -> None:
    if settings.time_zone is not None:
        try:
            zone_of(settings.time_zone)
        except UnknownZone as unknown:
            raise Invalid("timeZone", f"{unknown}; name one such as Asia/Shanghai") from unknown
    if settings.quiet is not None:
        _check_time("quietHours.begin", settings.quiet.begin)
        _check_time("quietHours.end", settings.quiet.end)
        if settings.quiet.begin == settings.quiet.end:
            raise Invalid("quietHours.end", "must differ from the begin; leave the hours out")
    if settings.digest_at is not None:
        _check_time("digestAt", settings.digest_at)
    kinds = [choice.kind for choice in settings.choices]
    for place, kind in enumerate(kinds):
        if kind in kinds[:place]:
            raise Invalid(f"choices.{place}.kind", f"{kind} is named twice")


def _check_time(field_path: str, at: time) -> None:
    if at.tzinfo is not None or at.second or at.microsecond:
        raise Invalid(field_path, "must be a time of day in whole minutes, such as 22:30")
