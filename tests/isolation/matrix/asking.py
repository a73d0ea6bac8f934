"""What is asked about the victim's things, and what somebody was told by all the answers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from typing import Any

from strawberry import relay

from tests.isolation.cases import CASES, NOTHING, Case
from tests.isolation.matrix.askers import Asker, Things
from tests.isolation.matrix.told import Marks
from tests.isolation.scene import Scene
from tests.support.documents import (
    command_document,
    deepest,
    document,
    node_types,
    root_fields,
    shown_fields,
)
from tests.support.inside import Inside
from tests.support.statements import StatementCounter
from tests.support.world import Answer

REFUSED = (["FORBIDDEN"], ["UNAUTHENTICATED"])
OF_ADMINISTRATORS = frozenset({"DeadJob@network"})
"""What is the network's, and yet for those alone who administer it."""

LOOKS = 60
"""At how many things one request looks: each takes a variable."""

_DEEPER = {"catalogue": 5, "customerPriceList": 5, "priceGrid": 5, "comparePrices": 5}
_VIEWER = "{ viewer { name } }"


@dataclass(frozen=True)
class Question:
    """One use of a root field, and the text that asks it."""

    field: str
    name: str
    text: str
    case: Case


@dataclass(frozen=True)
class _Drafts:
    """What is the victim's, with its draft for the goods that the network knows."""

    it: Any

    def __getitem__(self, name: str) -> str:
        return self.it["Sku:DRAFT" if name == "Sku@network" else name]


def of_drafts(case: Case) -> Case | None:
    """Aim a case about goods of the network at goods that only their owner knows."""
    it = Things({})
    case.build(it, Things({}))
    if not case.is_of_network or "Sku@network" not in it.read:
        return None
    return replace(case, build=lambda it, own: case.build(_Drafts(it), own), is_of_network=False)


@dataclass
class Heard:
    """What was told, with the question that told it first, and which answers betrayed something.

    `unlike` names questions whose answer, or whose work, was another for the victim's things than
    for what nothing is.
    """

    learned: dict[str, str] = field(default_factory=dict)
    unlike: list[str] = field(default_factory=list)
    codes: set[str] = field(default_factory=set)
    closed: set[str] = field(default_factory=set)

    def hear(self, name: str, answer: Answer, marks: Marks) -> None:
        for mark in marks.in_body(answer.body):
            self.learned.setdefault(mark, name)
        self.codes |= set(answer.error_codes)


def questions(root: str) -> Iterator[Question]:
    """Yield every case of every field of a root."""
    for name, cases in CASES.items():
        if cases and root_fields().get(name) == root:
            shown = _DEEPER.get(name, 3)
            for at, case in enumerate(cases):
                is_short = root == "mutation" and not case.is_answered
                text = command_document(name) if is_short else document(name, shown)
                yield Question(name, f"{name}-{at}", text, case)
                if root == "mutation" and (draft := of_drafts(case)) is not None:
                    yield Question(name, f"{name}-{at} of a draft", text, draft)


def walks(*, deep: bool = True) -> Iterator[Question]:
    """Yield every query about one's own things; of lists as much as one request may ask."""
    for name, cases in CASES.items():
        if root_fields().get(name) == "query":
            for at, case in enumerate(cases):
                shown = document(name, _DEEPER.get(name, 3))
                text = deepest(name) if deep and case in NOTHING else shown
                yield Question(name, f"own {name}-{at}", text, case)


def looks(things: Mapping[str, str]) -> tuple[str, tuple[str, ...]]:
    """Write one document that looks at every thing by its id, with all of it; and their names."""
    kinds = [relay.GlobalID.from_id(thing).type_name for thing in things.values()]
    given = ", ".join(f"$n{at}: ID!" for at in range(len(kinds)))
    nodes = set(kinds) & set(node_types())  # An id may also be of what is shown within others only.
    shown = [f"...All{kind}" if kind in nodes else "__typename" for kind in kinds]
    parts = " ".join(f"n{at}: node(id: $n{at}) {{ {all_of} }}" for at, all_of in enumerate(shown))
    fragments = " ".join(
        f"fragment All{kind} on {kind} {shown_fields(kind, 2)}" for kind in sorted(nodes)
    )
    return f"query({given}) {{ {parts} }} {fragments}", tuple(things)


