import json

import httpx2
import psycopg
import pytest

from tests.support.world import World


class Wire:
    """Sends exactly the bytes and headers that a test names."""

    def __init__(self, client: httpx2.AsyncClient) -> None:
        self._client = client

    async def post(self, body: bytes | str | dict, **headers: str) -> httpx2.Response:
        """POST a body; `content_type` and `accept` are headers, an empty one is left out."""
        content = json.dumps(body) if isinstance(body, dict) else body
        named = {"content_type": "application/json", "accept": "application/json"} | headers
        request = self._client.build_request(
            "POST",
            "/graphql",
            content=content,
            headers={name.replace("_", "-"): value for name, value in named.items() if value},
        )
        if not named["accept"]:
            del request.headers["accept"]
        return await self._client.send(request)


@pytest.fixture
def wire(http: httpx2.AsyncClient) -> Wire:
    return Wire(http)


@pytest.fixture
async def near(edge, database, settings):
    """A network whose people ask the server that the module calls `edge`."""
    return await World.create(database, edge, settings)


@pytest.fixture
async def person(near):
    return await near.member(await near.organisation("Shop"), "BUYER")


@pytest.fixture
def owner(access):
    """A connection with the rights of the schema's owner, in a transaction that is rolled back."""
    with psycopg.connect(access.owner_dsn) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def address(edge):
    return str(edge.base_url).rstrip("/")
