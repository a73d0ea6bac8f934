"""Which schemes a catalogue page shows beside its goods: a look into the index, and no basket."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.promotions.rules.basket import Basket, Scheme
from app.promotions.rules.book import Goods, SchemeBook
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.eligible import Audience
from app.promotions.rules.speaking import silence
from app.promotions.rules.working import audience_of


@dataclass(frozen=True, slots=True)
class Badges:
    """Schemes in the waterfall's order: those of each SKU, and those that every SKU counts towards.

    What `everywhere` leaves out is not said here: a basket knows.
    """

    by_sku: Mapping[UUID, tuple[Scheme, ...]]
    everywhere: tuple[Scheme, ...]


def badges(buyer: Basket, book: SchemeBook, goods: Iterable[Goods]) -> Badges:
    """Find the schemes that speak to the buyer and name a SKU, its brand or its categories.

    Of the basket only the buyer counts, so it may be empty. Schemes that cannot be applied are
    left out.
    """
    audience, schemes = audience_of(buyer), book.schemes
    heard = {one.position for one in schemes if _is_heard(buyer, audience, one)}
    by_sku = {
        each.sku_id: tuple(
            [schemes[place].scheme for place in sorted(book.asking_for(each) & heard)]
        )
        for each in goods
    }
    every = tuple(one.scheme for one in book.asking_for_everything() if one.position in heard)
    return Badges(by_sku, every)


def _is_heard(buyer: Basket, audience: Audience, one: Compiled) -> bool:
    return one.fault is None and silence(buyer, one, audience) is None
