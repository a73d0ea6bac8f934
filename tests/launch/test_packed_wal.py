"""WAL that was packed comes back as it was, beside WAL that was not, and damage is not the end."""

import os
import subprocess
from pathlib import Path

import pytest

from launch.backup import Store, pack
from launch.backup.packing import packing
from launch.backup.restoring import _fetching
from launch.backup.unpacking import DAMAGED, unpack
from tests.support.patience import becomes

SIZE = 64 * 1024
FIRST, SECOND, THIRD = (f"0000000100000000000000{number:02}" for number in (1, 2, 3))
LEFT_PLAIN = (f"{THIRD}.partial", "00000002.history", f"{FIRST}.00000028.backup")


def content(name: str) -> bytes:
    """Half of it is zeros, as in a segment that was handed over early."""
    return (name.encode() * SIZE)[: SIZE // 2] + bytes(SIZE // 2)


@pytest.fixture
def store(tmp_path) -> Store:
    store = Store(tmp_path / "it's 100% here")
    store.wal.mkdir(parents=True)
    for name in (FIRST, SECOND, *LEFT_PLAIN):
        (store.wal / name).write_bytes(content(name))
    return store


def names(store: Store) -> set[str]:
    return {path.name for path in store.wal.iterdir()}


def test_whole_segments_are_packed_and_everything_else_stays(store):
    done = pack(store.wal)

    assert (done.segments, done.before) == (2, 2 * SIZE)
    assert done.after < done.before / 10
    assert names(store) == {f"{FIRST}.gz", f"{SECOND}.gz", *LEFT_PLAIN}
    assert store.has(FIRST)
    assert not store.has(THIRD)
    assert pack(store.wal).segments == 0


def test_a_packed_segment_keeps_when_it_arrived_and_who_may_read_it(store):
    segment = store.wal / FIRST
    os.utime(segment, (1_000_000_000, 1_000_000_000))
    segment.chmod(0o600)

    pack(store.wal)

    found = (store.wal / f"{FIRST}.gz").stat()
    assert (found.st_mtime, found.st_mode & 0o777) == (1_000_000_000, 0o600)


def test_what_a_killed_attempt_left_behind_is_cleared_and_what_is_under_way_is_not(store):
    old, new = (store.wal / f".{FIRST}.gz.{number}.1" for number in (1, 2))
    for scratch in (old, new):
        scratch.write_bytes(b"half")
    os.utime(old, (0, 0))

    pack(store.wal)

    assert (old.exists(), new.exists()) == (False, True)


def test_a_segment_that_arrives_again_is_packed_again(store):
    pack(store.wal)
    (store.wal / FIRST).write_bytes(content(FIRST))

    pack(store.wal)

    assert not (store.wal / FIRST).exists()


def test_what_arrives_is_packed_while_something_runs(store):
    with packing(store.wal, every_seconds=0.01):
        is_packed = becomes(lambda: not (store.wal / SECOND).exists())

    assert is_packed
    assert f"{SECOND}.gz" in names(store)


def fetched(folders: list[Path], name: str, target: Path) -> int:
    """Run the command as the server does, with its own names put in."""
    command = _fetching(folders).replace("%%", "\0").replace("%f", name)
    command = command.replace("%p", str(target)).replace("\0", "%")
    return subprocess.run(["/bin/sh", "-c", command], check=False).returncode


@pytest.mark.parametrize("name", [FIRST, SECOND, THIRD, "00000002.history"])
def test_the_server_fetches_what_is_packed_plain_or_still_being_received(store, tmp_path, name):
    pack(store.wal)
    (store.wal / SECOND).write_bytes(content(SECOND))  # As before anything was packed.
    (store.wal / f"{SECOND}.gz").unlink()
    target, empty = tmp_path / "RECOVERYXLOG", tmp_path / "empty"

    status = fetched([empty, store.wal], name, target)

    received = f"{THIRD}.partial" if name == THIRD else name
    assert (status, target.read_bytes()) == (0, content(received))


def test_what_is_not_there_is_the_end_and_what_is_damaged_is_not(store, tmp_path):
    pack(store.wal)
    packed = store.wal / f"{FIRST}.gz"
    packed.write_bytes(packed.read_bytes()[:-20])
    (store.wal / f"{SECOND}.gz").write_bytes(b"nothing of the kind")
    target = tmp_path / "RECOVERYXLOG"

    statuses = [fetched([store.wal], name, target) for name in (FIRST, SECOND, "0" * 24)]

    assert statuses == [DAMAGED, DAMAGED, 1]


def test_unpacking_gives_back_every_byte(store, tmp_path):
    pack(store.wal)

    unpack(str(store.wal / f"{FIRST}.gz"), str(tmp_path / FIRST))

    assert (tmp_path / FIRST).read_bytes() == content(FIRST)
