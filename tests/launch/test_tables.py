"""`tributary import …` and `export …`: tables come and go by the same commands as over the API."""

import asyncio
import contextlib
import json

import pytest
from sqlalchemy import select
from typer.testing import CliRunner

from app.audit.models import AuditEntry
from app.catalog.models import Sku
from app.exchange.models import ExportRun, ImportRun
from app.tenants.models import Tenant
from launch.auditing import NetworkUnknown
from launch.cli import tributary
from launch.tables import FileThere, MemberUnknown, TableRefused
from tests.support.files import carried, written
from tests.support.world import gid

runner = CliRunner()


@pytest.fixture(autouse=True)
def _installation(monkeypatch, access) -> None:
    monkeypatch.setenv("TRIBUTARY_APP_URL", access.app_dsn)
    monkeypatch.setenv("TRIBUTARY_OWNER_URL", access.owner_dsn)


@pytest.fixture
async def words(world) -> list[str]:
    """What every command here says of where, and as whom."""
    brand = await world.organisation("Riverside Brand", "BRAND")
    await world.sku(brand, "Tea", case=24)
    await world.warehouse(brand, "Main")
    person = await world.member(brand, "ENTERPRISE_ADMIN", "WAREHOUSE")
    slug = await world.run(
        lambda work: work.session.scalar(select(Tenant.slug).where(Tenant.id == work.tenant_id))
    )
    return ["--network", slug, "--as", person.email.upper()]


async def begun(world, table) -> list[str]:
    found = await world.run(
        lambda work: work.session.scalars(select(table.id).where(table.ended_at.is_(None)))
    )
    return [gid("Run", key) for key in found]


async def run(world, *given: str):
    """Run a command in a thread of its own, while what it begins is carried on as by workers."""
    command = asyncio.create_task(asyncio.to_thread(runner.invoke, tributary, given))
    while not command.done():
        for key in await begun(world, ImportRun):
            await carried(world, key)
        for key in await begun(world, ExportRun):
            await written(world, key)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(asyncio.shield(command), 0.05)
    return await command


def said(answer) -> dict:
    lines = [line for line in answer.stdout.splitlines() if not line.startswith('{"time":')]
    return json.loads("\n".join(lines))


async def test_a_table_comes_in_and_goes_out_with_a_members_rights(world, words, tmp_path):
    code = await world.run(lambda work: work.session.scalar(select(Sku.code)))
    file, out = tmp_path / "stock.csv", tmp_path / "out.csv"
    heading = "warehouse,sku,lot,Menge\n"
    file.write_text(f"{heading}Main,{code},A,5\nMain,{code},B,1,5\nNowhere,{code},C,1\n")
    mapped = ["--column", "quantity=Menge"]

    checked = await run(world, "import", "stock", str(file), *words, *mapped, "--json")
    taken = await run(world, "import", "stock", str(file), *words, "--good-rows-only")
    gone = await run(world, "export", "stock", "--into", str(out), *words, "--json")

    assert isinstance(checked.exception, TableRefused)
    told = said(checked)
    assert (told["state"], told["bad"], told["written"]) == ("CHECKED", 1, 0)
    assert [(each["row"], each["column"]) for each in told["faults"]] == [(4, "warehouse")]
    assert taken.exit_code == 0, taken.exception
    assert "2 written" in taken.output
    assert (gone.exit_code, said(gone)["rows"]) == (0, 2)
    assert out.read_text("utf-8-sig").splitlines()[1] == f"Main,{code},A,5,PIECE,,"
    names = select(AuditEntry.actor_name).where(AuditEntry.action == "APPLY_IMPORT")
    assert (await world.run(lambda work: work.session.scalar(names))).endswith("(command line)")
    again = await run(world, "export", "stock", "--into", str(out), *words)
    assert isinstance(again.exception, FileThere)


async def test_whom_and_what_it_does_not_know_it_says(world, words, tmp_path):
    (broken := tmp_path / "a.csv").write_text("warehouse\nMain\n")
    stranger = [*words[:3], "nobody@nowhere.example"]
    for given, problem in (
        (["--network", "no-such", *words[2:]], NetworkUnknown),
        (stranger, MemberUnknown),
        ([*words, "--organisation", "Elsewhere"], MemberUnknown),
        (words, TableRefused),
    ):
        answer = await run(world, "import", "STOCK", str(broken), *given)
        assert isinstance(answer.exception, problem), answer.exception
