"""Which lines count together towards a quantity break."""

from enum import StrEnum


class BreakBasis(StrEnum):
    """What a break counts, always in base units (domain.md (d) 4).

    SKU counts all lines of the SKU, whatever their unit; PRODUCT_GROUP all lines of the SKU's own
    category; ORDER everything ordered together.
    """

    LINE = "LINE"
    SKU = "SKU"
    PRODUCT_GROUP = "PRODUCT_GROUP"
    ORDER = "ORDER"
