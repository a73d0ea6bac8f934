"""What must be true of every network at every moment, looked at in one snapshot.

Owns the list of all books; a package says itself what must hold of its own tables.
"""

from app.books.books import AT_REST, BOOKS, invariants
from app.books.checking import Checked, check, check_networks, check_tenant

__all__ = [
    "AT_REST",
    "BOOKS",
    "Checked",
    "check",
    "check_networks",
    "check_tenant",
    "invariants",
]
