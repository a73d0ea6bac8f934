"""Hold migrations to what leaves servers serving: expand, fill, contract (docs/operation.md)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from launch.errors import LaunchError

# Written before anybody had data, so that no lock of theirs ever waited.
LANDED = frozenset(f"{number:04d}" for number in range(1, 8))
_TABLE = r"(?:ONLY )?(?:IF EXISTS )?([\w.\"]+)"
_MADE = re.compile(rf"CREATE TABLE (?:IF NOT EXISTS )?{_TABLE}", re.IGNORECASE)
_DANGERS = tuple(
    (re.compile(pattern.replace("TABLE_NAME", _TABLE), re.IGNORECASE), why)
    for pattern, why in (
        (
            r"CREATE (?:UNIQUE )?INDEX (?!CONCURRENTLY).* ON TABLE_NAME",
            "building an index stops all writes: steps.create_index",
        ),
        (
            r"DROP INDEX (?!CONCURRENTLY)(?:IF EXISTS )?([\w.\"]+)",
            "dropping an index waits for all who use its table: steps.drop_index",
        ),
        (
            r"ALTER TABLE TABLE_NAME ADD COLUMN (?!.*\bDEFAULT\b).*\bNOT NULL",
            "servers of the release before insert without the column: give it a default",
        ),
        (
            r"ALTER TABLE TABLE_NAME ADD COLUMN .*\bDEFAULT (?!now)\w+\(",
            "a default that differs by row rewrites the table: add it empty, then steps.fill",
        ),
        (
            r"ALTER TABLE TABLE_NAME ALTER COLUMN \S+ (?:SET DATA )?TYPE",
            "another type may rewrite the table: a new column, steps.fill, then drop the old one",
        ),
        (
            r"ALTER TABLE TABLE_NAME ALTER COLUMN \S+ SET NOT NULL",
            "all rows are read under a lock: add a CHECK as NOT VALID and VALIDATE it before",
        ),
        (
            r"ALTER TABLE TABLE_NAME ADD CONSTRAINT (?!.*\b(?:NOT VALID|USING INDEX)\b)",
            "all rows are read under a lock: NOT VALID and VALIDATE, or USING INDEX",
        ),
        (
            r"(?:DROP TABLE|ALTER TABLE) TABLE_NAME(?: DROP COLUMN| RENAME|;?$)",
            "servers of the release before still use it: drop it one release after its last use",
        ),
        (
            r"(?:LOCK TABLE|VACUUM FULL|CLUSTER) TABLE_NAME",
            "nobody can work on the table meanwhile",
        ),
    )
)
_AT_ONCE = re.compile(r".*\b(?:CONCURRENTLY|set_config\('app\.tenant_id')", re.IGNORECASE)
_ONCE_ONLY = re.compile(r"(?:ALTER|CREATE|DROP) (?!.*\b(?:CONCURRENTLY|IF (?:NOT )?EXISTS)\b)")
_VALIDATED = re.compile(rf"ALTER TABLE {_TABLE} VALIDATE CONSTRAINT", re.IGNORECASE)


@dataclass(eq=False)
class MigrationDangerous(LaunchError):
    """Somebody would wait, or be refused, while the migration runs."""

    text: ClassVar = "Servers could not go on serving while this runs:\n{dangers}\n"
    remedy: ClassVar = (
        "Do it as said, or give the table and the reason why it does no harm in the migration: "
        'because = {{"table": "has few rows, written once a day"}}.'
    )
    dangers: str


def dangers_of(statements: Sequence[str], because: Mapping[str, str]) -> list[str]:
    """Say what of a migration's statements would make others wait, or break, and how to do it."""
    plain = [" ".join(statement.split()) for statement in statements]
    harmless = {_bare(name) for statement in plain for name in _MADE.findall(statement)}
    harmless |= set(because)
    validated = {_bare(name) for each in plain for name in _VALIDATED.findall(each)}
    found: list[str] = []
    if any(map(_AT_ONCE.match, plain)):
        found += [
            f"{statement[:120]}\n    killed half way it could not start again, as steps commit at "
            "once: give it a migration of its own"
            for statement in plain
            if _ONCE_ONLY.match(statement)
        ]
    for statement in plain:
        for pattern, why in _DANGERS:
            if (match := pattern.match(statement)) is None:
                continue
            table = _bare(match[1])
            is_checked = "SET NOT NULL" in statement.upper() and table in validated
            if table not in harmless and not is_checked:
                found.append(f"{statement[:120]}\n    {why}")
    return found


def _bare(name: str) -> str:
    return name.replace('"', "").rpartition(".")[2]
