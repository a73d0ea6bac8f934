"""A seller's words for how much it has, told to buyers whose terms say BANDED."""

from decimal import Decimal
from typing import Annotated

import strawberry

from app.inventory import commands, queries
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal


@strawberry.type
class StockBand:
    """From so many pieces on that a buyer could have, this word."""

    from_pieces: Decimal
    name: str


@strawberry.type
class StockBandsSet:
    """The bands as they are now, by where they begin."""

    bands: list[StockBand] = sized(5)


@strawberry.input
class StockBandInput:
    """A band: where it begins in whole pieces, and its word."""

    from_pieces: Decimal
    name: str


@strawberry.input
class SetStockBandsInput:
    """All bands; those that are not named are no more."""

    bands: list[StockBandInput]


SetStockBandsResult = Annotated[StockBandsSet | Refusal, strawberry.union("SetStockBandsResult")]


@strawberry.type
class StockBandsQuery:
    """The question which bands there are."""

    @list_size(5)
    @query(queries.stock_bands)
    async def stock_bands(self, info: Info) -> list[StockBand]:
        """The own organisation's bands, by where they begin."""
        return await _bands(info)


@strawberry.type
class StockBandsMutation:
    """What can be done about bands."""

    @mutation(commands.set_stock_bands)
    async def set_stock_bands(self, info: Info, input: SetStockBandsInput) -> SetStockBandsResult:
        """Replace the words in which buyers are told how much there is."""
        bands = [(each.from_pieces, each.name.strip()) for each in input.bands]
        await info.context.write(lambda work: commands.set_stock_bands(work, bands))
        return StockBandsSet(bands=await _bands(info))


async def _bands(info: Info) -> list[StockBand]:
    async with info.context.read() as work:
        found = await queries.stock_bands(work)
    return [StockBand(from_pieces=least, name=name) for least, name in found]
