"""`tributary tenant …`, `user …` and `schema print`: an installation is opened without the demo."""

import asyncio
import json

import pytest
from typer.testing import CliRunner

from app.identities.errors import WeakPassword
from app.kernel.ids import new_id
from app.schema.root import build_schema
from app.tenants.errors import TenantSlugTaken
from launch.auditing import NetworkUnknown
from launch.cli import tributary
from launch.networks import NoSuchStaff

runner = CliRunner()
PASSWORD = "barges on the river"
SIGN_IN = """mutation ($input: SignInInput!) { signIn(input: $input) {
    __typename ... on SignedIn { accessToken } ... on Refusal { code } } }"""


@pytest.fixture(autouse=True)
def _installation(monkeypatch, access) -> None:
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", access.owner_dsn)
    monkeypatch.setenv("TRIBUTARY_PASSWORD", PASSWORD)


async def run(*words: str):
    """Run a command in a thread of its own, as it brings its own event loop."""
    return await asyncio.to_thread(runner.invoke, tributary, words)


async def listed(subject: str, key: str) -> dict[str, dict]:
    answer = await run(subject, "list", "--json")
    assert answer.exit_code == 0, answer.exception
    said = answer.stdout
    # The server of the tests, in this same process, may log a request meanwhile.
    ours = [line for line in said.splitlines() if not line.startswith('{"time":')]
    return {each[key]: each for each in json.loads("\n".join(ours))}


def founding(slug: str, email: str) -> list[str]:
    words = {"name": "Delta", "organisation": "Delta Mills", "administrator": "Lin", "email": email}
    given = [word for name, value in words.items() for word in (f"--{name}", value)]
    return ["tenant", "create", "--network", slug, *given]


async def signed_in(http, email: str) -> dict:
    wish = {"input": {"email": email, "password": PASSWORD}}
    answer = await http.post("/graphql", json={"query": SIGN_IN, "variables": wish})
    return answer.json()["data"]["signIn"]


async def test_a_founded_network_lets_its_administrator_in(http):
    slug = f"n-{new_id().hex}"
    email = f"{slug}@delta.example"

    said = await run(*founding(slug, email))

    assert said.exit_code == 0
    assert (await signed_in(http, email))["__typename"] == "SignedIn"
    assert (await listed("tenant", "slug"))[slug]["status"] == "ACTIVE"
    again = await run(*founding(slug, email))
    assert isinstance(again.exception, TenantSlugTaken)


async def test_a_suspended_network_is_told_until_it_is_resumed():
    slug = f"n-{new_id().hex}"
    await run(*founding(slug, f"{slug}@delta.example"))

    await run("tenant", "suspend", "--network", slug, "--reason", "unpaid")
    suspended = (await listed("tenant", "slug"))[slug]["status"]
    await run("tenant", "resume", "--network", slug)

    assert suspended == "SUSPENDED"
    assert (await listed("tenant", "slug"))[slug]["status"] == "ACTIVE"
    unknown = await run("tenant", "resume", "--network", "no-such-network")
    assert isinstance(unknown.exception, NetworkUnknown)


async def test_who_runs_the_platform_is_appointed_listed_and_dismissed(http):
    email = f"{new_id().hex}@platform.example"

    appointed = await run("user", "appoint", email, "--name", "Tao")
    entered = await signed_in(http, email)
    known = await listed("user", "email")
    dismissed = await run("user", "dismiss", email.upper())

    assert (appointed.exit_code, dismissed.exit_code) == (0, 0)
    assert (entered["__typename"], known[email]["name"]) == ("SignedIn", "Tao")
    assert email not in await listed("user", "email")
    twice = await run("user", "dismiss", email)
    assert isinstance(twice.exception, NoSuchStaff)


async def test_a_weak_password_appoints_nobody(monkeypatch):
    monkeypatch.setenv("TRIBUTARY_PASSWORD", "short")
    email = f"{new_id().hex}@platform.example"

    said = await run("user", "appoint", email, "--name", "Tao")

    assert isinstance(said.exception, WeakPassword)
    assert email not in await listed("user", "email")


async def test_the_schema_is_printed_or_written(tmp_path):
    file = tmp_path / "schema.graphql"

    printed = await run("schema", "print")
    written = await run("schema", "print", "--into", str(file))

    assert build_schema().as_str() in printed.stdout
    assert written.exit_code == 0
    assert file.read_text("utf-8") == f"{build_schema().as_str()}\n"
