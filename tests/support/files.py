"""Files for tests: begun over GraphQL, sent over HTTP."""

from io import BytesIO
from typing import Any
from uuid import UUID

from httpx2 import Response
from openpyxl import Workbook
from strawberry import relay

from app.db.work import acting_as, perform
from app.exchange.commands import carry_export, carry_import
from app.exchange.models import ImportRun
from app.kernel.actor import system_actor
from app.kernel.ids import new_id
from tests.support.world import Person, World

BEGIN = """mutation($input: BeginUploadInput!) { beginUpload(input: $input) {
  ... on UploadTicket { fileId uploadUrl expiresAt }
  ... on Refusal { code field message } } }"""
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(64))
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj"


async def begin(person: Person, purpose: str, name: str, size: int) -> dict[str, Any]:
    given = {"purpose": purpose, "fileName": name, "bytes": size}
    return (await person.ask(BEGIN, input=given)).data["beginUpload"]


async def send(person: Person, ticket: dict[str, Any], content: bytes) -> Response:
    return await person.world.http.put(ticket["uploadUrl"], content=content)


async def uploaded(person: Person, purpose: str, content: bytes, name: str = "file") -> str:
    """Upload a file that must be taken; returns its id."""
    ticket = await begin(person, purpose, name, len(content))
    answer = await send(person, ticket, content)
    assert answer.status_code == 201, answer.text
    return ticket["fileId"]


def workbook(*lines: list[Any]) -> bytes:
    book, packed = Workbook(), BytesIO()
    sheet = book.active
    assert sheet is not None
    for line in lines:
        sheet.append(line)
    book.save(packed)
    return packed.getvalue()


async def add_files(branch: Any) -> dict[str, str]:
    """Uploads, used and not, imports and an export, as things of a branch."""
    seller, secret = branch.seller, branch.secret
    name = f"{secret}.pdf"
    idle, kept = [
        await uploaded(seller, "ORDER_ATTACHMENT", PDF + secret.encode(), name) for _ in range(2)
    ]
    attached = {"idempotencyKey": new_id().hex, "orderId": branch["Order:SHIPPED"], "fileId": kept}
    await branch.do("seller", "attachToOrder", **attached)
    table = f"warehouse,sku,lot,quantity\n{secret},{secret},{secret},1\n".encode()
    runs: list[str] = []
    for _ in range(2):
        file = await uploaded(seller, "IMPORT", table, f"{secret}.csv")
        mapped = [{"column": "expires_on", "heading": "lot"}]
        begun = {"idempotencyKey": new_id().hex, "kind": "STOCK", "fileId": file}
        run = await branch.do("seller", "beginImport", **begun, mapping=mapped)
        await carried(branch.world, run["id"])
        runs.append(run["id"])
    begun = {"idempotencyKey": new_id().hex, "kind": "STOCK", "format": "CSV"}
    out = await branch.do("seller", "beginExport", **begun)
    await written(branch.world, out["id"])
    return {
        "StoredFile": idle,
        "StoredFile:ATTACHED": kept,
        "StoredFile:IMPORT": await uploaded(seller, "IMPORT", table, f"{secret}.csv"),
        "ImportRun": runs[0],
        "ImportRun:2": runs[1],
        "ExportRun": out["id"],
    }


_MOST_STEPS = 1_000


async def carried(world: World, run_id: str, most: int = _MOST_STEPS) -> None:
    """Carry an import on as workers would, to its end or for so many batches."""
    actor = acting_as(system_actor(world.tenant_id, "carry_import"))
    before = None
    for _ in range(most):
        await perform(
            world.database, world.tenant_id, actor, lambda work: carry_import(work, key_in(run_id))
        )
        if most == _MOST_STEPS:
            now = await world.run(lambda work: _state(work, run_id))
            if now == before:
                return
            before = now


async def written(world: World, run_id: str) -> None:
    """Write an export's file as a worker would."""
    actor = acting_as(system_actor(world.tenant_id, "carry_export"))
    await perform(
        world.database, world.tenant_id, actor, lambda work: carry_export(work, key_in(run_id))
    )


def key_in(global_id: str) -> UUID:
    return UUID(relay.GlobalID.from_id(global_id).node_id)


async def _state(work: Any, run_id: str) -> Any:
    run = await work.session.get(ImportRun, (work.tenant_id, key_in(run_id)))
    return run.state, run.good + run.bad, run.written
