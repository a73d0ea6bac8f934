"""What packages above may ask of quotes, unguarded."""

from app.quotes.operations.lines import QuoteExtras, QuoteLine

__all__ = ["QuoteExtras", "QuoteLine"]
