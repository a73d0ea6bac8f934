"""What a reviewer is shown before an order goes on (R1-17)."""

from datetime import datetime
from inspect import getdoc

import strawberry
from strawberry import relay

from app.orders.operations.reviewing import OrderReview as Review
from app.orders.queries import reviewing as queries
from app.orders.rules.reviewing import ReviewCheck as Check
from app.orders.rules.reviewing import ReviewCheckKind
from app.schema.context import Info
from app.schema.cost import sized
from app.schema.ids import key_of
from app.schema.operation import query

strawberry.enum(ReviewCheckKind, description=getdoc(ReviewCheckKind))


@strawberry.type
class ReviewCheck:
    """One check of an order under review, with what it found."""

    kind: ReviewCheckKind
    is_passed: bool
    text: str

    @classmethod
    def of(cls, check: Check) -> "ReviewCheck":
        """Show a check."""
        return cls(kind=check.kind, is_passed=check.is_passed, text=check.text)


@strawberry.type
class OrderReview:
    """The three checks of an order's revision: as its reviewer saw them, or as they are now."""

    revision: int
    checks: list[ReviewCheck] = sized(3)
    reviewed_at: datetime | None
    reviewed_by_name: str | None

    @classmethod
    def of(cls, found: Review) -> "OrderReview":
        """Show a review."""
        return cls(
            revision=found.revision,
            checks=[ReviewCheck.of(each) for each in found.checks],
            reviewed_at=found.reviewed_at,
            reviewed_by_name=found.reviewed_by,
        )


@strawberry.type
class OrderReviewQuery:
    """The question what a reviewer should look at."""

    @query(queries.order_review)
    async def order_review(self, info: Info, order_id: relay.GlobalID) -> OrderReview:
        """Completeness, accuracy and payment of an order that the own organisation sells."""
        key = key_of(order_id, "Order")
        async with info.context.read() as work:
            return OrderReview.of(await queries.order_review(work, key))
