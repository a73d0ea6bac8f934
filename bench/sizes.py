"""How large the networks are that prices are measured in."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PAGE_PRODUCTS = 50
CART_LINES = 10
ORDER_LINES = 1_000
CONTRACT_SKUS = 30
CONTRACTS_PER_CENT = 3
UNITS = 3
BREAKS = 3


@dataclass(frozen=True, slots=True)
class Size:
    """One brand sells to distributors, each of which sells to its share of the outlets."""

    name: str
    skus: int
    levels: int
    distributors: int
    outlets: int
    price_rows: int
    schemes: int
    orders: int

    @property
    def brand_rows(self) -> int:
        """Rows of the brand's base list and of a list for each level: every unit, every break."""
        return (1 + self.levels) * self.skus * UNITS * BREAKS

    @property
    def contracts(self) -> int:
        """How many relationships have a contract: some outlets, and the distributor measured."""
        return 1 + self.outlets * CONTRACTS_PER_CENT // 100

    @property
    def contract_skus(self) -> int:
        """How many SKUs a contract prices."""
        return min(CONTRACT_SKUS, self.skus)

    @property
    def level_rows(self) -> int:
        """Rows in each distributor's list for its one level, so that all rows are as many."""
        others = self.brand_rows + self.distributors * self.skus
        others += self.contracts * self.contract_skus
        return max(0, min(self.skus, (self.price_rows - others) // self.distributors))


TEN_TIMES = "L10"
"""M with ten times the SKUs, buyers and price rows: a page of it should cost as much."""

SIZES: Mapping[str, Size] = MappingProxyType(
    {
        size.name: size
        for size in (
            Size("S", 40, 3, 4, 40, 2_000, 22, 200),
            Size("M", 500, 6, 300, 20_000, 300_000, 200, 100_000),
            Size("L", 1_000, 6, 3_500, 1_000_000, 6_000_000, 200, 500_000),
            Size("L10", 5_000, 6, 300, 200_000, 3_000_000, 200, 100_000),
        )
    }
)
