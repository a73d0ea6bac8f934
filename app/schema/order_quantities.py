"""In which quantities goods are sold."""
# pyright: reportIncompatibleMethodOverride=false

from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.catalog.models import QuantityRule
from app.catalog.rules import QuantityTerms
from app.listings import commands, queries
from app.schema.batch import batch
from app.schema.catalog import Sku, skus_by_id
from app.schema.context import Info
from app.schema.cost import list_size
from app.schema.customer_classes import CustomerLevel, levels_by_id
from app.schema.ids import key_of, optional_key_of
from app.schema.operation import mutation, query
from app.schema.organisations import TradingRelationship, relationships_by_id
from app.schema.paging import FIRST, connection, page_request
from app.schema.refusals import Refusal


@strawberry.type
class OrderQuantity:
    """Limits of a SKU in one order, in pieces over all its lines; none where there is none."""

    minimum: Decimal | None
    maximum: Decimal | None
    multiple: Decimal | None
    sku_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def sku(limits: list["OrderQuantity"], info: Info) -> list[Sku | None]:
        """What is sold so."""
        return await skus_by_id(info, [each.sku_id for each in limits])


@strawberry.type
class OrderQuantityRule:
    """A seller's limits of a SKU for a level, for one relationship, or for everybody."""

    minimum: Decimal | None
    maximum: Decimal | None
    multiple: Decimal | None
    sku_id: strawberry.Private[UUID]
    level_id: strawberry.Private[UUID | None]
    relationship_id: strawberry.Private[UUID | None]

    @batch
    @staticmethod
    async def sku(rules: list["OrderQuantityRule"], info: Info) -> list[Sku | None]:
        """What is sold so."""
        return await skus_by_id(info, [each.sku_id for each in rules])

    @batch
    @staticmethod
    async def level(rules: list["OrderQuantityRule"], info: Info) -> list[CustomerLevel | None]:
        """The level of the buyers it binds."""
        return await levels_by_id(info, [each.level_id for each in rules])

    @batch
    @staticmethod
    async def relationship(
        rules: list["OrderQuantityRule"], info: Info
    ) -> list[TradingRelationship | None]:
        """The relationship it binds alone."""
        return await relationships_by_id(info, [each.relationship_id for each in rules])

    @classmethod
    def of(cls, row: QuantityRule) -> "OrderQuantityRule":
        """Show a rule."""
        return cls(
            minimum=row.minimum,
            maximum=row.maximum,
            multiple=row.multiple,
            sku_id=row.sku_id,
            level_id=row.level_id,
            relationship_id=row.relationship_id,
        )


@strawberry.type
class OrderQuantityRulesSet:
    """How many rules were new, changed or taken away."""

    changed: int


SetOrderQuantityRulesResult = Annotated[
    OrderQuantityRulesSet | Refusal, strawberry.union("SetOrderQuantityRulesResult")
]


@strawberry.input
class OrderQuantityRuleInput:
    """Limits in pieces for a level, for a relationship, or for everybody; with none, no rule."""

    sku_id: relay.GlobalID
    level_id: relay.GlobalID | None = None
    relationship_id: relay.GlobalID | None = None
    minimum: Decimal | None = None
    maximum: Decimal | None = None
    multiple: Decimal | None = None

    def new(self) -> commands.NewQuantityRule:
        """Return what the command understands."""
        return commands.NewQuantityRule(
            key_of(self.sku_id, "Sku"),
            QuantityTerms(self.minimum, self.maximum, self.multiple),
            optional_key_of(self.level_id, "CustomerLevel"),
            optional_key_of(self.relationship_id, "TradingRelationship"),
        )


@strawberry.input
class SetOrderQuantityRulesInput:
    """Up to 500 rules; those that are not named stay."""

    rules: list[OrderQuantityRuleInput]


@strawberry.type
class OrderQuantitiesQuery:
    """Questions about quantities in which goods are sold."""

    @query(queries.quantity_rules)
    async def order_quantity_rules(
        self,
        info: Info,
        sku_id: relay.GlobalID | None = None,
        first: int = FIRST,
        after: str | None = None,
    ) -> relay.Connection[OrderQuantityRule]:  # pyright: ignore[reportInvalidTypeArguments]  # no Node
        """The own organisation's rules as a seller, of all goods or of one SKU."""
        page, wanted = page_request(first, after), optional_key_of(sku_id, "Sku")
        async with info.context.read() as work:
            found = await queries.quantity_rules(work, page, wanted)
        return connection(found, OrderQuantityRule.of)

    @list_size(20)
    @query(queries.bound_quantities)
    async def order_quantities(
        self, info: Info, relationship_id: relay.GlobalID, sku_ids: list[relay.GlobalID]
    ) -> list[OrderQuantity]:
        """What binds the relationship's orders of these SKUs; those without limits are absent.

        Its own rule counts, else its level's, else the seller's for everybody.
        """
        terms_id = key_of(relationship_id, "TradingRelationship")
        wanted = [key_of(key, "Sku") for key in sku_ids]
        async with info.context.read() as work:
            found = await queries.bound_quantities(work, terms_id, wanted)
        return [
            OrderQuantity(
                minimum=each.terms.minimum,
                maximum=each.terms.maximum,
                multiple=each.terms.multiple,
                sku_id=each.sku_id,
            )
            for each in found
        ]


@strawberry.type
class OrderQuantitiesMutation:
    """What can be done about quantities in which goods are sold."""

    @mutation(commands.set_quantity_rules)
    async def set_order_quantity_rules(
        self, info: Info, input: SetOrderQuantityRulesInput
    ) -> SetOrderQuantityRulesResult:
        """Set in which quantities the own organisation sells; orders placed before stay."""
        rules = [rule.new() for rule in input.rules]
        changed = await info.context.write(lambda work: commands.set_quantity_rules(work, rules))
        return OrderQuantityRulesSet(changed=changed)
