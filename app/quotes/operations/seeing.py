"""What of a quote an actor may know: decided here and nowhere else (R3-50)."""

from app.db.work import Work
from app.quotes.rules import (
    Quote,
    as_buyer_sees,
    as_onlooker_sees,
    without_funding,
    without_limits,
)
from app.rbac.permissions import Permission

_SELLING = (Permission.PRICE_READ, Permission.ORDER_PLACE_FOR_CUSTOMER)


def as_actor_sees(work: Work, quote: Quote) -> Quote:
    """Return the quote as far as the actor may know it; amounts stay as they are.

    Those of the seller who read lists or sell to customers see how the price came about: limits
    only with PRICE_READ, who pays for schemes only with SCHEME_READ. Others of the seller, as who
    picks the goods, see what the buyer sees. Whoever is neither sees the amounts alone.
    """
    own = work.actor.organisation_id
    if own not in (quote.seller_id, quote.buyer_id):
        return as_onlooker_sees(quote)
    if own != quote.seller_id or not any(map(work.actor.may, _SELLING)):
        return as_buyer_sees(quote)
    if not work.actor.may(Permission.PRICE_READ):
        quote = without_limits(quote)
    return quote if work.actor.may(Permission.SCHEME_READ) else without_funding(quote)
