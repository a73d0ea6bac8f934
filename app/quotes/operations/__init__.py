"""What packages above may ask of quotes, unguarded."""

from app.quotes.operations.asking import quote_lines
from app.quotes.operations.lines import QuoteExtras, QuoteLine
from app.quotes.operations.recomputing import recompute

__all__ = ["QuoteExtras", "QuoteLine", "quote_lines", "recompute"]
