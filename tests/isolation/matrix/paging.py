"""Pages that begin at a cursor of the victim's: in every list, those within things included."""

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from graphql import GraphQLObjectType, get_named_type

from tests.isolation.cases import CASES, Case
from tests.isolation.matrix.askers import Asker, Things
from tests.isolation.matrix.asking import Heard, Matrix
from tests.support.documents import node_types, schema, shown_fields
from tests.support.world import Answer, Person

_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_DEPTH = 1
_AT_ONCE = 40
"""Of how many lists one document asks: each takes two variables."""
_REFUSALS = frozenset({"FORBIDDEN", "NOT_FOUND"})
THINGS: Mapping[str, str] = {"BuyerStanding": "TradingRelationship"}
"""What names a thing within which there is a list, where it is no node of its own name."""

WITHOUT_CURSORS: Mapping[str, str] = {
    "Query.tenants": "for platform staff alone, who are nobody's neighbours",
    "Query.networkDeadJobs": "for platform staff alone, who are nobody's neighbours",
    "Query.comparePrices": "its cursors are goods that the network knows",
    "Query.priceGrid": "its cursors are goods that the network knows",
    "Query.trialRequests": "for platform staff alone, who are nobody's neighbours",
    "Query.deadJobs": "asked by who runs a network; the victim's are the network's",
}
"""Lists of which nobody's cursor is another's, and why."""

OF_ALL = frozenset({"Query.openSellers"})
"""Lists of what sellers show the whole network; strangers who ask show themselves there as well."""


@dataclass(frozen=True)
class Listing:
    """A list with pages, and how it is asked for: by a root field, or within a thing."""

    owner: str
    field: str

    def __str__(self) -> str:
        return f"{self.owner}.{self.field}"

    @property
    def kind(self) -> str:
        found = schema().type_map[self.owner]
        assert isinstance(found, GraphQLObjectType)
        return get_named_type(found.fields[self.field].type).name


@dataclass(frozen=True)
class Part:
    """One use of a list in a document: its text, and its variables with their types."""

    text: str
    declared: Mapping[str, str]
    given: Mapping[str, Any]


@dataclass
class Paged:
    """What came of all lists: those that an asker could ask, and what was heard."""

    asked: set[str] = field(default_factory=set)
    heard: Heard = field(default_factory=Heard)


@cache
def listings() -> tuple[Listing, ...]:
    """Every field of the schema that takes a cursor."""
    return tuple(
        Listing(found.name, name)
        for found in schema().type_map.values()
        if isinstance(found, GraphQLObjectType)
        for name, given in found.fields.items()
        if "after" in given.args
    )


def parts(
    listing: Listing, at: int, things: Mapping[str, str], cursor: str | None
) -> Iterator[Part]:
    """Yield every way to ask for a list about things that are there, beginning at a cursor."""
    after = {f"after{at}": cursor}
    shown = f"{listing.field}(%s) {shown_fields(listing.kind, _DEPTH)}"
    if listing.owner == "Query":
        for case in CASES[listing.field]:
            yield from _of_root(listing, at, things, case, after)
    elif listing.owner in node_types():
        if listing.owner in things:
            within = f"... on {listing.owner} {{ {shown % f'after: $after{at}'} }}"
            text = f"p{at}: node(id: $id{at}) {{ {within} }}"
            declared = {f"id{at}": "ID!", f"after{at}": "String"}
            yield Part(text, declared, {f"id{at}": things[listing.owner], **after})
    elif (name := THINGS[listing.owner]) in things:
        root = listing.owner[0].lower() + listing.owner[1:]
        text = f"p{at}: {root}(relationshipId: $id{at}) {{ {shown % f'after: $after{at}'} }}"
        declared = {f"id{at}": "ID!", f"after{at}": "String"}
        yield Part(text, declared, {f"id{at}": things[name], **after})


def _of_root(
    listing: Listing, at: int, things: Mapping[str, str], case: Case, after: Mapping[str, Any]
) -> Iterator[Part]:
    it = Things(things)
    variables = case.build(it, it)
    if it.read - things.keys():
        return
    root = schema().query_type
    assert root is not None
    types = {name: str(given.type) for name, given in root.fields[listing.field].args.items()}
    arguments = [f"{name}: ${name}{at}" for name in (*variables, "after")]
    text = f"p{at}: {listing.field}({', '.join(arguments)}) {shown_fields(listing.kind, _DEPTH)}"
    declared = {f"{name}{at}": types[name] for name in (*variables, "after")}
    yield Part(text, declared, {f"{name}{at}": value for name, value in variables.items()} | after)


Pages = Mapping[int, Part]
"""One use of each of several lists, by the list's place."""


def document_of(found: Pages) -> tuple[str, dict[str, Any]]:
    """Write one document of several parts, and its variables."""
    declared = {name: kind for part in found.values() for name, kind in part.declared.items()}
    heading = ", ".join(f"${name}: {kind}" for name, kind in declared.items())
    text = f"query({heading}) {{ {' '.join(part.text for part in found.values())} }}"
    return text, {name: value for part in found.values() for name, value in part.given.items()}


