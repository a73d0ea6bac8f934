"""Ids that Python and SQL make alike from a kind and a number, in the order of their numbers."""

from enum import IntEnum
from uuid import UUID

_DIGITS = 12


class Kind(IntEnum):
    """What an id is of."""

    TENANT = 1
    BRAND = 2
    DISTRIBUTOR = 3
    OUTLET = 4
    LEVEL = 5
    SUPPLY = 6
    CUSTOMER = 7
    PRODUCT_BRAND = 8
    CATEGORY = 9
    TAX = 10
    PRODUCT = 11
    SKU = 12
    BRAND_LIST = 13
    BASE_LIST = 14
    LEVEL_LIST = 15
    CONTRACT = 16
    ENTRY = 17
    TERMS = 18
    SCHEME = 19
    VERSION = 20
    PERSON = 21
    DISTRIBUTOR_LEVEL = 22
    CHANGE_SET = 23
    CHANGE_ROW = 24
    WAREHOUSE = 25
    ROLE = 26
    DISTRIBUTOR_PERSON = 27
    OUTLET_PERSON = 28
    LOT = 29
    MOVE = 30
    ORDER = 31
    LINE = 32
    PICK = 33
    SHIPMENT = 34
    SENT = 35
    INVOICE = 36
    BILLED = 37
    PAYMENT = 38
    AUDIT = 39
    COVERED = 40


def key(kind: Kind, number: int = 0) -> UUID:
    """Return the id of a thing."""
    return UUID(f"{_high(kind)}{number:0{_DIGITS}x}")


def sql_key(kind: Kind, number: str = "0") -> str:
    """Write the same as an SQL expression over a whole number."""
    return f"('{_high(kind)}' || lpad(to_hex(({number})::bigint), {_DIGITS}, '0'))::uuid"


def _high(kind: Kind) -> str:
    # The shape of a version 7 id, so that indexes grow at their end as they do in life.
    return f"{kind:08x}-0000-7000-8000-"
