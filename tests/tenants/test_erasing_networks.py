"""A network is taken away for good, with a proof, and nobody else's row moves."""

import asyncio
import hashlib
import json
from dataclasses import replace

import psycopg
import pytest
from typer.testing import CliRunner

from app.kernel.ids import new_id
from app.tables import METADATA
from launch.auditing import NetworkUnknown
from launch.cli import tributary
from launch.tenants.errors import NotConfirmed, StillWorking
from launch.tenants.reading import connect
from tests.support.chain import Chain
from tests.support.moving import rows_of, slug_of
from tests.support.people import SIGN_IN, with_password
from tests.support.tenant_rows import TABLES, fill
from tests.support.world import PASSWORD


@pytest.fixture
async def trading(world):
    """A network with an order, and the buyer who placed it."""
    chain = await Chain.create(world)
    await chain.stock(chain.distributor, 100)
    buyer = await with_password(world, await world.member(chain.retailer, "BUYER"))
    await chain.place(buyer)
    return world, buyer


def counts(access, tenant_id):
    """The number of rows of a network in every table that we know."""
    return {file.table: file.rows for file in rows_of(access, tenant_id)}


def asked(access, statement, *values):
    with connect(access.owner_dsn) as connection:
        return connection.execute(statement, values).fetchall()


async def test_no_row_is_left_and_the_neighbours_are_as_they_were(world, neighbour, access, mover):
    for tenant in (world, neighbour):
        fill(access.app_dsn, tenant.tenant_id)
        await Chain.create(tenant)
    before, others = counts(access, world.tenant_id), rows_of(access, neighbour.tenant_id)

    proof = await mover.erase(world)

    assert set(counts(access, world.tenant_id).values()) == {0}
    assert rows_of(access, neighbour.tenant_id) == others
    removed = {name: proof["rows_removed"][name] for name in before}
    assert removed == before
    assert set(TABLES) < set(proof["rows_left"])
    assert set(proof["rows_left"].values()) == {0}


async def test_the_proof_vouches_for_itself_and_stays_with_the_platform(trading, access, mover):
    world, _ = trading
    _, manifest = await mover.export(world)

    proof = await mover.erase(world, archive=manifest.digest)

    stated = {key: value for key, value in proof.items() if key != "sha256"}
    written = json.dumps(stated, sort_keys=True, ensure_ascii=False).encode()
    assert proof["sha256"] == hashlib.sha256(written).hexdigest()
    assert proof["archive_sha256"] == manifest.digest
    ((kept, by),) = asked(
        access,
        "SELECT certificate, erased_by FROM platform.tenant_erasure WHERE tenant_id = %s",
        world.tenant_id,
    )
    assert (kept, by) == (proof, "a test")
    assert await mover.erase(world) == proof


async def test_who_is_in_no_other_network_goes_and_who_is_stays(trading, neighbour, access, mover):
    world, buyer = trading
    seller = await with_password(world, await world.member(buyer.organisation_id, "BUYER"))
    with connect(access.owner_dsn) as connection:
        connection.execute(
            "INSERT INTO platform.tenant_access (identity_id, tenant_id) VALUES (%s, %s)",
            [seller.identity_id, neighbour.tenant_id],
        )

    proof = await mover.erase(world)

    here = asked(
        access,
        "SELECT id FROM platform.identity WHERE id = ANY(%s)",
        [buyer.identity_id, seller.identity_id],
    )
    assert here == [(seller.identity_id,)]
    assert (proof["rows_removed"]["platform.identity"], proof["people_kept"]) == (1, 1)
    given = {"email": buyer.email, "password": PASSWORD}
    answer = await world.ask(SIGN_IN, input=given)
    assert answer.data["signIn"]["code"] == "WRONG_CREDENTIALS"
    assert (await buyer.ask("{ viewer { name } }")).error_codes == ["UNAUTHENTICATED"]


async def test_stopped_half_way_it_goes_on_and_counts_each_row_once(trading, access, mover):
    world, buyer = trading
    before = counts(access, world.tenant_id)

    def stop(table, _rows):
        if table == "orders":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await mover.erase(world, told=stop)
    half = counts(access, world.tenant_id)
    refused = await buyer.ask("{ viewer { name } }")
    proof = await mover.erase(world)

    assert half["orders"] == 0
    assert half["organisation"] == before["organisation"] > 0
    assert refused.error_codes == ["UNAUTHENTICATED"]
    assert {name: proof["rows_removed"][name] for name in before} == before


async def test_it_waits_for_whoever_saw_the_network_at_work(trading, access, mover):
    world, _ = trading
    before = counts(access, world.tenant_id)
    with psycopg.connect(access.app_dsn) as earlier:
        earlier.execute("SELECT 1")

        with pytest.raises(StillWorking, match="Say the same again"):
            await mover.erase(world, patience=0)

        assert counts(access, world.tenant_id)["orders"] == before["orders"]
    proof = await mover.erase(world)
    assert proof["rows_removed"]["orders"] == before["orders"]


async def test_it_wants_the_name_twice_and_a_network_that_is_there(world, access, mover):
    before = counts(access, world.tenant_id)

    with pytest.raises(NotConfirmed):
        await mover.erase(world, confirm="another")
    with pytest.raises(NetworkUnknown):
        await mover.erase(replace(world, tenant_id=new_id()))

    assert counts(access, world.tenant_id) == before


async def test_an_erased_network_comes_back_from_its_archive(trading, access, mover):
    world, _ = trading
    file, manifest = await mover.export(world)
    await mover.erase(world)

    back = type(mover)(mover.home, mover.home, mover.folder)
    await back.bring(file)

    assert rows_of(access, world.tenant_id) == list(manifest.files)
    proof = await mover.erase(world)
    assert proof["rows_removed"]["orders"] == 1


async def test_the_command_line_moves_and_erases(trading, access, mover, monkeypatch, tmp_path):
    world, _ = trading
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", access.owner_dsn)
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)
    archive, proof = tmp_path / "archive.zip", tmp_path / "proof.json"
    network = ["--network", slug_of(world)]

    async def say(*words):
        said = await asyncio.to_thread(CliRunner().invoke, tributary, ["tenant", *words])
        return said.exit_code

    assert await say("export", *network, "--into", str(archive), "--password-hashes") == 0
    assert await say("import", "--from", str(archive)) == 1
    erasing = [*network, "--confirm", slug_of(world), "--certificate", str(proof)]
    assert await say("erase", *erasing, "--archive", str(archive)) == 0
    assert await say("import", "--from", str(archive)) == 0

    assert json.loads(proof.read_text())["rows_removed"]["orders"] == 1
    assert counts(access, world.tenant_id)["orders"] == 1


def test_every_table_of_the_platform_that_names_a_tenant_is_known_to_erasing(access):
    found = asked(
        access,
        "SELECT table_schema || '.' || table_name FROM information_schema.columns"
        " WHERE column_name = 'tenant_id' AND table_schema <> 'public'",
    )

    known = {table.fullname for table in METADATA.sorted_tables if table.schema}
    assert {name for (name,) in found} <= known
