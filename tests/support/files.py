"""Files for tests: begun over GraphQL, sent over HTTP."""

from io import BytesIO
from typing import Any

from httpx2 import Response
from openpyxl import Workbook

from tests.support.world import Person

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
    """An upload that nothing uses yet, as a thing of a branch."""
    content = PDF + branch.secret.encode()
    name = f"{branch.secret}.pdf"
    return {"StoredFile": await uploaded(branch.seller, "ORDER_ATTACHMENT", content, name)}
