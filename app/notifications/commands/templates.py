"""An organisation's own words for a kind of notification, in the place of the built-in ones."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.notifications.errors import PlaceholderUnknown
from app.notifications.languages import Language
from app.notifications.models import NotificationTemplate
from app.notifications.rules import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    NotificationKind,
    Template,
    Words,
    placeholders_of,
    template_of,
    unknown_placeholders,
)
from app.rbac.guard import requires
from app.rbac.permissions import Permission

TEMPLATE = "notification_template"


@dataclass(frozen=True, slots=True)
class NewWords:
    """What a kind is to say in a language; without words the built-in ones come back."""

    kind: NotificationKind
    language: Language
    words: Words | None


@requires(Permission.ORGANISATION_WRITE)
async def set_notification_template(work: Work, new: NewWords, *, is_trial: bool) -> Template:
    """Put own words in the place of the built-in ones, or take them back; a trial changes nothing.

    The own organisation's people are told so from now on, and from the top of the network all whose
    own has no words. Raises `Invalid` for words that are empty or too long, `PlaceholderUnknown`.
    """
    if new.words is not None:
        _check(new.kind, new.words)
    if not is_trial:
        await _set(work, new)
    return template_of(new.kind, new.language, new.words)


async def _set(work: Work, new: NewWords) -> None:
    organisation_id = work.actor.own_organisation
    table = NotificationTemplate
    statement = (
        select(table)
        .where(
            table.organisation_id == organisation_id,
            table.kind == new.kind,
            table.language == new.language,
        )
        .execution_options(populate_existing=True)
    )
    old = (await work.session.scalars(statement)).one_or_none()
    before = {"title": old.title, "text": old.text} if old else None
    after = {"title": new.words.title, "text": new.words.text} if new.words else None
    if before == after:
        return
    key = old.id if old else new_id()
    if new.words is None:
        await work.session.delete(old)
    else:
        values = {
            "tenant_id": work.tenant_id,
            "id": key,
            "organisation_id": organisation_id,
            "kind": new.kind,
            "language": new.language,
            "title": new.words.title,
            "text": new.words.text,
            "changed_at": work.now,
        }
        changed = {name: values[name] for name in ("title", "text", "changed_at")}
        written = insert(table).values(values)
        taken = ["tenant_id", "organisation_id", "kind", "language"]
        await work.session.execute(
            written.on_conflict_do_update(index_elements=taken, set_=changed)
        )
    about = {"kind": new.kind.value, "language": new.language.value}
    record(
        work,
        "SET_NOTIFICATION_TEMPLATE" if new.words else "TAKE_BACK_NOTIFICATION_TEMPLATE",
        TEMPLATE,
        key,
        before=before and about | before,
        after=after and about | after,
    )


def _check(kind: NotificationKind, words: Words) -> None:
    if "\n" in words.title or not 1 <= len(words.title.strip()) <= LONGEST_TITLE:
        raise Invalid("title", f"must be one line of 1 to {LONGEST_TITLE} characters")
    if not 1 <= len(words.text.strip()) <= LONGEST_TEXT:
        raise Invalid("text", f"must have 1 to {LONGEST_TEXT} characters")
    for path, said in (("title", words.title), ("text", words.text)):
        wrong = unknown_placeholders(kind, said)
        if wrong:
            right = ", ".join(f"{{{each.name}}}" for each in placeholders_of(kind, Language.EN))
            named = ", ".join(each if each in "{}" else f"{{{each}}}" for each in wrong)
            raise PlaceholderUnknown(named, right).at(path)
