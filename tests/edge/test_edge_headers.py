"""Headers of answers, origins of pages, and what a form cannot send."""

import asyncio
from base64 import b64encode
from hashlib import sha256
from urllib.parse import urlsplit

import pytest
from strawberry.http.ides import get_graphql_ide_html

from app.edge.cors import Cors, checked_origin, is_json
from app.edge.headers import SecurityHeaders, page_policy
from app.edge.limits import Limits
from app.kernel.errors import Invalid
from tests.support.asgi import Caller, answer_ok
from tests.support.patience import PATIENCE_SECONDS

SHOP = "https://shop.example"
SIGN_OUT = "mutation { signOut { __typename } }"


async def test_every_answer_of_the_api_carries_the_headers(http):
    for path in ("/healthz", "/readyz", "/nothing", "/files/x", "/graphql"):
        answer = await http.get(path)

        headers = answer.headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-frame-options"] == "DENY"
        assert "no-store" in headers["cache-control"]
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "strict-transport-security" not in headers
        assert "access-control-allow-origin" not in headers
        assert headers["x-request-id"]


async def test_a_body_that_is_too_large_is_refused_with_the_headers_too(server):
    address = urlsplit(server)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    heading = b"POST /graphql HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"

    writer.write(heading + b"Content-Length: %d\r\n\r\n" % (Limits().body_bytes + 1))
    await writer.drain()
    answer = await asyncio.wait_for(reader.readuntil(b"\r\n\r\n"), PATIENCE_SECONDS)
    writer.close()
    await writer.wait_closed()

    assert b" 413 " in answer
    assert b"x-content-type-options: nosniff" in answer


async def test_the_ide_may_run_what_it_holds_and_nothing_else(http):
    answer = await http.get("/graphql", headers={"accept": "text/html"})

    policy = answer.headers["content-security-policy"]
    scripts = answer.text.split("<script>")[1:]
    for script in scripts:
        text = script.partition("</script>")[0]
        assert f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'" in policy
    assert scripts
    assert "https://unpkg.com" in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert "'unsafe-eval'" not in policy
    assert "connect-src 'self'" in policy


def test_the_policy_names_every_host_of_the_page():
    page = get_graphql_ide_html(graphql_ide="graphiql")

    policy = page_policy(page)

    assert policy.count("sha256-") == 1
    assert "frame-ancestors 'none'" in policy


async def test_transport_security_is_a_switch():
    reply = await Caller().ask(SecurityHeaders(answer_ok, hsts=True))

    assert reply.headers["strict-transport-security"].startswith("max-age=")


async def test_what_the_application_has_set_stays():
    async def app(_scope, _receive, send):
        headers = [(b"cache-control", b"private"), (b"content-type", b"text/csv")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})

    reply = await Caller().ask(SecurityHeaders(app))

    assert reply.headers["cache-control"] == "private"


async def test_a_page_of_an_allowed_origin_may_ask():
    cors = Cors(answer_ok, [SHOP])

    asked = await Caller().ask(cors, "OPTIONS", origin=SHOP, access_control_request_method="POST")
    answered = await Caller().ask(cors, origin=SHOP, content_type="application/json")

    assert asked.status == 204
    assert asked.headers["access-control-allow-origin"] == SHOP
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert "access-control-allow-credentials" not in asked.headers
    assert answered.status == 200
    assert answered.headers["access-control-allow-origin"] == SHOP
    assert answered.headers["vary"] == "origin"


@pytest.mark.parametrize(
    "origin",
    ["https://evil.example", "https://shop.example.evil.example", "null", "http://shop.example"],
)
async def test_a_page_of_another_origin_may_not(origin):
    cors = Cors(answer_ok, [SHOP])

    asked = await Caller().ask(cors, "OPTIONS", origin=origin, access_control_request_method="POST")
    answered = await Caller().ask(cors, origin=origin, content_type="application/json")

    assert asked.status == 403
    assert "access-control-allow-origin" not in asked.headers
    assert "access-control-allow-origin" not in answered.headers


async def test_no_origin_is_allowed_unless_it_is_named(http):
    answer = await http.options(
        "/graphql", headers={"origin": SHOP, "access-control-request-method": "POST"}
    )

    assert answer.status_code == 403


@pytest.mark.parametrize(
    "media_type",
    [
        "text/plain",
        "text/plain; application/json",
        "text/plain;charset=utf-8,application/json",
        "application/x-www-form-urlencoded",
        "multipart/form-data; boundary=x",
        "application/jsonp",
        "",
    ],
)
async def test_what_a_page_may_send_without_asking_is_no_operation(http, media_type):
    answer = await http.post(
        "/graphql",
        content=b'{"query": "mutation { signOut { __typename } }"}',
        headers={"content-type": media_type},
    )

    assert answer.status_code == 415
    assert answer.json()["errors"][0]["extensions"]["code"] == "INVALID"


async def test_a_mutation_by_get_is_refused(http):
    answer = await http.get("/graphql", params={"query": SIGN_OUT})

    assert 400 <= answer.status_code < 500


@pytest.mark.parametrize("media_type", [b"application/json", b"Application/JSON ; charset=utf-8"])
def test_json_is_known_however_it_is_written(media_type):
    assert is_json(media_type)


@pytest.mark.parametrize(
    "origin", ["*", "shop.example", "https://shop.example/", "ftp://x", "null"]
)
def test_what_is_no_origin_is_refused_at_the_start(origin):
    with pytest.raises(Invalid, match="TRIBUTARY_ORIGINS"):
        checked_origin(origin)
