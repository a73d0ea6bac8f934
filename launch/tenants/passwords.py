"""Give people who came without a password one of ours, for their first sign-in."""

import asyncio
import csv
import os
import secrets
from pathlib import Path
from uuid import UUID

from app.identities.passwords import hash_password
from launch.tenants.errors import FileExists
from launch.tenants.reading import Connection

_WITHOUT = (
    "SELECT id, email FROM platform.identity WHERE password_hash = '' AND id IN"
    " (SELECT identity_id FROM platform.tenant_access WHERE tenant_id = %s) ORDER BY email"
)


def give_passwords(connection: Connection, tenant_id: UUID, into: Path | None) -> int:
    """Write addresses and new passwords into a file of its own; return who has none still."""
    people = connection.execute(_WITHOUT, [tenant_id]).fetchall()
    if into is None or not people:
        return len(people)
    made = {key: (email, secrets.token_urlsafe(12)) for key, email in people}
    for key, (_, password) in made.items():
        connection.execute(
            "UPDATE platform.identity SET password_hash = %s WHERE id = %s",
            [asyncio.run(hash_password(password)), key],
        )
    _write(into, list(made.values()))
    return 0


def _write(into: Path, rows: list[tuple[str, str]]) -> None:
    try:
        number = os.open(into, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise FileExists(into) from None
    with os.fdopen(number, "w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["email", "password"])
        writer.writerows(rows)
