"""Rules of the code that no linter knows, held against every module (F3, F4, F6)."""

import ast
import importlib
import inspect
import pkgutil
import re
from collections import Counter
from pathlib import Path

import pytest

import app
from app.kernel.errors import DomainError, Refused
from app.rbac.guard import declaration_of
from app.schema.operation import OPERATION
from app.schema.refusals import REFUSING_MODULES
from app.schema.root import build_schema

ROOT = Path(app.__file__).parent
MODULES = sorted(module.name for module in pkgutil.walk_packages([str(ROOT)], prefix="app."))
ENTRY_POINTS = [name for name in MODULES if re.match(r"app\.\w+\.(commands|queries)\b", name)]
FILES = {str(path.relative_to(ROOT)): ast.parse(path.read_text()) for path in ROOT.rglob("*.py")}
CLOCKS = {"asgi.py", "db/work.py", "schema/context.py"}
EXACT = (
    "finance/",
    "kernel/",
    "orders/",
    "pricing/",
    "promotions/",
    "quotes/operations/",
    "quotes/rules/",
)
RELAY_FIELDS = {"node", "nodes"}
NOT_REFUSING = {"app.kernel.errors", "app.edge.errors"}
WITHOUT_INPUT = {"endOtherSessions", "signOut"}


def descendants(kind):
    return {kind, *(item for child in kind.__subclasses__() for item in descendants(child))}


def offences(judge, files=FILES):
    return [f"{name}:{node.lineno}" for name, tree in files.items() for node in judge(tree)]


@pytest.fixture(scope="module")
def schema():
    """The schema as graphql-core walks it."""
    return build_schema()._schema  # noqa: SLF001  # no public way leads there


@pytest.mark.parametrize("module", ENTRY_POINTS)
def test_every_command_and_query_declares_what_it_requires(module):
    functions = inspect.getmembers(importlib.import_module(module), inspect.iscoroutinefunction)

    public = [
        function
        for name, function in functions
        if function.__module__ == module and not name.startswith("_")
    ]

    for function in public:
        assert declaration_of(function).sentence


def test_every_root_field_calls_a_declared_operation(schema):
    roots = (schema.query_type, schema.mutation_type, schema.subscription_type)

    fields = {
        name: field.extensions["strawberry-definition"].metadata.get(OPERATION)
        for root in roots
        if root is not None
        for name, field in root.fields.items()
        if name not in RELAY_FIELDS
    }

    assert [name for name, operation in fields.items() if operation is None] == []
    for operation in fields.values():
        assert declaration_of(operation).sentence


def test_every_mutation_takes_one_input_and_may_answer_with_a_refusal(schema):
    fields = schema.mutation_type.fields.items()

    odd = [
        name
        for name, field in fields
        if name not in WITHOUT_INPUT
        and (
            list(field.args) != ["input"]
            or "Refusal" not in {item.name for item in getattr(field.type.of_type, "types", ())}
        )
    ]

    assert odd == []


def test_every_refusal_has_a_code_of_its_own_and_is_known_to_the_schema():
    for module in MODULES:
        importlib.import_module(module)
    kinds = {kind for kind in descendants(DomainError) if kind.__module__.startswith("app.")}

    codes = Counter(kind.code for kind in kinds if hasattr(kind, "code"))

    assert {code: number for code, number in codes.items() if number > 1} == {}
    refusing = {kind.__module__ for kind in descendants(Refused) - {Refused}}
    known = {module.__name__ for module in REFUSING_MODULES}
    assert {name for name in refusing if name.startswith("app.")} <= known
    assert {name for name in MODULES if name.endswith(".errors")} - NOT_REFUSING <= known


def test_nobody_but_the_work_reads_the_clock():
    def reads(tree):
        return [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and node.attr in {"now", "utcnow", "today"}
            and isinstance(node.value, ast.Name)
            and node.value.id in {"datetime", "date"}
        ]

    others = {name: tree for name, tree in FILES.items() if name not in CLOCKS}

    assert offences(reads, others) == []


def test_nobody_but_the_database_package_commits():
    def commits(tree):
        return [
            node
            for node in ast.walk(tree)
            if isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"commit", "rollback"}
        ]

    others = {name: tree for name, tree in FILES.items() if not name.startswith("db/")}

    assert offences(commits, others) == []


def test_money_and_quantities_know_no_float():
    def floats(tree):
        return [
            node
            for node in ast.walk(tree)
            if (isinstance(node, ast.Constant) and isinstance(node.value, float))
            or (isinstance(node, ast.Name) and node.id == "float")
        ]

    exact = {name: tree for name, tree in FILES.items() if name.startswith(EXACT)}

    assert len(exact) > 10
    assert offences(floats, exact) == []


def test_rows_are_locked_in_locks_only():
    def locks(tree):
        return [
            node
            for node in ast.walk(tree)
            if (isinstance(node, ast.Attribute) and node.attr == "with_for_update")
            or (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and re.search(r"SELECT.*FOR (NO KEY )?(UPDATE|SHARE)", node.value, re.DOTALL)
            )
        ]

    others = {
        name: tree for name, tree in FILES.items() if not re.search(r"(^|/)locks(\.py|/)", name)
    }

    assert offences(locks, others) == []