@dataclass
class Matrix:
    """The victim's marks, an application to ask, and those who ask it."""

    scene: Scene
    line: Inside
    askers: Mapping[tuple[str, str], Asker]
    marks: Marks
    all_marks: Marks
    statements: StatementCounter
    keys: Mapping[str, list[str]]
    refusals: dict[str, Answer] = field(default_factory=dict)
    used: dict[tuple[str, str], set[str]] = field(default_factory=dict)

    @property
    def victim(self) -> Mapping[str, str]:
        return {**self.scene.victim.things, "e-mail": self.scene.victim["e-mail"]}

    def marks_for(self, asker: Asker) -> Marks:
        """What may not be told: to another network, also what the victim's network shares."""
        return self.all_marks if asker.relation == "other tenant" else self.marks

    async def ask(self, asker: Asker, text: str, variables: Mapping[str, Any]) -> Answer:
        return await self.line.ask(text, asker.person.token, variables)

    async def asked_all(self, asker: Asker, seen: frozenset[str], *, deep: bool = True) -> Heard:
        """Ask every query for the victim's things, look at each, and walk one's own."""
        heard = Heard()
        await self.ask(asker, _VIEWER, {})
        for question in questions("query"):
            await self.compare(asker, question, seen, heard)
        await self.look(asker, seen, heard)
        deep = deep and asker.role == "enterprise admin"
        for question in () if asker.is_shut_out else walks(deep=deep):
            if question.field not in heard.closed and not question.case.is_of_network:
                own = Things(asker.own)
                answer = await self.ask(asker, question.text, question.case.build(own, own))
                heard.hear(question.name, answer, self.marks_for(asker))
        return heard

    async def compare(
        self, asker: Asker, question: Question, seen: frozenset[str], heard: Heard
    ) -> Answer:
        """Ask for the victim's things, and for things that nothing is, unless they are known."""
        it = Things(self.victim)
        built = question.case.build(it, Things(asker.own))
        variables = self._with_their_key(asker, question, built)
        found, work = await self._work(asker, question.text, variables)
        heard.hear(question.name, found, self.marks_for(asker))
        if "IDEMPOTENCY_KEY_REUSED" in str(found.body):
            heard.unlike.append(f"{question.name}: {found.body}")
        if found.error_codes in REFUSED:
            heard.closed.add(question.field)
        if self._is_said_to_all(asker, question, found):
            return found
        is_theirs = bool(it.read) or variables != built
        if not is_theirs or question.case.changes:
            return found
        if not any(is_known(name, asker, seen) for name in it.read):
            unknown = question.case.build(Things({}), Things(asker.own))
            nothing, its_work = await self._work(asker, question.text, unknown)
            if its_work != work:  # What each of the two has put into caches is there now.
                _, work = await self._work(asker, question.text, variables)
                _, its_work = await self._work(asker, question.text, unknown)
            _hold(question.name, (found.body, work), (nothing.body, its_work), heard)
        return found

    def _is_said_to_all(self, asker: Asker, question: Question, found: Answer) -> bool:
        """Whether a refusal is the same for everybody: then it was said before any id was read."""
        if found.error_codes not in REFUSED:
            return False
        key = f"{question.name} {found.error_codes} {asker.relation if asker.is_shut_out else ''}"
        return found.body == self.refusals.setdefault(key, found).body

    def _with_their_key(
        self, asker: Asker, question: Question, variables: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Let a command come under an idempotency key that the victim used, as long as any is new.

        What is compared with it comes under a key that nobody used.
        """
        given = variables.get("input", {})
        if "idempotencyKey" not in given:
            return variables
        used = self.used.setdefault((asker.relation, asker.role), set())
        theirs = [*self.keys.get(question.field, ()), *chain.from_iterable(self.keys.values())]
        key = next((key for key in theirs if key not in used), given["idempotencyKey"])
        used.add(key)
        return {**variables, "input": {**given, "idempotencyKey": key}}

    async def look(self, asker: Asker, seen: frozenset[str], heard: Heard) -> None:
        """Look at each of the victim's things, and at as many that nothing is."""
        things = dict(self.scene.victim.things)
        names = list(things)
        for at in range(0, len(names), LOOKS):
            part = {name: things[name] for name in names[at : at + LOOKS]}
            await self._look_at(asker, seen, heard, part)

    async def _look_at(
        self, asker: Asker, seen: frozenset[str], heard: Heard, hidden: Mapping[str, str]
    ) -> None:
        text, names = looks(hidden)
        unknown = Things({})
        at = {f"n{place}": name for place, name in enumerate(names)}
        found = await self.ask(asker, text, {key: hidden[name] for key, name in at.items()})
        nothing = await self.ask(asker, text, {key: unknown[name] for key, name in at.items()})
        heard.hear("node", found, self.marks_for(asker))
        for key, name in at.items():
            if not is_known(name, asker, seen):
                _hold(f"node {name}", _under(found, key), _under(nothing, key), heard)

    async def _work(
        self, asker: Asker, text: str, variables: Mapping[str, Any]
    ) -> tuple[Answer, list[str]]:
        with self.statements.counting() as sent:
            answer = await self.ask(asker, text, variables)
        return answer, sent


def is_known(name: str, asker: Asker, seen: frozenset[str]) -> bool:
    """Whether an asker may know of a thing: it was declared, or all people of the network do."""
    is_shared = "@network" in name and name not in OF_ADMINISTRATORS
    return name in seen or (is_shared and asker.relation != "other tenant")


def _under(answer: Answer, key: str) -> tuple[Any, list[Any]]:
    """What an answer says under one of its names: data, and errors with their messages."""
    errors = answer.body.get("errors", [])
    assert all("path" in each for each in errors), str(errors)[:2000]
    said = [(each["message"], each["extensions"]) for each in errors if each["path"][0] == key]
    return (answer.body["data"] or {}).get(key), said


def _hold(name: str, found: Any, nothing: Any, heard: Heard) -> None:
    if found != nothing:
        heard.unlike.append(f"{name}: {str(found)[:500]} is not {str(nothing)[:500]}")
