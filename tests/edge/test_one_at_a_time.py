"""New documents wait for each other, so that nobody who asks for known ones waits for them."""

import asyncio

import pytest
from graphql import OperationType

from app.edge.documents import Documents
from app.edge.preparing import Prepare, Unrunnable
from app.schema.root import build_schema

NEW = "{ a: __typename }"
OTHER = "{ b: __typename }"
KNOWN = "{ __typename }"


class Watched(Prepare):
    """Notes when the steps of each document begin."""

    def __init__(self) -> None:
        super().__init__(build_schema())
        self.seen: list[str] = []

    def steps(self, text, operation_name):
        rest = super().steps(text, operation_name)
        while True:
            self.seen.append(text)
            try:
                next(rest)
            except StopIteration as end:
                return end.value
            yield


@pytest.fixture
def prepare():
    return Watched()


async def test_a_document_that_is_known_is_found_while_a_new_one_is_prepared(prepare):
    documents = Documents(prepare)
    known = documents.find(KNOWN, None, None)
    preparing = asyncio.create_task(documents.fetch(NEW, None, None))
    await asyncio.sleep(0)

    found = await documents.fetch(KNOWN, None, None)

    assert found is known
    assert not preparing.done()
    assert (await preparing).kind is OperationType.QUERY


async def test_the_steps_of_two_new_documents_do_not_mingle(prepare):
    documents = Documents(prepare)

    await asyncio.gather(*[documents.fetch(text, None, None) for text in (NEW, OTHER)])

    steps = len(prepare.seen) // 2
    assert steps > 2
    assert prepare.seen == [NEW] * steps + [OTHER] * steps


async def test_a_new_document_that_many_ask_for_is_prepared_once(prepare):
    documents = Documents(prepare)

    found = await asyncio.gather(*[documents.fetch(NEW, None, None) for _ in range(5)])

    assert len(set(map(id, found))) == 1
    await Documents(prepare).fetch(NEW, None, None)
    assert prepare.seen == [NEW] * len(prepare.seen)
    assert len(prepare.seen) % 2 == 0


async def test_a_wrong_document_lets_the_next_one_in(prepare):
    documents = Documents(prepare)

    wrong, right = await asyncio.gather(
        documents.fetch("{ nonsense }", None, None),
        documents.fetch(NEW, None, None),
        return_exceptions=True,
    )

    assert isinstance(wrong, Unrunnable)
    assert right is documents.find(NEW, None, None)


async def test_who_leaves_in_between_lets_the_next_one_in(prepare):
    documents = Documents(prepare)
    leaving = asyncio.create_task(documents.fetch(NEW, None, None))
    await asyncio.sleep(0)

    leaving.cancel()

    assert (await documents.fetch(OTHER, None, None)).kind is OperationType.QUERY
    assert documents.stored.others == 1


async def test_a_document_is_counted_once_however_it_came(prepare):
    documents = Documents(prepare)
    preparing = asyncio.create_task(documents.fetch(NEW, None, None))
    await asyncio.sleep(0)
    first = documents.find(NEW, None, None)

    assert await preparing is first
    alone = Documents(prepare)
    alone.find(NEW, None, None)
    assert documents.stored == alone.stored
