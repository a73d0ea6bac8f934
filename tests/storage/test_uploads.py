"""Files that come: known by their content, within limits, good for what they were begun for."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select

from app.db.work import perform
from app.identities.downloads import read_ticket
from app.identities.principal import bearer
from app.identities.tokens import AccessClaims
from app.kernel.errors import NotFound
from app.kernel.ids import new_id
from app.rbac.policy import PolicyCache
from app.storage.errors import FileInUse, FileNotThere
from app.storage.models import StoredFile, StoredFilePart
from app.storage.operations import claim, content_of, copy_out, discard, forget_unused, store
from app.storage.rules.packed import MOST_UNPACKED
from app.storage.rules.purposes import XLSX, FilePurpose
from tests.support.branches import key
from tests.support.files import BEGIN, PDF, PNG, begin, send, uploaded, workbook
from tests.support.world import Person

TEXT = b"quantity\n1\n"
WIDE = "数量,件\n1,2\n".encode("utf-16")


@pytest.fixture
async def shop(world):
    return await world.organisation("Corner Shop", "RETAILER")


@pytest.fixture
async def person(world, shop) -> Person:
    return await world.member(shop, "BUYER")


async def rows(world, table) -> int:
    return await world.run(
        lambda work: work.session.scalar(select(func.count()).select_from(table))
    )


def bomb() -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as parts:
        parts.writestr("[Content_Types].xml", "")
        parts.writestr("xl/workbook.xml", "")
        parts.filelist[1].file_size = MOST_UNPACKED + 1
    return packed.getvalue()


async def test_a_file_comes_in_parts_and_is_there_as_it_was(world, person):
    content = PDF + bytes(range(256)) * 4099
    ticket = await begin(person, "ORDER_ATTACHMENT", r"C:\letters\..\order.pdf", len(content))

    answer = await send(person, ticket, content)
    again = await send(person, ticket, content)
    other = await send(person, ticket, content[:-1] + b"x")

    assert (answer.status_code, again.status_code) == (201, 201)
    told = {"bytes": len(content), "mediaType": "application/pdf"}
    assert answer.json() == told | {"sha256": sha256(content).hexdigest()} == again.json()
    assert (other.status_code, code_of(other)) == (409, "FILE_ALREADY_STORED")
    assert await world.run(lambda work: content_of(work, key(ticket["fileId"]))) == content
    assert await rows(world, StoredFilePart) == 5
    (row,) = await world.run(all_files)
    assert (row.file_name, row.used_at) == ("order.pdf", None)


def code_of(answer) -> str:
    return answer.json()["errors"][0]["extensions"]["code"]


async def all_files(work):
    return (await work.session.scalars(select(StoredFile))).all()


SENT = [
    ("PRODUCT_IMAGE", PNG, 201, "image/png"),
    ("PRODUCT_IMAGE", b"\xff\xd8\xff\xe0 jfif", 201, "image/jpeg"),
    ("SIGNATURE", b"RIFF\x00\x00\x00\x00WEBPVP8 ", 201, "image/webp"),
    ("IMPORT", TEXT, 201, "text/csv"),
    ("IMPORT", WIDE, 201, "text/csv"),
    ("TICKET_ATTACHMENT", TEXT, 201, "text/plain"),
    ("TICKET_ATTACHMENT", b"a;b\n1;2", 201, "text/csv"),
    ("PRODUCT_IMAGE", PDF, 415, "FILE_TYPE_REFUSED"),
    ("PRODUCT_IMAGE", b"<svg onload='alert(1)'/>", 415, "FILE_TYPE_REFUSED"),
    ("ORDER_ATTACHMENT", b"MZ\x90\x00 a program", 415, "FILE_TYPE_REFUSED"),
    ("IMPORT", PNG, 415, "FILE_TYPE_REFUSED"),
    ("IMPORT", b"PK\x03\x04 no workbook", 415, "FILE_TYPE_REFUSED"),
    ("IMPORT", bomb(), 415, "FILE_TYPE_REFUSED"),
    ("IMPORT", workbook(["sku"], ["A"]), 201, XLSX),
]


async def test_content_tells_what_a_file_is_and_its_name_does_not(person):
    for purpose, content, status, told in SENT:
        ticket = await begin(person, purpose, "price-list.pdf", len(content))

        answer = await send(person, ticket, content)

        assert answer.status_code == status
        assert told == (answer.json()["mediaType"] if status == 201 else code_of(answer))


async def test_other_bytes_than_promised_and_other_tickets_leave_nothing(world, person, shop):
    ticket = await begin(person, "ORDER_ATTACHMENT", "order.pdf", len(PDF))
    colleague = await world.member(shop, "BUYER")

    more = await send(person, ticket, PDF + b"x")
    less = await send(person, ticket, PDF[:-1])
    changed = await send(person, {"uploadUrl": ticket["uploadUrl"] + "x"}, PDF)
    token = await send(person, {"uploadUrl": f"/files/{colleague.token}"}, PDF)
    read = await world.http.get(ticket["uploadUrl"])

    assert [(each.status_code, code_of(each)) for each in (more, less)] == [
        (400, "FILE_INCOMPLETE")
    ] * 2
    assert [each.status_code for each in (changed, token, read)] == [404] * 3
    assert await rows(world, StoredFilePart) == 0
    given = read_ticket(world.settings.secret, ticket["uploadUrl"].rpartition("/")[2])
    assert UUID(given.parameters["file"]) == key(ticket["fileId"])


async def test_what_could_not_be_taken_is_not_begun(world, person):
    for purpose, name, size, code in (
        ("SIGNATURE", "signature.png", (1 << 20) + 1, "FILE_TOO_LARGE"),
        ("SIGNATURE", "signature.png", 0, "INVALID"),
        ("SIGNATURE", "../..", 9, "INVALID"),
        ("THUMBNAIL", "small.png", 9, "INVALID"),
    ):
        given = {"purpose": purpose, "fileName": name, "bytes": size}
        answer = await person.ask(BEGIN, input=given)
        refused = (answer.body["data"] or {}).get("beginUpload") or {}
        assert [refused.get("code"), *answer.error_codes][refused == {}] == code
    assert await rows(world, StoredFile) == 0


async def test_who_uploads_much_and_uses_nothing_has_to_wait(person):
    most = FilePurpose.IMPORT.most_bytes
    begun = [await begin(person, "IMPORT", "stock.csv", most) for _ in range(17)]

    assert all("fileId" in each for each in begun[:16])
    assert begun[16]["code"] == "TOO_MUCH_UNUSED"


async def test_a_file_is_claimed_once_by_its_uploader_for_its_purpose(world, person, shop):
    file = key(await uploaded(person, "ORDER_ATTACHMENT", PDF))
    promised = key((await begin(person, "ORDER_ATTACHMENT", "late.pdf", 9))["fileId"])
    colleague = await world.member(shop, "BUYER")

    async def claimed(by, file_id, purpose=FilePurpose.ORDER_ATTACHMENT):
        return await inside(world, by, lambda work: claim(work, [file_id], purpose))

    for by, wanted, purpose, refused in (
        (colleague, file, FilePurpose.ORDER_ATTACHMENT, NotFound),
        (person, file, FilePurpose.IMPORT, NotFound),
        (person, new_id(), FilePurpose.ORDER_ATTACHMENT, NotFound),
        (person, promised, FilePurpose.ORDER_ATTACHMENT, FileNotThere),
    ):
        with pytest.raises(refused):
            await claimed(by, wanted, purpose)
    (used,) = await claimed(person, file)
    with pytest.raises(FileInUse):
        await claimed(person, file)
    assert used.id == file


async def inside(world, person: Person, command):
    """Run a command as a person, straight at the domain."""
    claims = AccessClaims(
        person.identity_id, person.session_id, world.tenant_id, person.membership_id
    )
    return await perform(world.database, world.tenant_id, bearer(claims, PolicyCache()), command)


async def test_what_nobody_used_for_a_day_is_gone_and_what_is_used_stays(world, person, shop):
    await uploaded(person, "ORDER_ATTACHMENT", PDF)
    purpose = FilePurpose.THUMBNAIL
    used = await world.run(lambda work: store(work, shop, purpose, "small.png", BytesIO(PNG)))
    now = datetime.now(UTC)

    await world.run(forget_unused, now + timedelta(hours=23))
    assert await rows(world, StoredFile) == 2
    await world.run(forget_unused, now + timedelta(hours=25))

    (kept,) = await world.run(all_files)
    assert (kept.id, await rows(world, StoredFilePart)) == (used, 1)
    await world.run(lambda work: discard(work, [used]))
    assert await rows(world, StoredFilePart) == 0


async def test_large_files_cost_a_statement_for_four_megabytes(world, shop, statements):
    content = BytesIO(PDF + bytes(9 << 20))
    purpose = FilePurpose.ORDER_ATTACHMENT

    with statements.counting() as written:
        file = await world.run(lambda work: store(work, shop, purpose, "large.pdf", content))
    with statements.counting() as read:
        out = BytesIO()
        await world.run(lambda work: copy_out(work, file, out))

    assert out.getvalue() == content.getvalue()
    parts = [each for each in written if "stored_file_part" in each]
    copied = [each for each in read if "stored_file_part" in each]
    assert (len(parts), len(copied)) == (3, 3)
