"""Scalars that hold input to what the tables can keep exactly (F6)."""

from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

import strawberry
from dateutil.parser import isoparse
from strawberry.exceptions import StrawberryInputCoercionError
from strawberry.types.scalar import ScalarDefinition

_MOST_DIGITS = 15
_MOST_PLACES = 6
_FIRST_YEAR, _LAST_YEAR = 1970, 2200


def _decimal(value: object) -> Decimal:
    if not isinstance(value, str):
        raise StrawberryInputCoercionError('A Decimal is written as a string, such as "12.50".')
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise StrawberryInputCoercionError(f"'{value[:40]}' is not a decimal number.") from None
    if not number.is_finite() or number.adjusted() >= _MOST_DIGITS:
        raise StrawberryInputCoercionError(f"A Decimal must be finite and below 10^{_MOST_DIGITS}.")
    if -int(number.as_tuple().exponent) > _MOST_PLACES:
        raise StrawberryInputCoercionError(f"A Decimal has at most {_MOST_PLACES} places.")
    return number


def _instant(value: object) -> datetime:
    if not isinstance(value, str):
        raise StrawberryInputCoercionError("A DateTime is written as a string in ISO 8601.")
    try:
        instant = isoparse(value)
    except (ValueError, OverflowError):
        raise StrawberryInputCoercionError(f"'{value[:40]}' is not an ISO 8601 instant.") from None
    if instant.tzinfo is None:
        raise StrawberryInputCoercionError("A DateTime needs its zone, such as 'Z' or '+08:00'.")
    if not _FIRST_YEAR <= instant.year <= _LAST_YEAR:
        raise StrawberryInputCoercionError(
            f"A DateTime lies between the years {_FIRST_YEAR} and {_LAST_YEAR}."
        )
    return instant.astimezone(UTC)


def _plain(value: Decimal) -> str:
    """Write whole numbers without a point and others with at least two places."""
    whole, _, places = format(value, "f").partition(".")
    places = places.rstrip("0")
    return f"{whole}.{places:0<2}" if places else whole


SCALARS: Mapping[object, ScalarDefinition] = {
    Decimal: strawberry.scalar(
        name="Decimal",
        description="An exact number, written as a string: never a float (F6).",
        serialize=_plain,
        parse_value=_decimal,
    ),
    datetime: strawberry.scalar(
        name="DateTime",
        description="An instant in ISO 8601 with its zone; answers are in UTC.",
        serialize=datetime.isoformat,
        parse_value=_instant,
    ),
}
