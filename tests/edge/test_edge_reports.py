"""What is said of requests: by a log without secrets, by metrics, by traces."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from datetime import timedelta

import pytest
from graphql import parse
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from sqlalchemy import text as _text

from app.db.database import Access, Database
from app.edge.limits import Limits
from app.edge.metrics import Metrics, Names
from app.edge.operations import SEVERAL, name_of
from app.edge.tracing import Tracing
from app.edge.trail import Ended, Trail
from app.kernel.footprint import FOOTPRINT, Footprint
from app.kernel.ids import first_id_at, new_id
from app.webhooks.operations.counting import hand_in
from tests.support.asgi import Caller, answer_ok
from tests.support.patience import until
from tests.support.request_lines import Written
from tests.support.served import served
from tests.support.sockets import socket
from tests.support.world import PASSWORD, World

TOKEN = "a token for metrics"
SIGN_IN = """mutation Hunter2($input: SignInInput!) { signIn(input: $input) { __typename } }"""
VIEWER = "query Whoever { viewer { name } }"
TEN = "{ " + " ".join(f"v{number}: viewer {{ name }}" for number in range(10)) + " }"


@pytest.fixture(scope="module")
async def metered(settings):
    async with served(replace(settings, metrics_token=TOKEN, request_log=True)) as http:
        yield http


@pytest.fixture
async def measured(metered, database, settings):
    return await World.create(database, metered, settings)


@pytest.fixture
async def person(measured):
    return await measured.member(await measured.organisation("Shop"), "BUYER", name="Zacharias")


@pytest.fixture
def written(metered, capfd):
    yield Written(capfd, metered)
    del metered.headers["x-request-id"]


async def test_each_request_leaves_one_line(person, measured, written):
    await person.ask(VIEWER)
    await measured.ask(VIEWER)

    (mine,) = [line for line in await written.lines(2) if "membership" in line]
    assert mine["operation"] == "viewer"
    assert mine["tenant"] == str(measured.tenant_id)
    assert mine["membership"] == str(person.membership_id)
    assert (mine["method"], mine["path"], mine["status"]) == ("POST", "/graphql", 200)
    assert mine["statements"] > 0
    assert mine["requested_cost"] > 0
    assert mine["milliseconds"] > 0


async def test_no_secret_ever_shows(person, measured, written):
    secrets = [
        "Hunter2",
        PASSWORD,
        "qwertz-secret",
        person.email,
        person.token,
        "Zacharias",
        "Whoever",
    ]
    given = {"email": person.email, "password": PASSWORD}
    await measured.ask(SIGN_IN, input=given)
    await measured.ask(
        SIGN_IN.replace("Hunter2", "qwertz"), input=given | {"password": "qwertz-secret"}
    )
    await measured.ask("mutation { qwertz-secret }")
    await measured.http.get("/files/qwertz-secret")
    await measured.http.get("/qwertz-secret", params={"q": "qwertz-secret"})
    await measured.http.post(
        "/graphql",
        content=b'{"query": "qwertz-secret',
        headers={"content-type": "application/json", "x-request-id": "qwertz secret!"},
    )
    await person.ask(VIEWER)

    await written.lines(6)  # That of the strange id has another one.
    text = written.text
    assert [secret for secret in secrets if secret in text] == []
    assert "qwertz" not in text


async def test_what_goes_wrong_is_found_by_its_incident(person, written, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("the secret cause")

    monkeypatch.setattr("app.schema.context.begin", broken)
    answer = await person.ask(VIEWER)

    (line,) = await written.lines(1)
    assert line["incident"] == answer.body["errors"][0]["extensions"]["incident"]
    assert "the secret cause" not in json.dumps(line)


@pytest.mark.parametrize("given", ["0123456789abcdef", "a.b-c_d.1"])
async def test_a_sane_request_id_is_kept(given):
    reply = await Caller().ask(Trail(answer_ok, ()), x_request_id=given)

    assert reply.headers["x-request-id"] == given


@pytest.mark.parametrize("given", ["short", "x" * 65, "a b c d e f g", "<script>alert", "Ünïcödé1"])
async def test_a_strange_request_id_is_replaced(given):
    reply = await Caller().ask(Trail(answer_ok, ()), x_request_id=given)

    assert reply.headers["x-request-id"] != given
    assert len(reply.headers["x-request-id"]) == 24


async def test_the_footprint_ends_with_its_request():
    seen = []

    async def app(scope, receive, send):
        seen.append(FOOTPRINT.get())
        await answer_ok(scope, receive, send)

    ended: list[Ended] = []
    await Caller().ask(Trail(app, [ended.append]))

    assert seen == [ended[0].footprint]
    assert FOOTPRINT.get() is None


@pytest.mark.parametrize(
    ("document", "trusted", "name"),
    [
        ("query Mine { viewer { name } }", "", "viewer"),
        ("query Mine { mine: viewer { name } }", "", "viewer"),
        ("query Mine { viewer { name } }", "Mine", "Mine"),
        ("{ viewer { name } node(id: 1) { id } }", "", SEVERAL),
        ("{ ...F } fragment F on Query { viewer { name } }", "", SEVERAL),
    ],
)
def test_a_name_is_a_word_of_ours(document, trusted, name):
    assert name_of(parse(document).definitions[0], trusted) == name


async def test_metrics_are_for_whoever_has_the_token(metered, http):
    without = await metered.get("/metrics")
    wrong = await metered.get("/metrics", headers={"authorization": "Bearer x"})
    switched_off = await http.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})

    assert [without.status_code, wrong.status_code, switched_off.status_code] == [404, 404, 404]


async def test_metrics_count_requests_statements_cost_waits_and_the_queue(person, metered):
    await person.ask(VIEWER)

    answer = await _metrics_with(metered, 'tributary_operation_seconds_count{operation="viewer"}')

    text = answer.text
    assert answer.headers["content-type"].startswith("text/plain")
    for line in (
        'tributary_operation_seconds_count{operation="viewer"}',
        'tributary_statements_total{operation="viewer"}',
        'tributary_requested_cost_points_total{operation="viewer"}',
        'tributary_spent_cost_points_total{operation="viewer"}',
        'tributary_requests_total{path="/graphql",status="200"}',
        "tributary_pool_wait_seconds_count",
        "tributary_outbox_signals ",
        "tributary_outbox_oldest_seconds ",
    ):
        assert line in text, line
    assert str(person.membership_id) not in text


async def _metrics_with(metered, counted: str):
    """The page, once what was asked before is counted: that is after its answer was sent."""
    pages = []

    async def is_counted() -> bool:
        headers = {"authorization": f"Bearer {TOKEN}"}
        pages.append(await metered.get("/metrics", headers=headers))
        return counted in pages[-1].text

    await until(is_counted)
    return pages[-1]


async def test_the_age_of_queue_and_outbox_is_told(person, metered, database, measured):
    event_id = new_id()

    async def wait(work):
        await work.session.execute(
            _text("INSERT INTO platform.outbox_signal VALUES (:event, :tenant, 'nobody_hears')"),
            {"event": first_id_at(work.now - timedelta(seconds=90)), "tenant": work.tenant_id},
        )
        await work.session.execute(
            _text(
                "INSERT INTO platform.job (tenant_id, event_id, listener, queue, waits_since,"
                " due_at, sends, starts, failures) VALUES (:tenant, :event, 'nobody', 'unheard',"
                " now() - interval '70 s', now() + interval '1 h', 1, 0, 0)"
            ),
            {"tenant": work.tenant_id, "event": event_id},
        )

    async def leave(work):
        await work.session.execute(
            _text("DELETE FROM platform.job WHERE tenant_id = :tenant"), {"tenant": work.tenant_id}
        )
        await work.session.execute(
            _text("DELETE FROM platform.outbox_signal WHERE tenant_id = :tenant"),
            {"tenant": work.tenant_id},
        )

    try:
        await measured.run(wait)
        answer = await metered.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    finally:
        await measured.run(leave)

    values = dict(
        line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")
    )
    assert float(values["tributary_outbox_oldest_seconds"]) >= 90
    assert float(values['tributary_queue_jobs{queue="unheard",state="waiting"}']) == 1
    assert float(values['tributary_queue_oldest_seconds{queue="unheard",state="waiting"}']) >= 70


async def test_webhooks_are_told_by_state_and_outcome_and_by_no_name(metered, measured):
    word = f"TRIED_{new_id().hex.upper()}"

    async def wait(work):
        await work.session.execute(
            _text(
                "INSERT INTO platform.webhook_lane (tenant_id, webhook_id, due_at, is_resting)"
                " VALUES (:tenant, :one, now() - interval '70 s', false),"
                " (:tenant, :two, now() + interval '1 h', true)"
            ),
            {"tenant": work.tenant_id, "one": new_id(), "two": new_id()},
        )

    async def leave(work):
        lanes = _text("DELETE FROM platform.webhook_lane WHERE tenant_id = :tenant")
        await work.session.execute(lanes, {"tenant": work.tenant_id})
        tally = _text("DELETE FROM platform.webhook_tally WHERE outcome = :word")
        await work.session.execute(tally, {"word": word})

    try:
        await measured.run(wait)
        for number in (2, 3):
            await measured.run(lambda work, number=number: hand_in(work, {word: number}))
        answer = await metered.get("/metrics", headers={"authorization": f"Bearer {TOKEN}"})
    finally:
        await measured.run(leave)

    values = dict(
        line.rsplit(" ", 1) for line in answer.text.splitlines() if not line.startswith("#")
    )
    assert float(values[f'tributary_webhook_attempts_total{{outcome="{word}"}}']) == 5
    assert float(values["tributary_webhook_oldest_seconds"]) >= 70
    assert float(values['tributary_webhook_lanes{state="resting"}']) >= 1
    assert float(values['tributary_webhook_lanes{state="due"}']) >= 1
    assert str(measured.tenant_id) not in answer.text


def test_names_are_bounded():
    names = Names(lambda name: name, most=2)

    assert [names[name] for name in ("a", "b", "c", "a", "d")] == ["a", "b", "other", "a", "other"]


async def test_a_fallback_is_counted_by_its_reason():
    metrics = Metrics()
    footprint = Footprint(operation="viewer", fallback="subscription", statements=3)

    metrics.report(Ended("POST", "/graphql", 200, 0.01, footprint))

    text = metrics.render().decode()
    assert 'tributary_fallbacks_total{reason="subscription"} 1.0' in text
    assert 'tributary_statements_total{operation="viewer"} 3.0' in text


async def test_spans_show_request_and_statements_and_no_parameter(access):
    exporter = InMemorySpanExporter()
    tracing = Tracing(SimpleSpanProcessor(exporter))
    tracing.watch_statements()
    database = Database(access.app_dsn, pool_size=1)

    async def app(scope, receive, send):
        FOOTPRINT.get().operation = "viewer"
        with tracing.operation("viewer"):
            async with database.transaction(None, Access.READ) as session:
                await session.execute(_text("SELECT :secret"), {"secret": "qwertz"})
        await answer_ok(scope, receive, send)

    await Caller().ask(Trail(tracing.around(app), ()), authorization="Bearer qwertz")
    spans = exporter.get_finished_spans()
    tracing.close()
    await database.close()

    by_name = {span.name: span for span in spans}
    request, operation, select = (
        by_name[name] for name in ("viewer", "operation viewer", "SELECT")
    )
    assert operation.parent.span_id == request.context.span_id
    assert select.parent.span_id == operation.context.span_id
    assert "SELECT" in select.attributes["db.query.text"]
    assert request.attributes["http.response.status_code"] == 200
    assert "qwertz" not in " ".join(span.to_json() for span in spans)


async def test_a_refused_budget_answers_429_and_when_to_try_again(settings, database):
    limits = Limits(operation_cost=10, user_burst=25, user_rate=0.01)  # No point comes back soon.
    async with served(replace(settings, limits=limits)) as http:
        world = await World.create(database, http, settings)
        person = await world.member(await world.organisation("Shop"), "BUYER")
        other = await world.member(person.organisation_id, "BUYER")
        for _ in range(2):
            assert (await person.ask(TEN)).status == 200

        refused = await http.post(
            "/graphql",
            json={"query": TEN},
            headers={"authorization": f"Bearer {person.token}"},
        )

        assert refused.status_code == 429
        assert 1 <= int(refused.headers["retry-after"]) <= 500
        (error,) = refused.json()["errors"]
        assert error["extensions"]["code"] == "OVER_BUDGET"
        assert (await other.ask(VIEWER)).status == 200
        async with socket(str(http.base_url).rstrip("/"), person.token) as client:
            await client.send(id="1", type="subscribe", payload={"query": TEN})
            assert await client.error_code() == "OVER_BUDGET"


def test_processes_that_share_a_folder_count_together(tmp_path):
    reporting = """
from asyncio import run
from app.edge.metrics import Metrics
from app.edge.trail import Ended
from app.kernel.footprint import Footprint
async def main():
    metrics, footprint = Metrics(), Footprint(operation="viewer", statements=2)
    metrics.report(Ended("POST", "/graphql", 200, 0.01, footprint))
    print(metrics.render().decode())
run(main())
"""
    shared = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)}
    command = [sys.executable, "-c", reporting]
    texts = [
        subprocess.run(command, env=shared, capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    ]

    assert 'tributary_statements_total{operation="viewer"} 2.0' in texts[0]
    assert 'tributary_statements_total{operation="viewer"} 4.0' in texts[1]
    assert 'tributary_operation_seconds_count{operation="viewer"} 2.0' in texts[1]
