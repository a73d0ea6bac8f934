"""What a person types to change many prices as one."""

from datetime import date
from decimal import Decimal

import strawberry
from strawberry import relay

from app.kernel.errors import DomainError
from app.kernel.quantity import PackagingLevel
from app.pricing.commands import (
    ErrorPolicy,
    FileFormat,
    NewChangeSet,
    PriceChange,
    PriceFile,
    RowChange,
)
from app.schema.ids import key_of, optional_key_of

for _words in (ErrorPolicy, FileFormat):
    strawberry.enum(_words, description=_words.__doc__)


@strawberry.input
class CreatePriceChangeSetInput:
    """A price change to begin: from its approval without `effectiveFrom`, for good without an end.

    Days are of the network's zone and for rows that do not name their own; the last one belongs.
    """

    idempotency_key: str
    name: str
    effective_from: date | None = None
    effective_until: date | None = None

    def new(self) -> NewChangeSet:
        """Return what the command understands."""
        return NewChangeSet(
            name=self.name, first_day=self.effective_from, last_day=self.effective_until
        )


@strawberry.input
class PriceChangeRowInput:
    """One price of a list: for a SKU, a brand in a category, a category, or everything.

    With `remove` nothing of it is left from the first day on, up to a last day if there is one.
    """

    price_list_id: relay.GlobalID
    sku_id: relay.GlobalID | None = None
    brand_id: relay.GlobalID | None = None
    category_id: relay.GlobalID | None = None
    packaging_level: PackagingLevel | None = None
    from_quantity: Decimal = Decimal(0)
    from_unit: PackagingLevel = PackagingLevel.PIECE
    amount: Decimal | None = None
    percent_of_list: Decimal | None = None
    valid_from: date | None = None
    valid_until: date | None = None
    remove: bool = False

    def row(self) -> RowChange:
        """Return what the command understands; what is no id of its kind is nobody's."""
        change = PriceChange(
            sku_id=optional_key_of(self.sku_id, "Sku"),
            brand_id=optional_key_of(self.brand_id, "Brand"),
            category_id=optional_key_of(self.category_id, "Category"),
            packaging_level=self.packaging_level,
            from_quantity=self.from_quantity,
            from_unit=self.from_unit,
            amount=self.amount,
            percent_of_list=self.percent_of_list,
        )
        return RowChange(
            list_id=key_of(self.price_list_id, "PriceList"),
            change=change,
            first_day=self.valid_from,
            last_day=self.valid_until,
            is_removed=self.remove,
        )


@strawberry.input
class PutPriceChangesInput:
    """Up to 10,000 rows for a draft; one of the same list, scope, unit, threshold and start goes.

    A change that was submitted or rejected is a draft again, and its approval starts over.
    """

    change_set_id: relay.GlobalID
    rows: list[PriceChangeRowInput]
    error_policy: ErrorPolicy = ErrorPolicy.ALL_OR_NOTHING

    def changes(self) -> list[RowChange]:
        """Return what the command understands; a wrong kind of id names its row."""
        changes: list[RowChange] = []
        for place, row in enumerate(self.rows):
            try:
                changes.append(row.row())
            except DomainError as wrong:
                raise wrong.at(f"rows.{place}") from None
        return changes


@strawberry.input
class ImportPriceChangesInput:
    """Prices of a file for a draft; the heading names the columns, in any order.

    `price_list` (the list's name), `sku` (its code), `brand`, `category`, `packaging_level`,
    `from_quantity` (pieces), `amount`, `percent_of_list`, `valid_from`, `valid_until` (days such
    as 2026-06-30), `remove` (yes) and `currency` (refused where it is not the list's).
    """

    change_set_id: relay.GlobalID
    content: str = strawberry.field(description="The text of a CSV, or an XLSX workbook in base64.")
    format: FileFormat = FileFormat.CSV
    zero_prices_are_meant: bool = strawberry.field(
        default=False, description="Without it a price of 0 is refused: it may stand for none."
    )
    error_policy: ErrorPolicy = ErrorPolicy.ALL_OR_NOTHING

    def file(self) -> PriceFile:
        """Return what the command understands."""
        return PriceFile(
            format=self.format, content=self.content, zeros_are_meant=self.zero_prices_are_meant
        )


@strawberry.input
class RemovePriceChangesInput:
    """Rows to take out of a draft."""

    change_set_id: relay.GlobalID
    row_ids: list[relay.GlobalID]


@strawberry.input
class PriceChangeSetInput:
    """The change set to move on."""

    change_set_id: relay.GlobalID


@strawberry.input
class PriceChangeSetReasonInput:
    """The change set to send back or to take back, and why."""

    change_set_id: relay.GlobalID
    reason: str
