"""A network leaves an installation whole, and is the same in the next one."""

import io
import json
import stat
import zipfile
from dataclasses import replace

import httpx2
import pytest

from app.books import invariants
from app.kernel.ids import new_id
from app.tables import METADATA
from launch.auditing import NetworkUnknown, TrailChanged
from launch.tenants.checking import LOOKED_AT
from launch.tenants.errors import (
    ArchiveDamaged,
    FileExists,
    NetworkExists,
    NotTheSame,
    OtherRevision,
    PeopleKnown,
    RowsRefused,
)
from launch.tenants.parts import LEFT_OUT, tenant_parts, unaccounted
from launch.tenants.reading import connect
from launch.tenants.writing import batches
from tests.support.chain import Chain, look
from tests.support.moving import rewritten, rows_of
from tests.support.patience import PATIENCE_SECONDS
from tests.support.people import SIGN_IN, with_password
from tests.support.seals import seal
from tests.support.serving import serving
from tests.support.tenant_rows import TABLES, fill
from tests.support.world import PASSWORD


@pytest.fixture
async def trading(world):
    """A network with an order, a buyer who can sign in, and a sealed trail."""
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 100)
    buyer = await with_password(world, await world.member(chain.retailer, "BUYER"))
    order = await chain.place(buyer)
    await seal(world)
    return world, buyer, order


def rows_in(manifest):
    return {file.table: file.rows for file in manifest.files}


def test_every_table_is_in_the_archive_or_on_the_list_with_a_reason():
    assert unaccounted() == []
    assert set(LEFT_OUT) <= set(METADATA.tables)
    assert all(LEFT_OUT.values())


async def test_an_archive_holds_rows_of_every_table_of_the_network(world, access, mover):
    rows = fill(access.app_dsn, world.tenant_id)

    _, manifest = await mover.export(world)

    held = rows_in(manifest)
    expected = {name: len(rows[name]) for name in TABLES if name not in LEFT_OUT}
    expected["role"] += len(world.roles)
    own = {part.name for part in tenant_parts()}
    del expected["role_grant"], held["role_grant"]  # Those of the built-in roles stand there too.
    assert {name: count for name, count in held.items() if name in own} == expected


async def test_what_comes_in_is_byte_for_byte_what_went_out(trading, access, mover):
    world, _, _ = trading
    before = rows_of(access, world.tenant_id)

    file, manifest = await mover.export(world)
    done = await mover.bring(file)

    assert rows_in(manifest)["orders"] == 1
    assert (done.was_there, done.without_password) == (False, 0)
    assert list(manifest.files) == before
    assert rows_of(mover.fresh, world.tenant_id) == before
    assert rows_of(access, world.tenant_id) == before
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


async def test_people_sign_in_and_work_where_their_network_went(trading, settings, mover):
    world, buyer, order = trading
    file, _ = await mover.export(world)
    await mover.bring(file)

    async with (
        serving(replace(settings, database_url=mover.fresh.app_dsn)) as address,
        httpx2.AsyncClient(base_url=address, timeout=2 * PATIENCE_SECONDS) as http,
    ):
        there = replace(world, http=http)
        given = {"email": buyer.email, "password": PASSWORD}
        answer = await there.ask(SIGN_IN, input=given)
        token = answer.data["signIn"]["accessToken"]
        found = await look(replace(buyer, world=there, token=token), order["id"])

    assert found["total"] == order["total"]


async def test_without_hashes_people_get_new_passwords_in_a_file(trading, mover):
    world, buyer, _ = trading
    file, manifest = await mover.export(world, with_passwords=False)
    into = mover.folder / "passwords.csv"

    done = await mover.bring(file, passwords_into=into)

    assert (
        "password_hash" not in zipfile.ZipFile(file).read("tables/platform.identity.csv").decode()
    )
    assert "platform.identity.password_hash" in manifest.left_out
    assert done.without_password == 0
    assert [line.split(",")[0] for line in into.read_text().splitlines()] == ["email", buyer.email]
    assert stat.S_IMODE(into.stat().st_mode) == 0o600


