"""How the viewer wants to be told: by kind and channel, with quiet hours and a daily digest."""

from datetime import time
from typing import Annotated

import strawberry

from app.notifications import commands, queries
from app.notifications.habits import DIGEST_AT, EmailTiming, QuietHours
from app.notifications.languages import USUAL, Language
from app.notifications.settings import Choice, Settings
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.notifications import NotificationKind
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal

strawberry.enum(EmailTiming, description=EmailTiming.__doc__)


@strawberry.type(name="QuietHours", description=QuietHours.__doc__)
class ShownQuietHours:
    """Times of day in the settings' zone; the end itself is not quiet."""

    begin: time
    end: time


@strawberry.type
class NotificationChoice:
    """How one kind is told; without a choice it is shown, and sent by e-mail at once."""

    kind: NotificationKind
    is_shown: bool = strawberry.field(description="Whether it stands in the app's list.")
    email: EmailTiming


@strawberry.type
class NotificationSettings:
    """How the viewer is told in the current membership."""

    time_zone: str | None = strawberry.field(
        description="IANA name of the zone of the times below; null for the network's."
    )
    quiet_hours: ShownQuietHours | None = strawberry.field(
        description="When no e-mail goes out; what waited comes as one at their end."
    )
    digest_at: time = strawberry.field(description="When the e-mail of daily kinds goes out.")
    language: Language = strawberry.field(description="In which language the viewer is told.")
    choices: list[NotificationChoice] = sized(
        len(NotificationKind), description="Every kind there is, in the enumeration's order."
    )

    @classmethod
    def of(cls, settings: Settings) -> "NotificationSettings":
        """Show settings, with what holds where nothing was chosen."""
        chosen = {choice.kind: choice for choice in settings.choices}
        standard = EmailTiming.AT_ONCE
        quiet, digest_at = settings.quiet, settings.digest_at
        return cls(
            time_zone=settings.time_zone,
            quiet_hours=ShownQuietHours(begin=quiet.begin, end=quiet.end) if quiet else None,
            digest_at=DIGEST_AT if digest_at is None else digest_at,
            language=settings.language or USUAL,
            choices=[
                NotificationChoice(kind=each.kind, is_shown=each.is_shown, email=each.email)
                for each in (
                    chosen.get(kind) or Choice(kind, is_shown=True, email=standard)
                    for kind in NotificationKind
                )
            ],
        )


@strawberry.input
class QuietHoursInput:
    """From when until when no e-mail goes out; a begin after the end spans midnight."""

    begin: time
    end: time


@strawberry.input
class NotificationChoiceInput:
    """How one kind is to be told."""

    kind: NotificationKind
    is_shown: bool = True
    email: EmailTiming = EmailTiming.AT_ONCE


@strawberry.input
class SetNotificationSettingsInput:
    """The settings as they are to be, whole: what is left out is as if never chosen."""

    time_zone: str | None = None
    quiet_hours: QuietHoursInput | None = None
    digest_at: time | None = None
    language: Language | None = None
    choices: list[NotificationChoiceInput] = strawberry.field(default_factory=list)

    def read(self) -> Settings:
        """Return what was typed."""
        quiet = self.quiet_hours
        return Settings(
            self.time_zone,
            QuietHours(quiet.begin, quiet.end) if quiet else None,
            self.digest_at,
            [Choice(each.kind, each.is_shown, each.email) for each in self.choices],
            self.language,
        )


SetNotificationSettingsResult = Annotated[
    NotificationSettings | Refusal, strawberry.union("SetNotificationSettingsResult")
]


@strawberry.type
class NotificationSettingsQuery:
    """Questions about how the viewer is told."""

    @query(queries.my_settings)
    async def my_notification_settings(self, info: Info) -> NotificationSettings:
        """How am I told? In the current membership."""
        async with info.context.read() as work:
            return NotificationSettings.of(await queries.my_settings(work))


@strawberry.type
class NotificationSettingsMutation:
    """What the viewer says of how to be told."""

    @mutation(commands.set_notification_settings)
    async def set_notification_settings(
        self, info: Info, input: SetNotificationSettingsInput
    ) -> SetNotificationSettingsResult:
        """Put new settings in the place of the viewer's; said twice, they are the same."""
        settings = input.read()
        await info.context.write(lambda work: commands.set_notification_settings(work, settings))
        async with info.context.read() as work:
            return NotificationSettings.of(await queries.my_settings(work))