async def cursors_of(matrix: Matrix) -> Mapping[str, str]:
    """Let the victim's people ask for each list, and keep a cursor that they were given."""
    victim = matrix.scene.victim
    found: dict[str, str] = {}
    for at, listing in enumerate(listings()):
        for person in () if str(listing) in OF_ALL else (victim.seller, victim.buyer):
            for part in parts(listing, at, matrix.victim, None):
                if str(listing) not in found:
                    cursor = await _first_cursor(matrix, person, {at: part})
                    found |= {str(listing): cursor} if cursor else {}
    return found


async def _first_cursor(matrix: Matrix, person: Person, one: Mapping[int, Part]) -> str | None:
    text, variables = document_of(one)
    answer = await matrix.line.ask(text, person.token, variables)
    return _cursor_in(answer.body.get("data"))


def _cursor_in(body: Any) -> str | None:
    if isinstance(body, list):
        return next(filter(None, map(_cursor_in, body)), None)
    if not isinstance(body, Mapping):
        return None
    own = body.get("cursor") or body.get("endCursor")
    return own or next(filter(None, map(_cursor_in, body.values())), None)


def beside(cursor: str, by: int) -> str:
    """Return the cursor just before or after another: of a row that nobody has."""
    key = orjson.loads(urlsafe_b64decode(cursor))
    moved = [str(UUID(int=UUID(text).int + by)) if _UUID.fullmatch(text) else text for text in key]
    return urlsafe_b64encode(orjson.dumps(moved)).decode()


def pages(
    own: Mapping[str, str], cursors: Mapping[str, str], forbidden: Collection[str], by: int
) -> Pages:
    """Put together one's own lists, each from the victim's cursor on or from beside it."""
    found: dict[int, Part] = {}
    for at, listing in enumerate(listings()):
        cursor = cursors.get(str(listing))
        if cursor is not None and str(listing) not in forbidden:
            for part in parts(listing, at, own, beside(cursor, by)):
                found.setdefault(at, part)
    return found


async def page_all(
    matrix: Matrix, asker: Asker, cursors: Mapping[str, str], forbidden: set[str]
) -> Paged:
    """Ask for one's own lists from the victim's cursors on, and from those beside them.

    The first list that one may not ask for ends the answer; it is noted in `forbidden`, and the
    others are asked again.
    """
    paged, closed = Paged(), set(forbidden)
    while asked := pages(asker.own, cursors, closed, 0):
        answer = await _ask(matrix, asker, asked)
        errors = answer.body.get("errors", [])
        if asker.is_shut_out:
            paged.heard.hear("a page", answer, matrix.marks_for(asker))
            return paged
        assert all(each["extensions"]["code"] in _REFUSALS for each in errors), errors
        if not errors:
            paged.asked = {str(listings()[at]) for at in asked}
            await _compare(matrix, asker, cursors, closed, paged.heard)
            break
        for each in errors:
            name = str(listings()[int(each["path"][0][1:])])
            closed.add(name)
            forbidden |= {name} if each["extensions"]["code"] == "FORBIDDEN" else set()
    return paged


async def _compare(
    matrix: Matrix,
    asker: Asker,
    cursors: Mapping[str, str],
    forbidden: Collection[str],
    heard: Heard,
) -> None:
    """Hold each page to that from one side or the other: which, the order of the list decides."""
    answers = list[tuple[Answer, Counter[str]]]()
    for by in (-1, 1, 0, -1, 1):  # So often that caches are full.
        with matrix.statements.counting() as sent:
            answer = await _ask(matrix, asker, pages(asker.own, cursors, forbidden, by))
        answers.append((answer, Counter(sent)))
    (answer, work), *sides = answers[2:]
    heard.hear("a page", answer, matrix.marks_for(asker))
    heard.codes |= set(answer.error_codes)
    for name, page in answer.data.items():
        if page not in [side.data[name] for side, _ in sides]:
            heard.unlike.append(f"{listings()[int(name[1:])]}: {page}")
    if work not in [its_work for _, its_work in sides]:
        heard.unlike += [str(work - sides[0][1]), str(sides[0][1] - work)]


async def _ask(matrix: Matrix, asker: Asker, found: Pages) -> Answer:
    """Ask for all pages, some at a time, as if it were one answer."""
    places = sorted(found)
    answers = [
        await matrix.ask(
            asker, *document_of({at: found[at] for at in places[begin : begin + _AT_ONCE]})
        )
        for begin in range(0, len(places), _AT_ONCE)
    ]
    bodies = [answer.body for answer in answers]
    errors = [each for body in bodies for each in body.get("errors", [])]
    data = {name: page for body in bodies for name, page in (body.get("data") or {}).items()}
    return Answer(answers[0].status, {"data": data} | ({"errors": errors} if errors else {}))
