"""What is said of known vulnerabilities, and when it stops a build."""

from datetime import date

import pytest

from launch.advisories import (
    KnownVulnerable,
    SourceUnreachable,
    accepted,
    advisories,
    check_advisories,
    locked,
)
from launch.migrations import PROJECT

LOCK = "safe==1.0 \\\n    --hash=sha256:00\nweak==2.0 ; python_version < '4' \\\n    --hash=x\n"
TOLD = {"id": "PYSEC-1", "aliases": ["CVE-2026-1"], "fixed_in": ["2.1"], "withdrawn": None}
ACCEPTING = """[tool.tributary.accepted-advisories]
"CVE-2026-1" = {until = 2026-06-30, why = "we never parse what strangers send with it"}
"""


def index(path):
    told = [TOLD, TOLD | {"withdrawn": "2026-01-01"}] if path == "/pypi/weak/2.0/json" else []
    return {"vulnerabilities": told}


@pytest.fixture
def files(tmp_path):
    lock, project = tmp_path / "lock", tmp_path / "pyproject.toml"
    lock.write_text(LOCK)
    project.write_text(ACCEPTING)
    return lock, project


def test_known_vulnerability_stops_and_names_the_version_that_mends_it(files):
    with pytest.raises(KnownVulnerable, match=r"weak 2\.0: PYSEC-1 CVE-2026-1, mended in 2\.1"):
        check_advisories(*files, date(2026, 7, 1), index)


def test_accepted_one_does_not_stop_until_its_day(files):
    assert check_advisories(*files, date(2026, 6, 30), index) == (2, 1)


@pytest.mark.parametrize("answer", [{}, {"vulnerabilities": None}])
def test_index_that_tells_no_advisories_is_not_taken_for_a_clean_one(answer):
    asked = []

    with pytest.raises(SourceUnreachable, match="safe"):
        advisories([("safe", "1.0"), ("weak", "2.0")], lambda path: asked.append(path) or answer)

    assert len(asked) == 1


def test_our_own_files_are_understood():
    names = [name for name, _ in locked(PROJECT / "requirements-dev.lock")]

    assert {"granian", "psycopg", "ruff"} < set(names)
    assert accepted(PROJECT / "pyproject.toml", date(2026, 1, 1)) == set()
