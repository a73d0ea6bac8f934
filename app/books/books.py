"""All books, in the order in which they are read."""

from collections.abc import Sequence

from app.announcements.operations import ANNOUNCEMENTS
from app.assortments.operations import ASSORTMENTS
from app.books.events import EVENTS, UNHEARD
from app.books.keys import KEYS
from app.books.quotes import QUOTES
from app.books.trail import TRAIL
from app.budgets.operations.checking import BUDGETS
from app.care.operations.checking import CARE
from app.db.checking import Book, Invariant
from app.deliverydays.operations import DELIVERY_DAYS
from app.exchange.operations.checking import IMPORTS
from app.finance.operations.checking import MONEY
from app.fulfilment.operations.checking import SHIPMENTS
from app.inventory.operations.checking import STOCK
from app.notifications.operations.checking import WORDS
from app.orders.operations.checking import STATES, SUMS
from app.organisations.operations.checking import CONSENTS, REPS, TREE
from app.packing.operations import PACKAGES
from app.promotions.operations.counted import COUNTED
from app.storage.operations.checking import FILES

BOOKS: tuple[Book, ...] = (
    STOCK,
    MONEY,
    SUMS,
    STATES,
    QUOTES,
    SHIPMENTS,
    PACKAGES,
    COUNTED,
    BUDGETS,
    TREE,
    REPS,
    CONSENTS,
    FILES,
    IMPORTS,
    TRAIL,
    CARE,
    ANNOUNCEMENTS,
    ASSORTMENTS,
    DELIVERY_DAYS,
    WORDS,
    EVENTS,
    KEYS,
)
AT_REST: tuple[Book, ...] = (*BOOKS, UNHEARD)
"""All of them, and what holds only when no signal and no job waits any more."""


def invariants(books: Sequence[Book] = BOOKS) -> list[tuple[str, Invariant]]:
    """Return every invariant with the name of its book."""
    return [(book.name, invariant) for book in books for invariant in book.invariants]
