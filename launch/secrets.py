"""Secrets that are generated once and kept in the data directory for its owner only."""

import json
import os
import secrets
from pathlib import Path

SECRET_BYTES = 32
_SIGNING, _PASSWORDS = "secret", "database-passwords.json"
SECRET_FILES = (_SIGNING, _PASSWORDS)


def signing_secret(data: Path) -> str:
    """Keep the key that signs tokens; replacing it ends every session."""
    return _kept(data / _SIGNING, secrets.token_urlsafe(SECRET_BYTES))


def database_passwords(data: Path, roles: tuple[str, ...]) -> dict[str, str]:
    """Passwords of the database roles on an external server."""
    fresh = {role: secrets.token_urlsafe(SECRET_BYTES) for role in roles}
    known: dict[str, str] = json.loads(_kept(passwords_file(data), json.dumps(fresh)))
    return known


def passwords_file(data: Path) -> Path:
    """Where the passwords lie; machines that share a database share this file."""
    return data / _PASSWORDS


def keep(path: Path, content: str) -> None:
    """Write a file whole or not at all, readable by its owner only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    file = os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(file, "w") as opened:
        opened.write(content)
        opened.flush()
        os.fsync(opened.fileno())
    scratch.rename(path)


def _kept(path: Path, fresh: str) -> str:
    if not path.exists():
        keep(path, fresh)
    return path.read_text()
