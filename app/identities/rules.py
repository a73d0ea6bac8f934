"""What an e-mail address and a password must look like."""

import re
import unicodedata

from app.identities.errors import WeakPassword
from app.kernel.errors import Invalid

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
_LONGEST_EMAIL = 254
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def checked_email(email: str) -> str:
    """Return the address in lower case, as identities keep it; raises `Invalid`."""
    address = unicodedata.normalize("NFC", email.strip()).lower()
    if len(address) > _LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise Invalid("email", "must be an e-mail address, such as li.wei@example.com")
    return address


def checked_password(password: str) -> str:
    """Return a password that may be set; raises `WeakPassword`, or `Invalid` when over-long."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(SHORTEST_PASSWORD)
    if len(password) > LONGEST_PASSWORD:
        raise Invalid("initialPassword", f"must have at most {LONGEST_PASSWORD} characters")
    return password
