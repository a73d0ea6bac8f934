"""Products by what people type."""

import strawberry
from strawberry import relay

from app.catalog import queries
from app.schema.catalog import Product
from app.schema.catalog_questions import ProductFilterInput, wanted_by
from app.schema.context import Info
from app.schema.operation import query
from app.schema.paging import FIRST, connection, page_request


@strawberry.type
class CatalogSearchQuery:
    """Questions of who types what they look for."""

    @query(queries.found_products)
    async def search_products(
        self,
        info: Info,
        text: str,
        filter: ProductFilterInput | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[Product]:
        """Products by what people type, the best first; of the same that `products` shows.

        Every word must be found: by its beginning or, from three letters on, within a word; of
        Chinese any part. Case, accents and full width do not matter; a word that nothing is found
        by may have a typing error. A SKU's code or a GTIN may be typed without its signs.
        """
        page = page_request(first, after)
        async with info.context.read() as work:
            found = await queries.found_products(work, text, page, wanted_by(filter))
        return connection(found, Product.of)
