"""What packages above may ask of quotes, unguarded."""

from app.quotes.operations.asking import quote_lines
from app.quotes.operations.instants import price_instant
from app.quotes.operations.lines import QuoteExtras, QuoteLine
from app.quotes.operations.recomputing import recompute
from app.quotes.operations.seeing import as_actor_sees

__all__ = ["QuoteExtras", "QuoteLine", "as_actor_sees", "price_instant", "quote_lines", "recompute"]
