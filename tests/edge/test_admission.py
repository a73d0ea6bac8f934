"""What surrounds an operation: its cost, its admission, its connection, the collector."""

import asyncio
import gc
import json
from dataclasses import dataclass, field
from datetime import timedelta

import httpx2
import pytest
from graphql import GraphQLError
from starlette.applications import Starlette

from app.edge.admission import Open
from app.edge.collector import settled_collector
from app.edge.documents import Documents
from app.edge.errors import BadRequest
from app.edge.plans import PlainRan
from app.edge.preparing import Prepare
from app.edge.view import Direct, GraphQLEndpoint
from app.identities.tokens import TokenKeys
from app.kernel.errors import Forbidden
from app.rbac.policy import PolicyCache
from app.schema.context import Services
from app.schema.events import EventHub
from app.schema.root import build_schema
from tests.support.asgi import scope
from tests.support.patience import PATIENCE_SECONDS

FREE = "query Free($n: String!) { __typename __type(name: $n) { name } }"


@dataclass
class Rule:
    """A price of ten for each unit of `n`."""

    most: int = 100

    def within(self, variables):
        points = 10 * int(variables["n"])
        if points > self.most:
            raise BadRequest(400, "too dear", code="TOO_COSTLY")
        return points

    def actual(self, made, variables):
        return min(made + len(variables), self.within(variables))


@dataclass
class Door:
    """Notes who went in and how they left; lets nobody in when closed."""

    seen: list = field(default_factory=list)
    is_closed: bool = False

    def admit(self, context, prepared, requested):
        if self.is_closed:
            raise BadRequest(429, "later", code="OVER_BUDGET", headers={"retry-after": "3"})
        self.seen.append((prepared.name, requested))
        return Noted(self.seen, context, prepared, requested)


class Noted(Open):
    def __init__(self, seen, *given):
        super().__init__(*given)
        self._seen = seen

    def settle(self, actual):
        self._seen.append(actual)


@dataclass
class Compiler:
    """Compiles nothing, or answers everything with one answer."""

    answer: PlainRan | None = None
    reason: str = "of a test"

    def compile(self, *_operation):
        return Refused() if self.answer is None else Always(self.answer)


@dataclass
class Refused:
    reason: str = "of a test"


@dataclass
class Always:
    answer: PlainRan

    async def run(self, *_given):
        return self.answer


@pytest.fixture(scope="module")
def schema():
    return build_schema()


@pytest.fixture
def ask(schema, services):
    """Asks an endpoint made of the given parts, through Starlette."""

    async def ask(*, door=None, rule=None, compiler=None, n=1):
        appraise = (lambda *_operation: rule) if rule else None
        documents = Documents(Prepare(schema, compiler=compiler, appraise=appraise))
        admit = {"admit": door.admit} if door else {}
        endpoint = GraphQLEndpoint(services, documents, Starlette(), show_ide=False, **admit)
        transport = httpx2.ASGITransport(Direct(Starlette(), {"/graphql": endpoint}))
        async with httpx2.AsyncClient(transport=transport, base_url="http://x") as client:
            return await client.post("/graphql", json={"query": FREE, "variables": {"n": str(n)}})

    return ask


@pytest.fixture
def services(database, settings):
    keys = TokenKeys(settings.secret, timedelta(minutes=1), timedelta(minutes=1))
    return Services(database, keys, PolicyCache(), EventHub())


async def test_requested_and_actual_cost_are_told(ask):
    door = Door()

    answer = await ask(door=door, rule=Rule(), n=3)

    assert answer.json()["extensions"] == {"cost": {"requested": 30, "actual": 30}}
    assert door.seen == [("Free", 30), 30]


async def test_what_costs_too_much_is_not_begun(ask):
    door = Door()

    answer = await ask(door=door, rule=Rule(), n=11)

    assert (answer.status_code, door.seen) == (400, [])
    assert answer.json()["errors"][0]["extensions"]["code"] == "TOO_COSTLY"


async def test_whoever_is_not_let_in_is_told_when_to_come_back(ask):
    answer = await ask(door=Door(is_closed=True))

    assert (answer.status_code, answer.headers["retry-after"]) == (429, "3")


async def test_what_is_not_compiled_is_run_all_the_same(ask, schema):
    prepared = Prepare(schema, compiler=Compiler())(FREE, None)

    answer = await ask(compiler=Compiler())

    assert prepared.reason == "of a test"
    assert answer.json()["data"]["__typename"] == "Query"


async def test_a_plan_of_the_compiler_answers_instead(ask):
    answer = await ask(compiler=Compiler(PlainRan({"made": "up"}, [], 7)), rule=Rule())

    assert answer.json()["data"] == {"made": "up"}
    assert answer.json()["extensions"]["cost"]["actual"] == 8


@pytest.mark.parametrize(
    ("original", "code"),
    [(None, "INVALID"), (Forbidden("X"), "FORBIDDEN"), (OSError("secret"), "INTERNAL")],
)
async def test_every_error_of_a_field_has_a_code_and_no_secret(ask, original, code):
    error = GraphQLError("secret" if original else "odd", path=["a"], original_error=original)

    answer = await ask(compiler=Compiler(PlainRan({"a": None}, [error])))

    (told,) = answer.json()["errors"]
    assert (answer.status_code, told["extensions"]["code"]) == (200, code)
    assert ("incident" in told["extensions"]) is (code == "INTERNAL")
    assert (code == "INTERNAL") is ("Something went wrong" in told["message"])


async def test_a_stream_whose_reader_takes_nothing_is_given_up(schema, services):
    has_ended = asyncio.Event()

    async def streaming(_scope, receive, send):
        assert FREE in (await receive())["body"].decode()
        try:
            while True:
                await send({"type": "http.response.body", "body": b":", "more_body": True})
        finally:
            has_ended.set()

    async def asked():
        body = json.dumps({"query": FREE, "variables": {"n": "Order"}}).encode()
        return {"type": "http.request", "body": body}

    taken = []

    async def taking_one(message):
        taken.append(message)
        if len(taken) > 1:
            await asyncio.Event().wait()

    documents = Documents(Prepare(schema))
    endpoint = GraphQLEndpoint(
        services, documents, streaming, show_ide=False, stalled_reader_seconds=0.01
    )
    headers = {"accept": "text/event-stream", "content_type": "application/json"}
    async with asyncio.timeout(PATIENCE_SECONDS):
        await endpoint(scope("POST", **headers), asked, taking_one)

    assert has_ended.is_set()
    assert len(taken) == 2


def test_the_collector_is_as_before_when_the_server_has_ended():
    given = gc.get_threshold()
    gc.unfreeze()  # What the server of all tests set aside.
    gc.set_threshold(1_234, 5, 6)

    with settled_collector():
        assert gc.get_freeze_count() > 10_000
        assert gc.get_threshold() != (1_234, 5, 6)
        with settled_collector():
            assert gc.get_freeze_count() > 10_000

        assert gc.get_freeze_count() > 10_000

    assert gc.get_threshold() == (1_234, 5, 6)
    assert gc.get_freeze_count() == 0
    gc.freeze()
    gc.set_threshold(*given)
