"""What is asked for, joined with what the catalogue knows of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from app.catalog.errors import NoSuchPackaging
from app.catalog.operations import SkuFacts
from app.kernel.errors import NotFound
from app.kernel.quantity import PackagingLevel
from app.pricing.rules import RequestLine

Facts = Mapping[UUID, SkuFacts]
_PERCENT = Decimal(100)


@dataclass(frozen=True, slots=True)
class LineRequest:
    """So many packaging units of a SKU; `key` names the line in the answer and is its own."""

    key: str
    sku_id: UUID
    packaging_level: PackagingLevel
    quantity: Decimal


def asked_lines(facts: Facts, lines: Sequence[LineRequest]) -> tuple[RequestLine, ...]:
    """Join lines with facts; raises `NotFound` or `NoSuchPackaging` at `lines.2.skuId`."""
    return tuple(_asked(facts, place, line) for place, line in enumerate(lines))


def _asked(facts: Facts, place: int, line: LineRequest) -> RequestLine:
    sku = facts.get(line.sku_id)
    if sku is None:
        raise NotFound("Sku").at(f"lines.{place}.skuId")
    if line.packaging_level not in sku.packaging:
        possible = ", ".join(sku.packaging)
        refused = NoSuchPackaging(sku.code, line.packaging_level, possible)
        raise refused.at(f"lines.{place}.packagingLevel")
    return request_line(sku, line)


def request_line(sku: SkuFacts, line: LineRequest) -> RequestLine:
    """Join one line with its SKU, which is packed that way; percent become fractions here."""
    return RequestLine(
        key=line.key,
        sku_id=line.sku_id,
        quantity=line.quantity,
        unit_factor=sku.packaging[line.packaging_level],
        packaging_level=line.packaging_level,
        brand_id=sku.brand_id,
        category_path=tuple(sku.category_path),
        tax_rate=sku.tax_rate_percent / _PERCENT,
        tax_category_id=sku.tax_category_id,
    )
