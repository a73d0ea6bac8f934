"""`verify-audit` finds what was changed past the application, and says so to a person."""

import asyncio
import io

import pytest
from rich.console import Console

from app.audit.operations import record
from app.kernel.ids import new_id
from launch.auditing import NetworkUnknown, NotesUnreadable, TrailChanged, verify_trails
from tests.support.seals import seal
from tests.support.tenant_rows import standing_in

CHANGED = "UPDATE audit_entry SET action = 'NOTHING' WHERE tenant_id = %s"


@pytest.fixture
async def sealed(world):
    """One entry under one seal."""

    async def noted(work):
        record(work, "PLACE", "order", new_id())

    await world.run(noted)
    await seal(world)
    return world


@pytest.fixture
def said():
    return io.StringIO()


@pytest.fixture
def verified(access, said, sealed):
    """Verify the world's network as from the command line, which has no event loop."""

    async def verified(**options):
        console = Console(file=said, width=200, no_color=True)
        options = {"slug": f"t{sealed.tenant_id.hex}", **options}
        await asyncio.to_thread(verify_trails, console, access.app_dsn, **options)

    return verified


async def test_it_tells_what_it_looked_at_and_the_newest_seal(verified, said, sealed, tmp_path):
    notes = tmp_path / "seals"

    await verified(notes=notes)

    network, number, seal = notes.read_text().split()
    assert (network, number) == (str(sealed.tenant_id), "1")
    assert f"1 entries under 1 seals, 0 wait for the next. Newest seal: {seal}" in said.getvalue()


async def test_a_changed_entry_ends_it_with_a_fault_and_the_notes_stay(
    verified, said, sealed, access, tmp_path
):
    notes = tmp_path / "seals"
    await verified(notes=notes)
    before = notes.read_text()
    with standing_in(access.owner_dsn, sealed.tenant_id) as connection:
        connection.execute(CHANGED, [sealed.tenant_id])

    with pytest.raises(TrailChanged, match="1 faults were found"):
        await verified(notes=notes)

    assert "was changed after it was sealed" in said.getvalue()
    assert notes.read_text() == before


async def test_a_seal_that_is_not_the_noted_one_is_a_fault(verified, said, sealed, tmp_path):
    notes = tmp_path / "seals"
    notes.write_text(f"{sealed.tenant_id} 1 {'00' * 32}\n")

    with pytest.raises(TrailChanged):
        await verified(notes=notes)

    assert "seal 1 is not what was noted down for it" in said.getvalue()


async def test_notes_that_are_none_and_networks_that_are_none_are_refused(verified, tmp_path):
    notes = tmp_path / "seals"
    notes.write_text("not a note\n")

    with pytest.raises(NotesUnreadable, match="Line 1"):
        await verified(notes=notes)
    with pytest.raises(NetworkUnknown, match="no network nowhere"):
        await verified(slug="nowhere")
