"""The two time axes as SQL predicates."""

from datetime import datetime

from sqlalchemy import ColumnElement, or_

from app.pricing.models import PriceEntry, PriceListTerms

_Versioned = type[PriceEntry] | type[PriceListTerms]


def valid_at(table: _Versioned, instant: datetime) -> ColumnElement[bool]:
    """Keep what counts at a price instant: the start belongs to it, the end does not."""
    open_ended = or_(table.valid_until.is_(None), table.valid_until > instant)
    return (table.valid_from <= instant) & open_ended


def known_at(table: _Versioned, instant: datetime | None) -> ColumnElement[bool]:
    """Keep what was written down at an instant, or what is now."""
    if instant is None:
        return table.known_until.is_(None)
    still_known = or_(table.known_until.is_(None), table.known_until > instant)
    return (table.known_from <= instant) & still_known
