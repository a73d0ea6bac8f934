"""Locks that are not complete stop a build, and npm's packages are asked for like Python's."""

import json

import pytest

from launch.advisories import KnownVulnerable, SourceUnreachable
from launch.locks import Locks, LocksIncomplete, check_locks
from launch.migrations import PROJECT
from launch.npm_advisories import check_npm_advisories

HASH = f"--hash=sha256:{'0a' * 32}"
INTEGRITY = f"sha512-{'A' * 86}=="
RUNNING = f"one==1.0 \\\n    {HASH} \\\n    {HASH}\n"
BUILDING = (
    f"{RUNNING}extra-one==3.0 ; sys_platform == 'x' \\\n    {HASH}\ntwo==2.0 \\\n    {HASH}\n"
)
PYPROJECT = """
[project]
dependencies = ["One>=1,<2"]
[project.optional-dependencies]
more = ["extra.one[thing]>=3"]
[dependency-groups]
dev = ["two>=2"]
"""


@pytest.fixture
def locks(tmp_path) -> Locks:
    locks = Locks.of(tmp_path)
    locks.npm.parent.mkdir(parents=True)
    locks.project.write_text(PYPROJECT)
    locks.running.write_text(RUNNING)
    locks.building.write_text(BUILDING)
    npm(locks, {"three": {"version": "3.0.0", "integrity": INTEGRITY}})
    return locks


def npm(locks: Locks, packages: dict) -> None:
    under = {f"node_modules/{name}": terms for name, terms in packages.items()}
    locks.npm.write_text(json.dumps({"packages": {"": {}} | under}))
    (locks.npm.parent / "package.json").write_text(json.dumps({"dependencies": {"three": "^3"}}))


def test_complete_locks_are_counted(locks):
    assert check_locks(locks) == (3, 1)


def test_our_own_locks_are_complete():
    of_python, of_npm = check_locks(Locks.of(PROJECT))

    assert of_python > 50
    assert of_npm == 2


@pytest.mark.parametrize(
    ("running", "building", "said"),
    [
        ("one==1.0\n", BUILDING, "requirements.lock: one lacks the hashes of its files"),
        (RUNNING.replace("0a", "0", 1), BUILDING, "one lacks the hashes"),
        (RUNNING.replace("sha256", "md5"), BUILDING, "one lacks the hashes"),
        ("one>=1.0\n", BUILDING, "requirements.lock: one>=1.0 is not pinned"),
        (f"one @ https://x/one.whl {HASH}\n", BUILDING, "one is not pinned"),
        ("", BUILDING, "requirements.lock: one is not in it, which pyproject.toml asks for"),
        (RUNNING, RUNNING, "requirements-dev.lock: extra-one is not in it"),
        (RUNNING, BUILDING.replace("two", "other"), "requirements-dev.lock: two is not in it"),
        (RUNNING, BUILDING.replace("1.0", "1.1"), "one is not 1.0, as in requirements.lock"),
    ],
)
def test_a_lock_of_python_that_is_not_complete_is_refused(locks, running, building, said):
    locks.running.write_text(running)
    locks.building.write_text(building)

    with pytest.raises(LocksIncomplete) as refused:
        check_locks(locks)

    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("packages", "said"),
    [
        ({}, "three is not in it, which package.json asks for"),
        ({"three": {"integrity": INTEGRITY}}, "three is not pinned to a version"),
        ({"three": {"version": "3.0.0"}}, "three lacks the hash of its file"),
        ({"three": {"version": "3.0.0", "integrity": "sha1-AA=="}}, "three lacks the hash"),
    ],
)
def test_a_lock_of_npm_that_is_not_complete_is_refused(locks, packages, said):
    npm(locks, packages)

    with pytest.raises(LocksIncomplete) as refused:
        check_locks(locks)

    assert said in str(refused.value)


WEAK = {
    "name": "three",
    "range": "<3.1.0",
    "via": [{"url": "https://github.com/advisories/GHSA-1", "source": 1}, "another"],
    "fixAvailable": {"name": "three", "version": "3.1.0"},
}


def report(_folder) -> dict:
    by_another = {"name": "four", "range": "*", "via": ["three"], "fixAvailable": True}
    return {"vulnerabilities": {"three": WEAK, "four": by_another}}


def test_a_known_vulnerability_of_npm_stops_until_it_is_accepted(tmp_path):
    with pytest.raises(KnownVulnerable, match=r"three <3\.1\.0: GHSA-1, mended in 3\.1\.0"):
        check_npm_advisories(tmp_path, set(), report)

    assert check_npm_advisories(tmp_path, {"GHSA-1"}, report) == 1
    assert check_npm_advisories(tmp_path, set(), lambda _: {"vulnerabilities": {}}) == 0


@pytest.mark.parametrize("answer", [{"message": "405 Method Not Allowed"}, {}])
def test_a_registry_that_tells_nothing_is_not_taken_for_a_clean_one(tmp_path, answer):
    with pytest.raises(SourceUnreachable, match="npm's registry tells no advisories"):
        check_npm_advisories(tmp_path, set(), lambda _: answer)
