"""Methods, media types and statuses beyond what the audit suite looks at."""

import json

import pytest

from app.edge.errors import BadRequest
from app.edge.negotiation import MediaType, media_type

GRAPHQL, JSON = MediaType.GRAPHQL, MediaType.JSON
SIGN_OUT = "mutation { __typename }"


@pytest.mark.parametrize(
    ("accept", "chosen"),
    [
        (None, JSON),
        (b"", JSON),
        (b"*/*", JSON),
        (b"application/*", JSON),
        (b"application/graphql-response+json", GRAPHQL),
        (b"Application/GraphQL-Response+JSON; charset=UTF-8", GRAPHQL),
        (b"application/graphql-response+json, application/json;q=0.9", GRAPHQL),
        (b"application/json;q=0.5, application/graphql-response+json;q=0.9", GRAPHQL),
        (b"application/json, application/graphql-response+json", JSON),
        (b"text/html, application/json;q=0.1", JSON),
        (b"application/graphql-response+json;q=0, */*;q=0.1", JSON),
        (b"application/json;q=x, application/graphql-response+json", GRAPHQL),
    ],
)
def test_the_media_type_liked_best_is_answered(accept, chosen):
    assert media_type(accept) is chosen


@pytest.mark.parametrize("accept", [b"text/html", b"application/json;q=0", b",;,", b"\xff"])
def test_a_media_type_we_do_not_speak_is_refused(accept):
    with pytest.raises(BadRequest) as refused:
        media_type(accept)

    assert refused.value.status == 406


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "OPTIONS"])
async def test_other_methods_are_refused(http, method):
    answer = await http.request(method, "/graphql")

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, HEAD, POST")


@pytest.mark.parametrize("query", [SIGN_OUT, "subscription { notificationReceived { id } }"])
async def test_only_queries_are_run_by_get(http, query):
    answer = await http.get("/graphql", params={"query": query})

    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_a_query_by_get_takes_variables(http):
    given = {
        "query": "query Kind($n: String!) { __type(name: $n) { name } }",
        "variables": json.dumps({"n": "Order"}),
        "operationName": "Kind",
    }
    await http.get("/graphql", params=given)  # What is asked for the first time costs more.

    answer = await http.get("/graphql", params=given)
    head = await http.head("/graphql", params=given)

    assert answer.json()["data"] == {"__type": {"name": "Order"}}
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(answer.content))


@pytest.mark.parametrize(
    "address",
    [
        "",
        "query=%7B__typename%7D&query=%7Bviewer%7D",
        "query=%FF",
        "query=%7B__typename%7D&variables=[]",
        "query=%7B__typename%7D&variables=%7B",
        "query=%7B__typename%7D&" + "&".join(f"x{number}=1" for number in range(30)),
    ],
)
async def test_an_address_that_is_not_one_operation_is_refused(http, address):
    answer = await http.get(f"/graphql?{address}", headers={"accept": "application/json"})

    assert answer.status_code == 400


async def test_the_ide_is_shown_to_browsers_alone(http):
    page = await http.get("/graphql", headers={"accept": "text/html,*/*;q=0.8"})
    program = await http.get("/graphql", headers={"accept": "application/json"})

    assert page.headers["content-type"].startswith("text/html")
    assert program.status_code == 400


@pytest.mark.parametrize(
    ("query", "name", "status"),
    [
        ("query A { __typename } query B { __typename }", None, 400),
        ("query A { __typename } query B { __typename }", "C", 400),
        ("query A { __typename } query B { __typename }", "B", 200),
        ("fragment F on Query { __typename }", None, 400),
        ("query A { __typename }", "B", 400),
    ],
)
async def test_exactly_one_operation_is_run(wire, query, name, status):
    answer = await wire.post(
        {"query": query, "operationName": name}, accept="application/graphql-response+json"
    )

    assert answer.status_code == status
    assert ("data" in answer.json()) is (status == 200)


async def test_every_request_error_has_a_code_and_hints_at_nothing(wire):
    for query in ("{", "{ viewr { name } }", "query($n: Int!) { __typename }"):
        (error,) = (await wire.post({"query": query})).json()["errors"]
        assert error["extensions"]["code"] == "INVALID"
        assert "did you mean" not in error["message"].lower()


async def test_a_subscription_is_followed_as_server_sent_events(http, world):
    person = await world.member(await world.organisation("Brand", "BRAND"), "BUYER")
    body = {"query": "subscription { notificationReceived { id } }"}
    headers = {"accept": "text/event-stream", "authorization": f"Bearer {person.token}"}

    async with http.stream("POST", "/graphql", json=body, headers=headers) as stream:
        media = stream.headers["content-type"]
    plain = await http.post("/graphql", json=body)

    assert media.startswith("text/event-stream")
    assert plain.status_code == 400


@pytest.mark.parametrize(
    "query",
    [
        f"{{ {'x' * 60_000} }}",
        "{ " + " ".join(f"{'x' * 500}{number}" for number in range(40)) + " }",
        f'{{ viewer {{ name(a: "{"x" * 60_000}") }} }}',
        f"query($n: {'x' * 60_000}) {{ __typename }}",
        f'"{"x" * 60_000}"',
    ],
    ids=["a name", "many names", "an argument", "a type", "nonsense"],
)
async def test_an_error_does_not_give_the_request_back(wire, query):
    answer = await wire.post({"query": query})

    assert len(answer.content) < 8_000
    assert {error["extensions"]["code"] for error in answer.json()["errors"]} == {"INVALID"}


async def test_an_error_of_a_variable_does_not_give_it_back(wire):
    query = "query($n: Int!, $kind: __TypeKind) { __typename }"

    answer = await wire.post(
        {"query": query, "variables": {"n": "x" * 60_000, "kind": "y" * 60_000}}
    )

    assert len(answer.content) < 2_000