async def test_nobody_becomes_an_administrator_of_the_platform(trading, mover, access):
    world, buyer, _ = trading
    with connect(access.owner_dsn) as connection:
        connection.execute(
            "UPDATE platform.identity SET is_system_admin = true WHERE id = %s",
            [buyer.identity_id],
        )

    file, _ = await mover.export(world, with_passwords=False)
    done = await mover.bring(file)

    with connect(mover.fresh.owner_dsn) as connection:
        found = connection.execute(
            "SELECT is_system_admin, password_hash FROM platform.identity WHERE id = %s",
            [buyer.identity_id],
        ).fetchone()
    assert found == (False, "")
    assert done.without_password == 1


async def test_what_waits_for_the_workers_goes_along(trading, mover, access):
    world, _, _ = trading
    own = [world.tenant_id]
    with connect(access.owner_dsn) as connection:
        (event,) = connection.execute(
            "DELETE FROM platform.outbox_signal WHERE tenant_id = %s RETURNING event_id", own
        ).fetchmany(1)
        connection.execute(
            "INSERT INTO platform.job (tenant_id, event_id, listener, queue, waits_since, due_at,"
            " sends, starts, failures) VALUES (%s, %s, 'l', 'q', now(), now(), 1, 0, 0)",
            [*own, *event],
        )

    file, manifest = await mover.export(world)
    await mover.bring(file)

    assert rows_in(manifest)["platform.job"] == 1
    with connect(mover.fresh.owner_dsn) as connection:
        jobs = "SELECT event_id, sends FROM platform.job WHERE tenant_id = %s"
        assert connection.execute(jobs, own).fetchall() == [(*event, 1)]


async def test_an_import_that_was_stopped_goes_on_with_its_checks(trading, mover, access):
    world, _, _ = trading
    file, _ = await mover.export(world, with_passwords=False)
    taken = mover.folder / "taken"
    taken.touch()

    with pytest.raises(FileExists):
        await mover.bring(file, passwords_into=taken)
    left = mover.is_there(world)
    done = await mover.bring(file, passwords_into=mover.folder / "free")

    assert left == "SUSPENDED"
    assert done.was_there
    assert mover.is_there(world) == "ACTIVE"
    again = [each for each in rows_of(mover.fresh, world.tenant_id) if "identity" not in each.table]
    assert again == [
        each for each in rows_of(access, world.tenant_id) if "identity" not in each.table
    ]


async def test_a_network_whose_trail_was_changed_stays_suspended(world, access, mover):
    fill(access.app_dsn, world.tenant_id)  # Among the rows are seals that follow from nothing.
    file, _ = await mover.export(world)

    with pytest.raises(TrailChanged):
        await mover.bring(file)

    assert mover.is_there(world) == "SUSPENDED"


async def test_a_network_whose_books_say_something_else_stays_suspended(trading, mover):
    world, _, _ = trading
    file, manifest = await mover.export(world)
    books = {"invariants": manifest.books.invariants, "broken": ["stock/on hand: 7 rows"]}
    forged = rewritten(file, mover.folder / "forged.zip", books=books)

    with pytest.raises(NotTheSame, match="what its books say is not as in the archive"):
        await mover.bring(forged)

    assert mover.is_there(world) == "SUSPENDED"


async def test_a_network_that_is_there_is_never_written_over(trading, mover):
    world, _, _ = trading
    file, _ = await mover.export(world)
    await mover.bring(file)
    before = rows_of(mover.fresh, world.tenant_id)

    with pytest.raises(NetworkExists, match=f"network t{world.tenant_id.hex} exists here"):
        await mover.bring(file)

    assert rows_of(mover.fresh, world.tenant_id) == before
    assert mover.is_there(world) == "ACTIVE"


@pytest.mark.parametrize(
    ("change", "refusal", "said"),
    [
        (
            {"schema_revision": "0001"},
            OtherRevision,
            "at schema revision 0001, this database is at",
        ),
        ({"format": "tributary-network/9"}, ArchiveDamaged, "its format is tributary-network/9"),
        ({"files": []}, ArchiveDamaged, "its columns of .* are not those of this version"),
        ({"network": {}}, ArchiveDamaged, "its manifest cannot be read"),
    ],
)
async def test_an_archive_that_does_not_fit_is_refused_and_says_why(
    world, mover, change, refusal, said
):
    file, _ = await mover.export(world)
    forged = rewritten(file, mover.folder / "forged.zip", **change)

    with pytest.raises(refusal, match=said):
        await mover.bring(forged)

    assert mover.is_there(world) is None


