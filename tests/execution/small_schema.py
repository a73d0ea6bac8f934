"""A small schema with one of everything that the executor must carry as strawberry does."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from enum import Enum
from inspect import isawaitable
from typing import Annotated, Any
from uuid import UUID

import strawberry
from graphql import ExecutionResult, execute, get_operation_ast, parse, validate
from strawberry import relay
from strawberry.dataloader import DataLoader
from strawberry.execution import optimized_is_awaitable
from strawberry.permission import BasePermission
from strawberry.schema.config import StrawberryConfig
from strawberry.schema.schema import StrawberryGraphQLCoreExecutionContext

from app.execution import Compiled, Compiler, Ran
from app.execution.strawberry_contact import StrawberryContact
from app.schema.batch import batch
from app.schema.scalars import SCALARS


@dataclass
class Seen:
    """The context: what happened in one run."""

    calls: list[Any] = field(default_factory=list)
    loaders: dict[Any, Any] = field(default_factory=dict)

    def batch(self, key: object, load: Any) -> Any:
        if key not in self.loaders:
            self.loaders[key] = DataLoader(load_fn=load, cache_key_fn=id)
        return self.loaders[key]


Info = strawberry.Info[Seen, None]


class Colour(Enum):
    RED = "r"
    BLUE = "b"


strawberry.enum(Colour)


class Denied(BasePermission):
    message = "not for you"

    def has_permission(self, source: Any, info: Any, **kwargs: Any) -> bool:
        del source, info, kwargs
        return False


class TooLate(Exception):
    """What the handler turns into data."""


@strawberry.type
class Late:
    reason: str


class LateAsData(strawberry.ExceptionHandler[TooLate, Late]):
    def handle(self, exception: TooLate, *, field: Any, info: Any) -> Late:
        del field, info
        return Late(reason=str(exception))


@strawberry.type
class Page(relay.Node):
    id: relay.NodeID[UUID]
    number: int
    text: str | None
    price: Decimal
    at: datetime
    colour: Colour
    words: list[str]
    secret: strawberry.Private[str]

    @strawberry.field
    def length(self, times: int = 2) -> int:
        """A method with an argument."""
        return len(self.secret) * times

    @strawberry.field
    async def place(self, info: Info) -> str:
        """A method that says where it stands."""
        info.context.calls.append("place")
        return ".".join(str(key) for key in info.path.as_list())

    @strawberry.field(permission_classes=[Denied])
    def denied(self) -> str | None:
        return self.secret

    @batch
    @staticmethod
    async def notes(pages: list["Page"], info: Info, first: int = 2) -> list[list["Note"]]:
        """What stands in the margin."""
        info.context.calls.append(("notes", len(pages), first))
        return [[Note(of=page.number, rank=rank) for rank in range(first)] for page in pages]

    @batch
    @staticmethod
    async def broken(pages: list["Page"], info: Info) -> list[str | None]:
        """A batch that fails as a whole."""
        info.context.calls.append("broken")
        del pages
        raise LookupError("no batch")

    @batch
    @staticmethod
    async def short(pages: list["Page"], info: Info) -> list[str | None]:
        """A batch that answers one item too few."""
        del info
        return ["x"] * (len(pages) - 1)


@strawberry.type
class Note:
    of: int
    rank: int

    @strawberry.field
    def sure(self, info: Info) -> str:
        """Fails for the first note of page 1."""
        info.context.calls.append(("sure", self.of, self.rank))
        if (self.of, self.rank) == (1, 0):
            raise LookupError("not sure")
        return "sure"


@strawberry.input
class Wish:
    """A list default is a fresh list for each."""

    amount: Decimal = Decimal(1)
    days: list[int] = strawberry.field(default_factory=list)
    page_id: relay.GlobalID | None = None


Turned = Annotated[Page | Late, strawberry.union("Turned")]


def page(number: int, /, **other: Any) -> Page:
    given: dict[str, Any] = {
        "id": UUID(int=number),
        "number": number,
        "text": "text",
        "price": Decimal("2.5"),
        "at": datetime(2026, 3, 1, tzinfo=UTC),
        "colour": Colour.BLUE,
        "words": ["a", "b"],
        "secret": "abc",
    }
    return Page(**given | other)


@strawberry.type
class Query:
    @strawberry.field
    async def pages(self, first: int = 2) -> list[Page]:
        return [page(number) for number in range(first)]

    @strawberry.field
    def book(self) -> relay.Connection[Page]:
        edges = [relay.Edge(node=page(number), cursor=str(number)) for number in range(3)]
        ends = {"start_cursor": None, "end_cursor": "2"}
        info = relay.PageInfo(has_next_page=False, has_previous_page=False, **ends)
        return relay.Connection(edges=edges, page_info=info)

    @strawberry.field
    def torn(self) -> list[Page | None]:
        return [page(0), None, page(2, number="none"), page(3, words=["a", None])]

    @strawberry.field
    def nodes(self) -> list[relay.Node]:
        return [page(1), page(2)]

    @strawberry.field
    def turned(self, how: str) -> list[Turned]:
        if how == "late":
            raise TooLate("too late")
        return [page(1), Late(reason="x"), page(2)]

    @strawberry.field
    def turn(self, info: Info, wish: Wish) -> Turned:
        info.context.calls.append(wish)
        if wish.amount > 5:
            raise TooLate("too late")
        return page(int(wish.amount))

    @strawberry.field
    def letters(self) -> list[list[str]]:
        return [["a"], [], ["b", "c"]]

    @strawberry.field
    async def waiting(self) -> str:
        await asyncio.sleep(60)
        return "at last"

    @strawberry.field
    async def coming(self) -> list[str]:
        async def all_of() -> AsyncIterator[str]:
            yield "a"
            yield "b"

        return all_of()  # type: ignore[return-value]


@strawberry.type
class Mutation:
    @strawberry.mutation
    async def write(self, info: Info, word: str) -> Page:
        info.context.calls.append(word)
        if word == "break":
            raise LookupError("broken pencil")
        return page(len(info.context.calls))


@strawberry.type
class Subscription:
    @strawberry.subscription
    async def written(self, after: int = 0) -> AsyncIterator[Page]:
        yield page(after + 1)


def small_schema() -> strawberry.Schema:
    return strawberry.Schema(
        Query,
        Mutation,
        Subscription,
        exception_handlers=[LateAsData()],
        config=StrawberryConfig(scalar_map=SCALARS),
    )


SCHEMA = small_schema()
GRAPHQL = StrawberryContact(SCHEMA).graphql


def compiled(text: str, **options: Any) -> Compiled:
    """The compiled operation of a valid text."""
    document = parse(text)
    assert not validate(GRAPHQL, document)
    operation = get_operation_ast(document)
    assert operation is not None
    found = Compiler(SCHEMA, **options).compile(document, operation)
    assert isinstance(found, Compiled), found
    return found


async def run(text: str, **variables: Any) -> tuple[Ran, Seen]:
    """Run an operation compiled."""
    seen = Seen()
    return await compiled(text).run(seen, variables), seen


async def run_plainly(text: str, **variables: Any) -> tuple[ExecutionResult, Seen]:
    """Run an operation on graphql-core."""
    seen = Seen()
    result = execute(
        GRAPHQL,
        parse(text),
        context_value=seen,
        variable_values=variables,
        is_awaitable=optimized_is_awaitable,
        executor_class=StrawberryGraphQLCoreExecutionContext,
    )
    return (await result if isawaitable(result) else result), seen
