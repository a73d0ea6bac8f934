"""No secret is ever written down: the whole stack runs, fails, and is searched for all of them."""

import json
import os
import secrets
import subprocess
import sys
from contextlib import ExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psycopg
import pytest

from app.config import Settings
from app.db.database import Database
from launch.postgres import EmbeddedPostgres
from launch.settings import LaunchSettings
from tests.support.chain import Chain
from tests.support.owner import as_owner
from tests.support.patience import PATIENCE_SECONDS, UNHURRIED, becomes, until
from tests.support.people import SIGN_IN, with_password
from tests.support.ports import held_port
from tests.support.world import World

PROJECT = Path(__file__).parents[2]
SCRAM = "local all postgres trust\nlocal all all scram-sha-256\n"
REFRESH = """mutation ($input: RefreshTokensInput!) { refreshTokens(input: $input) {
    __typename ... on Refusal { message } } }"""


@dataclass
class Stack:
    """Every process of an installation, what they write, and what they must not write."""

    home: Path
    environment: dict[str, str]
    known: dict[str, str]

    @property
    def written(self) -> str:
        found = [*self.home.glob("*.log"), *self.home.glob("**/postgres.log")]
        return "\n".join(path.read_text(errors="replace") for path in found)

    def run(self, name: str, *words: str, **more: str) -> int:
        """Run a command to its end."""
        with (self.home / f"{name}.log").open("ab") as log:
            return subprocess.run(
                self._command(words), check=False, **self._options(log, more)
            ).returncode

    @contextmanager
    def started(self, *words: str):
        """Run a service until the end of the block."""
        log = self.home / f"{words[0]}.log"
        with log.open("ab") as output:
            process = subprocess.Popen(self._command(words), **self._options(output, {}))
        try:
            yield log
        finally:
            process.terminate()
            assert process.wait(PATIENCE_SECONDS) == 0

    def _command(self, words):
        return [sys.executable, "-m", "launch", *words]

    def _options(self, output, more):
        own = {name: value for name, value in os.environ.items() if "TRIBUTARY" not in name}
        env = own | self.environment | more
        return {"cwd": PROJECT, "env": env, "stdout": output, "stderr": output}


@pytest.fixture
def stack(home):
    known = {name: f"{name}-{secrets.token_hex(16)}" for name in ("signing", "metrics", "mail")}
    known |= {name: secrets.token_hex(16) for name in ("administrator", "person", "typed", "key")}
    with (
        EmbeddedPostgres(home / "server") as server,
        held_port() as port,
        held_port() as nobody,
    ):
        with psycopg.connect(server.dsn(), autocommit=True) as connection:
            connection.execute(
                f"CREATE ROLE administrator LOGIN SUPERUSER PASSWORD '{known['administrator']}'"
            )
            (server.home / "cluster" / "pg_hba.conf").write_text(SCRAM)
            connection.execute("SELECT pg_reload_conf()")
        (home / "server" / "postgres.log").write_text("")  # That password was told in the open.
        address = server.dsn(user="administrator").replace(
            "administrator@", f"administrator:{known['administrator']}@"
        )
        environment = {
            "TRIBUTARY_DATA": str(home / "data"),
            "TRIBUTARY_DATABASE_URL": address,
            "TRIBUTARY_PORT": str(port),
            "TRIBUTARY_SECRET": known["signing"],
            "TRIBUTARY_METRICS_TOKEN": known["metrics"],
            "TRIBUTARY_SMTP_URL": f"smtp://mailer:{known['mail']}@127.0.0.1:{nobody}",
        }
        yield Stack(home, environment, known), server


@asynccontextmanager
async def world_of(stack: Stack):
    """The rows of a network, and hands on the server that runs."""
    passwords = json.loads((stack.home / "data" / "database-passwords.json").read_text())
    stack.known |= passwords
    address = LaunchSettings.read(stack.environment)
    app = address.administrator_url.replace(
        f"administrator:{stack.known['administrator']}@/postgres",
        f"tributary_app:{passwords['tributary_app']}@/tributary",
    )
    database = Database(app, pool_size=2, patience=UNHURRIED)
    as_owner(database, passwords["tributary_owner"])
    url = f"http://127.0.0.1:{address.port}"
    try:
        async with httpx2.AsyncClient(base_url=url, timeout=PATIENCE_SECONDS) as http:
            await until(lambda: _answers(http))
            yield await World.create(database, http, Settings(app, stack.known["signing"]))
    finally:
        await database.close()


async def _answers(http) -> bool:
    try:
        return (await http.get("/readyz")).status_code == 200
    except httpx2.TransportError:
        return False


async def test_no_secret_is_written_to_any_log_or_error(stack):
    stack, server = stack
    known = stack.known
    assert stack.run("migrate", "migrate") == 0
    with ExitStack() as services:
        services.enter_context(stack.started("serve"))
        jobs = services.enter_context(stack.started("worker"))
        async with world_of(stack) as world:
            told = await _live_through(world, known)
            assert becomes(lambda: "send_email" in jobs.read_text())  # Nobody takes the mail.
            server.stop()
            told += [
                (await world.http.post("/graphql", json={"query": "{ viewer { name } }"})).text
            ]
            size = len(stack.written)
            assert becomes(lambda: len(stack.written) > size)
            server.start()
    wrong = stack.environment["TRIBUTARY_DATABASE_URL"].replace(
        known["administrator"], known["typed"]
    )
    assert stack.run("failed", "migrate", TRIBUTARY_DATABASE_URL=wrong) == 1

    written = stack.written + "\n".join(told)
    assert "password authentication failed" in written
    assert [name for name, secret in known.items() if secret in written] == []


async def _live_through(world: World, known: dict[str, str]) -> list[str]:
    """Do what people do, right and wrong; gives the answers in which no secret belongs."""
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 1_000)
    person = await with_password(
        world, await world.member(chain.retailer, "BUYER"), known["person"]
    )
    given = {"email": person.email, "password": known["person"]}
    signed_in = (await world.ask(SIGN_IN, input=given)).data["signIn"]
    known |= {"access": signed_in["accessToken"], "refresh": signed_in["refreshToken"]}
    known["forged"] = person.token.rpartition(".")[0] + ".forged"
    literal = f'mutation {{ signIn(input: {{password: "{known["typed"]}"}}) {{ nothing }} }}'
    answers = [
        await world.ask(SIGN_IN, input=given | {"password": known["typed"]}),
        await world.ask(REFRESH, input={"refreshToken": known["typed"]}),
        await world.ask("{ viewer { name } }", token=known["forged"]),
    ]
    await world.ask(literal)  # Whose answer quotes to the caller what he wrote; no log may.
    await chain.place(person, "1", seen="71.60", key=known["key"])
    as_json = {"Content-Type": "application/json"}
    half = f'{{"query": "{known["typed"]}'
    broken = await world.http.post("/graphql", content=half, headers=as_json)
    metrics = await world.http.get(
        "/metrics", headers={"Authorization": f"Bearer {known['typed']}"}
    )
    return [*(json.dumps(answer.body) for answer in answers), broken.text, metrics.text]
