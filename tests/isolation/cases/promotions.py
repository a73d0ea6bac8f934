"""Promotions: schemes, coupons, points, claims."""

from collections.abc import Mapping
from typing import Any

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, of, once

SCHEME_TERMS = {
    "lane": "ORDER",
    "benefit": "AMOUNT_OFF",
    "measure": "AMOUNT",
    "calculation": "STEP",
    "tiers": [{"threshold": "100", "benefit": "10"}],
    "currency": "CNY",
}


def scheme(**terms: Any) -> dict[str, Any]:
    return {"idempotencyKey": once(), "name": f"S{once()}", "terms": SCHEME_TERMS | terms}


def protection(relationship: str, sku: str) -> dict[str, str]:
    return {
        "relationshipId": relationship,
        "skuId": sku,
        "packagingLevel": "PIECE",
        "before": "2026-01-01T00:00:00Z",
        "after": "2026-02-01T00:00:00Z",
        "onHand": "1",
    }


CASES: Mapping[str, tuple[Case, ...]] = {
    "tradeSchemes": NOTHING,
    "tradeScheme": of(lambda it, _: {"id": it["TradeScheme"]}),
    "schemeStandings": of(lambda it, _: {"schemeId": it["TradeScheme"]}),
    "membershipTiers": NOTHING,
    "pointsProgramme": NOTHING,
    "schemesForMe": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "myCoupons": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}, owner="buyer"),
    "buyerStanding": of(lambda it, _: {"relationshipId": it["TradingRelationship"]}),
    "claimableBenefits": of(
        lambda _it, _own: {"side": "CLAIMED", "firstDay": "2020-01-01", "lastDay": "2100-01-01"},
        changes=True,
    )
    + of(
        lambda _it, _own: {"side": "CLAIMING", "firstDay": "2020-01-01", "lastDay": "2100-01-01"},
        changes=True,
    ),
    "priceProtection": given(
        lambda it, own: protection(it["TradingRelationship"], own["Sku@network"])
    )
    + given(
        lambda it, own: protection(own["TradingRelationship"], it["Sku@network"]),
        is_of_network=True,
    ),
    "createTradeScheme": given(
        lambda it, _: scheme(eligibility={"levelIds": [it["CustomerLevel"]]})
    )
    + given(lambda it, _: scheme(eligibility={"relationshipIds": [it["TradingRelationship"]]}))
    + given(lambda it, _: scheme(eligibility={"membershipTierIds": [it["MembershipTier"]]}))
    + given(lambda it, _: scheme(scope={"skuIds": [it["Sku:DRAFT"]]}))
    + given(lambda it, _: scheme(scope={"brandIds": [it["Brand@network"]]}), is_of_network=True)
    + given(
        lambda it, _: scheme(
            isClaimable=True, funding={"organisationId": it["Organisation"], "percent": "50"}
        )
    ),
    "changeTradeScheme": given(
        lambda it, _: {"schemeId": it["TradeScheme:DRAFT"], "terms": SCHEME_TERMS}
    )
    + given(
        lambda it, own: {
            "schemeId": own["TradeScheme:DRAFT"],
            "terms": SCHEME_TERMS | {"eligibility": {"levelIds": [it["CustomerLevel"]]}},
        }
    ),
    "activateTradeScheme": given(lambda it, _: {"schemeId": it["TradeScheme:DRAFT"]}),
    "endTradeScheme": given(lambda it, _: {"schemeId": it["TradeScheme"]}),
    "issueCoupons": given(lambda it, _: {"idempotencyKey": once(), "schemeId": it["TradeScheme"]})
    + given(
        lambda it, own: {
            "idempotencyKey": once(),
            "schemeId": own["TradeScheme"],
            "relationshipId": it["TradingRelationship"],
        }
    ),
    "withdrawCoupons": given(
        lambda it, _: {"schemeId": it["TradeScheme"], "couponIds": [it["Coupon"]]}
    )
    + given(lambda it, own: {"schemeId": own["TradeScheme"], "couponIds": [it["Coupon"]]}),
    "setPointsProgramme": given(
        lambda _it, _own: {"currency": "CNY", "valuePerPoint": "0.01"}, changes=True
    ),
    "adjustPoints": given(
        lambda it, _: {
            "idempotencyKey": once(),
            "relationshipId": it["TradingRelationship"],
            "points": 1,
            **WHY,
        }
    ),
    "createMembershipTier": given(
        lambda _it, _own: {
            "idempotencyKey": once(),
            "name": once(),
            "currency": "CNY",
            "threshold": "999999999",
        },
        changes=True,
    ),
}
