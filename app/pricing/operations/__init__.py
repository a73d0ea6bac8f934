"""What packages above may ask of pricing, unguarded: quotes, own prices, ladders."""

from app.pricing.operations.asking import explain_lines, ladders, own_prices, quote_lines
from app.pricing.operations.books import NO_LIST
from app.pricing.operations.lines import LineRequest

__all__ = ["NO_LIST", "LineRequest", "explain_lines", "ladders", "own_prices", "quote_lines"]