async def test_an_archive_with_a_changed_or_missing_byte_is_refused(world, mover):
    file, _ = await mover.export(world)
    changed, cut = mover.folder / "changed.zip", mover.folder / "cut.zip"
    rewritten(file, changed, tables={"role": lambda rows: rows.replace(b"Buyer", b"Bayer")})
    with zipfile.ZipFile(file) as whole:
        manifest = whole.read("manifest.json")
    with zipfile.ZipFile(changed) as other, zipfile.ZipFile(cut, "w") as mixed:
        for name in other.namelist():
            mixed.writestr(name, manifest if name == "manifest.json" else other.read(name))

    with pytest.raises(ArchiveDamaged, match=r"role\.csv was changed after it was written"):
        await mover.bring(cut)
    cut.write_bytes(file.read_bytes()[:-100])
    with pytest.raises(ArchiveDamaged, match="it is no whole archive"):
        await mover.bring(cut)

    assert mover.is_there(world) is None


@pytest.mark.parametrize(
    ("table", "refusal", "said"),
    [
        ("platform.tenant_access", NotTheSame, r"platform\.tenant_access is not as in the archive"),
        ("role", RowsRefused, "row-level security policy"),
    ],
)
async def test_an_archive_writes_into_no_other_network(
    trading, neighbour, mover, table, refusal, said
):
    world, _, _ = trading
    await mover.bring((await mover.export(neighbour, name="neighbour.zip"))[0])
    before = rows_of(mover.fresh, neighbour.tenant_id)
    file, _ = await mover.export(world)
    own, foreign = str(world.tenant_id).encode(), str(neighbour.tenant_id).encode()
    forged = rewritten(
        file,
        mover.folder / "forged.zip",
        tables={table: lambda rows: rows.replace(own, foreign)},
    )

    with pytest.raises(refusal, match=said):
        await mover.bring(forged)

    assert mover.is_there(world) is None
    assert rows_of(mover.fresh, neighbour.tenant_id) == before


async def test_nobody_is_taken_for_another_by_an_address(trading, mover):
    world, buyer, _ = trading
    file, _ = await mover.export(world)
    with connect(mover.fresh.owner_dsn) as connection:
        connection.execute(
            "INSERT INTO platform.identity"
            " (id, email, name, password_hash, is_system_admin, created_at)"
            " VALUES (%s, %s, 'Another', '', false, now())",
            [new_id(), buyer.email],
        )

    with pytest.raises(PeopleKnown, match=buyer.email):
        await mover.bring(file)

    assert mover.is_there(world) is None


async def test_a_network_that_is_none_and_a_file_that_exists_are_refused(world, mover):
    file, _ = await mover.export(world)
    before = file.read_bytes()

    with pytest.raises(FileExists):
        await mover.export(world)
    with pytest.raises(NetworkUnknown):
        await mover.export(replace(world, tenant_id=new_id()), name="other.zip")

    assert file.read_bytes() == before
    assert [path.name for path in mover.folder.iterdir()] == [file.name]


def test_batches_are_cut_between_records_and_never_inside_quotes():
    rows = b'1,"a\nb"\n2,"said ""x"",\n"\n3,plain\n4,"\n"\n5,\n'

    cut = [b"".join(batch) for batch in batches(io.BytesIO(rows), 2)]

    assert cut == [b'1,"a\nb"\n2,"said ""x"",\n"\n', b'3,plain\n4,"\n"\n', b"5,\n"]
    assert [b"".join(batch) for batch in batches(io.BytesIO(rows), None)] == [rows]


async def test_the_archive_tells_what_it_is(trading, mover):
    world, _, _ = trading

    file, manifest = await mover.export(world)

    with zipfile.ZipFile(file) as archive:
        told = json.loads(archive.read("manifest.json"))
        header = archive.read("tables/orders.csv").split(b"\n", 1)[0].decode()
    assert told["format"] == "tributary-network/1"
    assert told["network"]["id"] == str(world.tenant_id)
    assert told["left_out"] == manifest.left_out
    assert told["books"] == {
        "invariants": len(invariants(LOOKED_AT)),
        "broken": list(manifest.books.broken),
    }
    assert header.split(",")[:2] == ["tenant_id", "id"]
