"""What packages above may ask of pricing, unguarded: whole books of prices."""

from app.pricing.operations.audience import Asker, Audience, Enquiry, asker_of
from app.pricing.operations.books import (
    STANDING_ON_NO_LIST,
    book_for,
    book_of,
    request_for,
)
from app.pricing.operations.lines import LineRequest, asked_lines, request_line

__all__ = [
    "STANDING_ON_NO_LIST",
    "Asker",
    "Audience",
    "Enquiry",
    "LineRequest",
    "asked_lines",
    "asker_of",
    "book_for",
    "book_of",
    "request_for",
    "request_line",
]
