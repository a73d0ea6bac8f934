"""Answers kept with what never changes: the same answers, the same cost, and nobody's rights."""

from collections import OrderedDict

import orjson
import pytest
import strawberry
from graphql import get_operation_ast, parse

from app.execution import Compiler
from app.kernel.kept import MOST_ANSWERS, Keeper, Kept, KeptList, KeptObject, to_json
from app.schema.batch import batch, shared


@strawberry.type
class Word:
    text: str | None
    length: int


@strawberry.type
class Book(Keeper):
    title: str
    words: list[Word]

    @shared
    @staticmethod
    async def language(books: list["Book"], info: strawberry.Info) -> list[Word | None]:
        """The same for all who have the book."""
        info.context.append(("language", len(books)))
        return [Word(text="Latin", length=5) for _ in books]

    @batch
    @staticmethod
    async def reader(books: list["Book"], info: strawberry.Info) -> list[Word | None]:
        """Whoever asks."""
        info.context.append(("reader", len(books)))
        return [Word(text=str(len(info.context)), length=0) for _ in books]


def words(*texts: str | None) -> list[Word]:
    return [Word(text=text, length=len(text or "")) for text in texts]


ALPHA = Book(title="Alpha", words=Kept(words("a", "bc")))
SHELF = [ALPHA, Book(title="Beta", words=words("d"))]


@strawberry.type
class Shelf:
    top: Book | None


@strawberry.type
class Query:
    @strawberry.field
    def shelves(self) -> list[Shelf]:
        return [Shelf(top=top) for top in (SHELF[0], None, SHELF[1], SHELF[0])]

    @strawberry.field
    def books(self) -> list[Book]:
        return SHELF

    @strawberry.field
    def first(self) -> Book | None:
        return SHELF[0]

    @strawberry.field
    def torn(self) -> list[Word]:
        return Kept([Word(text="x", length=1), Word(text="y", length=None)])


SCHEMA = strawberry.Schema(Query)


async def run(text, **variables):
    """The answer, its cost and what the resolvers noted."""
    document = parse(text)
    compiled = Compiler(SCHEMA).compile(document, get_operation_ast(document))
    noted = []
    return await compiled.run(noted, variables), noted


async def again(text, **variables):
    """The answer twice: made, and kept as far as it is."""
    for book in SHELF:
        vars(book).pop("answers", None)
    ALPHA.words = Kept(words("a", "bc"))
    first, _ = await run(text, **variables)
    second, noted = await run(text, **variables)
    assert second.data == first.data
    assert second.spent == first.spent
    return second, noted


async def test_a_kept_list_answers_as_it_did_at_the_same_cost():
    ran, _ = await again("{ books { title words { text length } } }")

    assert ran.data["books"][0]["words"] == [
        {"text": "a", "length": 1},
        {"text": "bc", "length": 2},
    ]
    assert ran.data["books"][1] == {"title": "Beta", "words": [{"text": "d", "length": 1}]}
    assert len(ALPHA.words.answers) == 1


async def test_what_is_kept_is_written_as_if_it_were_made_now():
    text = "{ books { title words { text } } first { title language { text } } }"
    made, _ = await run(text)
    kept, _ = await again(text)

    assert isinstance(kept.data["books"][0]["words"], KeptList)
    assert isinstance(kept.data["first"], KeptObject)
    assert to_json(kept.data) == to_json(kept.data) == orjson.dumps(made.data)


def test_words_and_numbers_of_other_classes_are_written_as_what_they_are():
    class Word(str):
        __slots__ = ()

    class Number(int):
        pass

    answer = OrderedDict(a=Word("b"), c=Number(3), d=Kept([Word("e")]), f=Number)

    with pytest.raises(TypeError):
        to_json(answer)
    del answer["f"]
    assert to_json(answer) == b'{"a":"b","c":3,"d":["e"]}'


async def test_another_way_of_asking_is_another_answer():
    asked = ("{ words { text } }", "{ words { t: text } }", "{ words { length text } }")
    await again("{ books { words { text length } } }")

    answers = [(await run(f"{{ books {each} }}"))[0].data["books"][0] for each in asked]

    assert [list(answer["words"][0].items()) for answer in answers] == [
        [("text", "a")],
        [("t", "a")],
        [("length", 1), ("text", "a")],
    ]
    named = (await run("{ books { words { text: __typename } } }"))[0]
    assert named.data["books"][0]["words"][0] == {"text": "Word"}


async def test_few_answers_are_kept():
    await again("{ books { words { text } } }")

    for number in range(2 * MOST_ANSWERS):
        await run(f"{{ books {{ words {{ other{number}: text }} }} }}")

    assert len(ALPHA.words.answers) == MOST_ANSWERS


async def test_what_is_shared_is_asked_once_and_kept_with_its_object():
    ran, noted = await again("{ first { title language { text } } }")

    assert ran.data["first"] == {"title": "Alpha", "language": {"text": "Latin"}}
    assert noted == []


async def test_what_depends_on_the_reader_is_asked_every_time():
    ran, noted = await again("{ first { title language { text } reader { text } } }")

    assert noted == [("language", 1), ("reader", 1)]
    assert ran.data["first"]["reader"] == {"text": "2"}
    assert "answers" not in vars(ALPHA)


async def test_some_may_be_kept_and_others_not():
    text = "{ shelves { top { title words { text } language { length } } } }"
    await again(text)
    del vars(SHELF[1])["answers"]

    ran, noted = await run(text)

    assert noted == [("language", 1)]
    assert [each["top"] and each["top"]["title"] for each in ran.data["shelves"]] == [
        "Alpha",
        None,
        "Beta",
        "Alpha",
    ]


async def test_an_error_is_told_every_time_and_never_kept():
    for _ in range(2):
        ran, _ = await run("{ first { title } torn { text length } }")
        assert ran.data is None
        assert [error.path for error in ran.errors] == [["torn", 1, "length"]]


async def test_an_error_elsewhere_leaves_what_is_kept_in_its_place():
    await again("{ books { words { text } } }")
    SHELF[1].words = [Word(text="d", length=None)]

    ran, _ = await run("{ books { words { text length } } }")
    whole, _ = await run("{ books { words { text } } }")

    assert ran.data is None
    assert [error.path for error in ran.errors] == [["books", 1, "words", 0, "length"]]
    assert whole.data["books"][1]["words"] == [{"text": "d"}]
    SHELF[1].words = words("d")


async def test_the_skipped_and_the_included_are_kept_apart():
    text = "query ($x: Boolean!) { books { words { text length @include(if: $x) } } }"
    await again(text, x=True)

    ran, _ = await run(text, x=False)

    assert ran.data["books"][0]["words"] == [{"text": "a"}, {"text": "bc"}]
