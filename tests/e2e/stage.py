"""The stage of the end-to-end test: real processes as the launcher starts them, real sign-ins."""

import asyncio
import email
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx2
import psycopg
from strawberry import relay

from app.db.database import Database
from app.db.outbox import CHANNEL
from app.db.work import acting_as, perform
from app.identities.operations import NewPerson, appoint_system_admin
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from launch.database import bootstrap
from launch.migrations import migrate
from launch.postgres import throwaway_postgres
from launch.processes import Process
from launch.settings import LaunchSettings
from launch.stack import await_health, web_server, worker
from tests.support.documents import document
from tests.support.patience import PATIENCE_SECONDS
from tests.support.people import SIGN_IN
from tests.support.ports import held_port
from tests.support.worker import await_worker
from tests.support.world import PASSWORD, Answer

STAFF = "staff@tributary.test"
DEPTH = 2
_BESIDE = {"TRIBUTARY_WEBHOOKS_TO_LOOPBACK": "on"}
"""Carriers, webhooks and the payment provider of the day answer on this machine."""


@dataclass(frozen=True)
class Person:
    """Somebody signed in, acting in one organisation."""

    stage: "Stage"
    email: str
    token: str
    membership: str
    organisation: str

    async def ask(self, text: str, **variables: Any) -> Answer:
        return await self.stage.ask(text, self.token, **variables)

    async def read(self, name: str, /, **arguments: Any) -> Any:
        """Ask a root field for all of itself; must succeed."""
        deeper = 1 if name == "catalogue" else 0
        return (await self.ask(document(name, DEPTH + deeper), **arguments)).data[name]

    async def do(self, name: str, /, **given: Any) -> dict[str, Any]:
        """Give a command; the answer is what changed, or the refusal."""
        return (await self.ask(document(name, DEPTH), input=given)).data[name]

    async def must(self, name: str, /, **given: Any) -> dict[str, Any]:
        """Give a command that nothing stands against."""
        done = await self.do(name, **given)
        assert done["__typename"] != "Refusal", (name, done)
        return done

    async def denied(self, name: str, /, **given: Any) -> str:
        """Give a command that is answered with an error; its code."""
        (code,) = (await self.ask(document(name, DEPTH), input=given)).error_codes
        return code


@dataclass
class Stage:
    """The running system, and its mail folder."""

    address: str
    mail: Path
    http: httpx2.AsyncClient
    owner_dsn: str
    app_dsn: str
    roles: dict[str, dict[str, str]] = field(default_factory=dict)

    async def ask(self, text: str, token: str | None = None, **variables: Any) -> Answer:
        headers = {"authorization": f"Bearer {token}"} if token else {}
        given = {"query": text, "variables": variables}
        response = await self.http.post("/graphql", json=given, headers=headers)
        return Answer(response.status_code, response.json())

    async def sign_in(self, address: str) -> Person:
        """Sign in with the password, over HTTP."""
        answer = await self.ask(SIGN_IN, input={"email": address, "password": PASSWORD})
        signed_in = answer.data["signIn"]
        place = signed_in["actingIn"] or {"membershipId": "", "organisationName": ""}
        here = [item["organisationId"] for item in signed_in["memberships"]]
        return Person(self, address, signed_in["accessToken"], place["membershipId"], "".join(here))

    async def roles_of(self, boss: Person) -> dict[str, str]:
        """The roles that a boss may give, by name."""
        if boss.organisation not in self.roles:
            known = await boss.read("roles", first=100)
            found = {edge["node"]["name"]: edge["node"]["id"] for edge in known["edges"]}
            self.roles[boss.organisation] = found
        return self.roles[boss.organisation]

    async def hire(
        self, boss: Person, organisation: str, name: str, *roles: str, at: str = "tributary.test"
    ) -> Person:
        """Let a boss add a person with roles by name, who signs in."""
        known = await self.roles_of(boss)
        address = f"{name.lower().replace(' ', '.')}@{at}"
        await boss.must(
            "addMember",
            organisationId=organisation,
            name=name,
            email=address,
            initialPassword=PASSWORD,
            roleIds=[known[role] for role in roles],
        )
        return await self.sign_in(address)

    async def onboard(
        self, boss: Person, name: str, kind: str, at: str = "tributary.test", **terms: Any
    ) -> Person:
        """Let a boss bring a customer in, whose first user signs in."""
        address = f"{name.lower().replace(' ', '.')}@{at}"
        await boss.must(
            "createOrganisation",
            idempotencyKey=new_id().hex,
            name=name,
            kind=kind,
            parentId=boss.organisation,
            firstUser={"name": f"Head of {name}", "email": address, "initialPassword": PASSWORD},
            terms={"paymentTerms": "ON_ACCOUNT", "isCreditUnlimited": True, **terms},
        )
        return await self.sign_in(address)

    def ring(self, kind: str, subject: str) -> None:
        """Tell everybody's streams that something happened to a thing, though nothing did."""
        key = UUID(relay.GlobalID.from_id(subject).node_id)
        with psycopg.connect(self.owner_dsn) as connection:
            connection.execute(
                "SELECT pg_notify(%s, concat_ws(' ', id, %s::text)) FROM platform.tenant",
                [CHANNEL, f"nothing_happened {kind} {key} {new_id()}"],
            )

    def mails(self) -> list[EmailMessage]:
        """What the worker has sent so far."""
        return [
            email.message_from_bytes(path.read_bytes(), policy=default)
            for path in self.mail.glob("*.eml")
        ]

    def mails_to(self, address: str) -> list[EmailMessage]:
        """What the worker has sent to an address."""
        return [message for message in self.mails() if address in message["To"]]


@asynccontextmanager
async def raised(data: Path) -> AsyncIterator[Stage]:
    """Start database, web server and worker, with one system administrator; end them afterwards."""
    with ExitStack() as running:
        port = running.enter_context(held_port())
        settings = LaunchSettings.read({"TRIBUTARY_DATA": str(data), "TRIBUTARY_PORT": str(port)})
        server = running.enter_context(throwaway_postgres())
        access = bootstrap(server.dsn())
        migrate(access.owner_dsn)
        await _appoint(access.app_dsn)
        web = web_server(settings, access.app_dsn, data / "web.log", more=_BESIDE)
        jobs = worker(settings, access.app_dsn, data / "worker.log", more=_BESIDE)
        for process in (jobs, web):
            running.callback(process.stop)
            process.start()
        await asyncio.to_thread(await_health, web, settings)
        await asyncio.to_thread(_await_jobs, access.owner_dsn, jobs)
        address = f"http://127.0.0.1:{port}"
        async with httpx2.AsyncClient(base_url=address, timeout=PATIENCE_SECONDS) as http:
            yield Stage(address, data / "mail", http, access.owner_dsn, access.app_dsn)


def _await_jobs(owner_dsn: str, jobs: Process) -> None:
    with psycopg.connect(owner_dsn, autocommit=True) as connection:
        await_worker(connection, datetime(2000, 1, 1, tzinfo=UTC), lambda: jobs.ended_with)


async def _appoint(app_dsn: str) -> None:
    database = Database(app_dsn, pool_size=1)
    person = NewPerson("Staff", STAFF, PASSWORD)
    actor = acting_as(system_actor(None, "installer"))
    await perform(database, None, actor, lambda work: appoint_system_admin(work, person))
    await database.close()
