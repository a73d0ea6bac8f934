"""From which warehouse orders are served: rules, and the choice explained (R1-19..R1-21)."""

from datetime import date
from decimal import Decimal
from typing import Annotated
from uuid import UUID

import strawberry
from strawberry import relay

from app.inventory import commands, rules
from app.inventory import queries as inventory
from app.orders import queries as orders
from app.orders.operations import sourcing
from app.orders.rules.states import DeliveryMode
from app.schema.batch import batch
from app.schema.context import Info
from app.schema.cost import list_size, sized
from app.schema.ids import key_of
from app.schema.inventory import Warehouse, warehouses_by_id
from app.schema.operation import mutation, query
from app.schema.refusals import Refusal


@strawberry.type
class SourcingRule:
    """From which warehouse orders of a region and a delivery mode are served; null means any."""

    position: int
    region: str | None
    delivery_mode: DeliveryMode | None
    warehouse_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(found: list["SourcingRule"], info: Info) -> list[Warehouse | None]:
        """The warehouse that serves them."""
        return await warehouses_by_id(info, [rule.warehouse_id for rule in found])

    @classmethod
    def of(cls, rule: rules.SourcingRule) -> "SourcingRule":
        """Show a rule."""
        return cls(
            position=rule.position,
            region=rule.region,
            delivery_mode=DeliveryMode(rule.delivery_mode) if rule.delivery_mode else None,
            warehouse_id=rule.warehouse_id,
        )


@strawberry.type
class SourcingRules:
    """All rules of the own organisation, in their order."""

    rules: list[SourcingRule] = sized(10)


@strawberry.type
class SourcingCandidate:
    """What a warehouse could give to a line now, in pieces, and why it comes at this place.

    `rule` is the position of the rule that names it; without one, warehouses of the buyer's region
    (`isNear`) come first, then those of higher priority. `tooNearExpiry` keeps too short.
    """

    free: Decimal
    too_near_expiry: Decimal
    rule: int | None
    is_near: bool
    warehouse_id: strawberry.Private[UUID]

    @batch
    @staticmethod
    async def warehouse(
        found: list["SourcingCandidate"],
        info: Info,
    ) -> list[Warehouse | None]:
        """The warehouse."""
        return await warehouses_by_id(info, [each.warehouse_id for each in found])

    @classmethod
    def of(cls, found: sourcing.Candidate) -> "SourcingCandidate":
        """Show a candidate."""
        return cls(
            free=found.free,
            too_near_expiry=found.too_near_expiry,
            rule=found.rule,
            is_near=found.is_near,
            warehouse_id=found.warehouse_id,
        )


@strawberry.type
class LineSourcing:
    """The warehouses that have a line's goods, in the order in which they serve it.

    Goods must be good until `keepsUntil`: the day of delivery, and as long as the buyer asks for.
    """

    order_line_id: relay.GlobalID
    keeps_until: date
    candidates: list[SourcingCandidate] = sized(5)

    @classmethod
    def of(cls, found: sourcing.LineSourcing) -> "LineSourcing":
        """Show a line."""
        return cls(
            order_line_id=relay.GlobalID("OrderLine", str(found.line_id)),
            keeps_until=found.keeps_until,
            candidates=[SourcingCandidate.of(each) for each in found.candidates],
        )


@strawberry.input
class SourcingRuleInput:
    """From which warehouse orders of a region and a delivery mode are served."""

    warehouse_id: relay.GlobalID
    region: str | None = None
    delivery_mode: DeliveryMode | None = None


@strawberry.input
class SetSourcingRulesInput:
    """The rules, in the order in which they are tried; none takes all away."""

    rules: list[SourcingRuleInput]


SetSourcingRulesResult = Annotated[
    SourcingRules | Refusal, strawberry.union("SetSourcingRulesResult")
]


@strawberry.type
class SourcingQuery:
    """Questions about the choice of a warehouse."""

    @list_size(10)
    @query(inventory.sourcing_rules)
    async def sourcing_rules(self, info: Info) -> list[SourcingRule]:
        """The own organisation's rules, in the order in which they are tried."""
        async with info.context.read() as work:
            return [SourcingRule.of(rule) for rule in await inventory.sourcing_rules(work)]

    @list_size(10)
    @query(orders.order_sourcing)
    async def order_sourcing(self, info: Info, order_id: relay.GlobalID) -> list[LineSourcing]:
        """What each own warehouse has for the lines of an order that the organisation sells."""
        key = key_of(order_id, "Order")
        async with info.context.read() as work:
            return [LineSourcing.of(each) for each in await orders.order_sourcing(work, key)]


@strawberry.type
class SourcingMutation:
    """What can be done about the choice of a warehouse."""

    @mutation(commands.set_sourcing_rules)
    async def set_sourcing_rules(
        self, info: Info, input: SetSourcingRulesInput
    ) -> SetSourcingRulesResult:
        """Put these rules in the place of the own organisation's."""
        wanted = [
            rules.SourcingRule(
                place, key_of(rule.warehouse_id, "Warehouse"), rule.region, rule.delivery_mode
            )
            for place, rule in enumerate(input.rules, 1)
        ]
        kept = await info.context.write(lambda work: commands.set_sourcing_rules(work, wanted))
        return SourcingRules(rules=[SourcingRule.of(rule) for rule in kept])
