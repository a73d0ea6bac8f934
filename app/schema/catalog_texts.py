"""What goods and categories are called in the reader's language."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from typing import Protocol, TypeVar
from uuid import UUID

import strawberry

from app.catalog.operations import TextsIn, Told
from app.catalog.rules import best_language, checked_language
from app.db.work import Work
from app.schema.context import Info

Read = Callable[[Work, Collection[UUID]], Awaitable[dict[UUID, Told]]]


class Named(Protocol):
    """Something with a name; its `id` is the row's."""

    id: UUID
    name: str


Thing = TypeVar("Thing", bound=Named)


@strawberry.type
class LocalName:
    """A name in a language, by its tag (zh-Hans)."""

    language: str
    name: str


@strawberry.type
class ProductText:
    """A product's name and description in another language than its own."""

    language: str
    name: str
    description: str


def by_name(thing: Named) -> TextsIn:
    """Return the own texts of what has a name alone."""
    return TextsIn(thing.name)


async def local(
    info: Info,
    things: Sequence[Thing],
    read: Read,
    language: str | None,
    own: Callable[[Thing], TextsIn] = by_name,
) -> list[TextsIn]:
    """Return what a reader is shown of each; raises `Invalid` for what is no language.

    Where nothing helps, and where the reader wants the thing's own language, its own texts.
    """
    asked = () if language is None else (checked_language(language, "language"),)
    wanted = (*asked, *info.context.languages)
    if not wanted:
        return [own(thing) for thing in things]
    found = await _read(info, things, read)
    return [_best(found[thing.id], wanted) or own(thing) for thing in things]


async def local_names(info: Info, things: Sequence[Named], read: Read) -> list[list[LocalName]]:
    """Return the names of each in other languages, by language."""
    found = await _read(info, things, read)
    return [
        [LocalName(language=tag, name=each.name) for tag, each in found[thing.id].others.items()]
        for thing in things
    ]


async def all_texts(info: Info, things: Sequence[Named], read: Read) -> list[list[ProductText]]:
    """Return the texts of each in other languages, by language."""
    found = await _read(info, things, read)
    return [
        [
            ProductText(language=tag, name=each.name, description=each.description)
            for tag, each in found[thing.id].others.items()
        ]
        for thing in things
    ]


async def _read(info: Info, things: Sequence[Named], read: Read) -> dict[UUID, Told]:
    async with info.context.read() as work:
        return await read(work, {thing.id for thing in things})


def _best(told: Told, wanted: Sequence[str]) -> TextsIn | None:
    own = () if told.own_language is None else (told.own_language,)
    tag = best_language(wanted, (*own, *told.others))
    return None if tag is None else told.others.get(tag)
