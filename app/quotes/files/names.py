"""Names of files that every system can keep, and that no header can be broken with."""

import re
from urllib.parse import quote

_UNSAFE = re.compile(r"[^\w.-]+")
_LONGEST = 80


def file_name(*parts: str, extension: str) -> str:
    """Join words to a name of letters, digits, dots and dashes, in any script."""
    words = [_UNSAFE.sub("-", part).strip("-.") for part in parts]
    return f"{'-'.join(word for word in words if word)[:_LONGEST]}.{extension.lower()}"


def content_disposition(name: str) -> str:
    """Say that a file is to be kept, by an ASCII name and by its own (RFC 6266)."""
    plain = name.encode("ascii", "replace").decode().replace("?", "_")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='')}"
