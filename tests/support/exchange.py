"""Imports and exports for tests, carried on at once instead of by workers."""

from typing import Any

from app.kernel.ids import new_id
from tests.support.files import carried, uploaded, written
from tests.support.world import Person

FILE = "file { id fileName mediaType bytes sha256 storedAt downloadUrl }"
RUN = f"""... on ImportRun {{ id kind state encoding problem rows good bad written createdAt endedAt
  priceChangeSetId mapping {{ column heading }}
  faults {{ row column given code problem }} {FILE} }}"""
REFUSED = "... on Refusal { code message }"
BEGIN = f"""mutation($input: BeginImportInput!) {{
  beginImport(input: $input) {{ {RUN} {REFUSED} }} }}"""
APPLY = f"""mutation($input: ApplyImportInput!) {{
  applyImport(input: $input) {{ {RUN} {REFUSED} }} }}"""
SHOW = f"query($id: ID!) {{ importRun(id: $id) {{ {RUN} }} }}"
EXPORT = """mutation($input: BeginExportInput!) { beginExport(input: $input) {
  ... on ExportRun { id } ... on Refusal { code } } }"""
EXPORTED = f"""query($id: ID!) {{ exportRun(id: $id) {{
  id kind format rows problem createdAt endedAt {FILE} }} }}"""


async def _sent(person: Person, document: str, name: str, given: dict[str, Any]) -> dict[str, Any]:
    answer = await person.ask(document, input=given)
    if answer.error_codes:
        return {"codes": answer.error_codes}
    return answer.data[name]


async def begun(person: Person, kind: str, content: bytes, **more: Any) -> dict[str, Any]:
    file = more.pop("fileId", None) or await uploaded(person, "IMPORT", content, "table.csv")
    given = {"idempotencyKey": new_id().hex, "kind": kind, "fileId": file, **more}
    return await _sent(person, BEGIN, "beginImport", given)


async def shown(person: Person, run_id: str) -> dict[str, Any] | None:
    return (await person.ask(SHOW, id=run_id)).data["importRun"]


async def imported(person: Person, kind: str, content: bytes, **more: Any) -> dict[str, Any]:
    """Begin an import and check it to its end."""
    run = await begun(person, kind, content, **more)
    assert run.get("state") == "READING", run
    await carried(person.world, run["id"])
    found = await shown(person, run["id"])
    assert found is not None
    return found


async def applied(
    person: Person, run_id: str, most: int | None = None, **more: Any
) -> dict[str, Any]:
    answer = await _sent(person, APPLY, "applyImport", {"importId": run_id, **more})
    if "state" not in answer or most == 0:
        return answer
    await carried(person.world, run_id)
    found = await shown(person, run_id)
    assert found is not None
    return found


async def exported(person: Person, kind: str, form: str) -> dict[str, Any]:
    given = {"idempotencyKey": new_id().hex, "kind": kind, "format": form}
    run = await _sent(person, EXPORT, "beginExport", given)
    await written(person.world, run["id"])
    return (await person.ask(EXPORTED, id=run["id"])).data["exportRun"]


async def fetched(person: Person, address: str) -> bytes:
    answer = await person.world.http.get(address)
    assert answer.status_code == 200
    return answer.content
