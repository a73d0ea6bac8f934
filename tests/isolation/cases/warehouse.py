"""The warehouse's work: quotas and shares of scarce goods; the own organisation's alone."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of, once


def _quota(**bound: str) -> dict[str, str]:
    return {"idempotencyKey": once(), "pieces": "1000000000", "period": "DAY", **bound}


CASES: Mapping[str, tuple[Case, ...]] = {
    "stockQuotas": NOTHING + of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "createStockQuota": given(
        lambda it, own: _quota(skuId=own["Sku@network"], relationshipId=it["TradingRelationship"])
    )
    + given(lambda it, own: _quota(skuId=own["Sku@network"], levelId=it["CustomerLevel"]))
    + given(lambda it, _: _quota(skuId=it["Sku:DRAFT"])),
    "endStockQuota": given(lambda it, _: {"quotaId": it["StockQuota"]}),
    "previewFairShare": of(lambda it, _: {"skuId": it["Sku@network"]}, is_of_network=True),
    "shareStock": given(
        lambda it, _: {"skuId": it["Sku@network"], "token": "0" * 32}, is_of_network=True
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"StockQuota": ("StockQuota",)}
