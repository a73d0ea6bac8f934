"""Processes find compiled code, also where the system lets none be written."""

import py_compile
import subprocess
import sys
from importlib.util import find_spec

import pytest

from launch.bytecode import SAMPLES, compiled_code
from tests.support.worker import PROJECT

IMPORT = [sys.executable, "-c", "import app.kernel.ids"]


@pytest.fixture
def forbidden(monkeypatch, tmp_path):
    """A system that forbids compiled code, and has none of what is installed."""
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", str(tmp_path / "none"))
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)


@pytest.mark.usefixtures("forbidden")
def test_children_keep_compiled_code_beside_the_data_where_none_may_be_written(
    tmp_path, monkeypatch
):
    stale = tmp_path / "bytecode" / "of-an-older-release.pyc"
    stale.parent.mkdir()
    stale.touch()
    for name, value in compiled_code(tmp_path).items():
        monkeypatch.setenv(name, value)

    subprocess.run(IMPORT, cwd=PROJECT, check=True)

    assert not stale.exists()
    assert [path.name for path in tmp_path.rglob("ids.*.pyc")]
    compiled_code(tmp_path)
    assert [path.name for path in tmp_path.rglob("ids.*.pyc")]


@pytest.mark.usefixtures("forbidden")
def test_what_is_compiled_already_is_used(tmp_path):
    for module in SAMPLES:
        assert compiled_code(tmp_path) != {}
        py_compile.compile(find_spec(module).origin)

    assert compiled_code(tmp_path) == {}


def test_where_compiled_code_may_be_written_nothing_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "dont_write_bytecode", False)

    assert compiled_code(tmp_path) == {}
