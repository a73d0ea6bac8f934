"""What organisations say of events in their own words, with placeholders and a preview."""

from typing import Annotated

import strawberry

from app.notifications import commands, queries
from app.notifications.languages import Language
from app.notifications.rules import NotificationKind, Template, Words
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal

_USUAL_PLACEHOLDERS = 4


@strawberry.type
class NotificationPlaceholder:
    """A name in braces that words of a kind may hold, such as {number}."""

    name: str
    is_always_known: bool = strawberry.field(
        description="If not, the line that needs it is left out where nobody knows the value."
    )
    sample: str


@strawberry.type
class NotificationPreview:
    """A kind as it reads with sample values."""

    title: str
    text: str


@strawberry.type
class NotificationTemplate:
    """What a kind says in a language: own words, or the built-in ones."""

    kind: NotificationKind
    language: Language
    title: str
    text: str
    is_own: bool = strawberry.field(description="Whether these are own words.")
    placeholders: list[NotificationPlaceholder] = sized(
        _USUAL_PLACEHOLDERS, description="What the words may name, by name."
    )
    preview: NotificationPreview

    @classmethod
    def of(cls, shown: Template) -> "NotificationTemplate":
        """Show words with what they may name."""
        return cls(
            kind=shown.kind,
            language=shown.language,
            title=shown.words.title,
            text=shown.words.text,
            is_own=shown.is_own,
            placeholders=[
                NotificationPlaceholder(
                    name=each.name, is_always_known=each.is_always_known, sample=each.sample
                )
                for each in shown.placeholders
            ],
            preview=NotificationPreview(title=shown.preview.title, text=shown.preview.text),
        )


@strawberry.input
class NotificationWordsInput:
    """A line for lists and subjects, and the lines of the message, with placeholders in braces."""

    title: str
    text: str


@strawberry.input
class SetNotificationTemplateInput:
    """What a kind is to say in a language; without words the built-in ones come back."""

    kind: NotificationKind
    language: Language
    words: NotificationWordsInput | None = None
    is_trial: bool = strawberry.field(
        default=False, description="Only check the words and show their preview."
    )


SetNotificationTemplateResult = Annotated[
    NotificationTemplate | Refusal, strawberry.union("SetNotificationTemplateResult")
]


@strawberry.type
class NotificationTemplatesQuery:
    """Questions about the words of notifications."""

    @list_size(len(NotificationKind))
    @query(queries.templates)
    async def notification_templates(
        self, info: Info, language: Language
    ) -> list[NotificationTemplate]:
        """What does my organisation say of each kind? Every kind, in the enumeration's order."""
        async with info.context.read() as work:
            found = await queries.templates(work, language)
        return [NotificationTemplate.of(each) for each in found]


@strawberry.type
class NotificationTemplatesMutation:
    """What an organisation says of events."""

    @mutation(commands.set_notification_template)
    async def set_notification_template(
        self, info: Info, input: SetNotificationTemplateInput
    ) -> SetNotificationTemplateResult:
        """Word a kind for one's own people; at the top of the network, for all without own words.

        Said twice, it is the same.
        """
        words = Words(input.words.title, input.words.text) if input.words else None
        new = commands.NewWords(input.kind, input.language, words)
        shown = await info.context.write(
            lambda work: commands.set_notification_template(work, new, is_trial=input.is_trial)
        )
        return NotificationTemplate.of(shown)
