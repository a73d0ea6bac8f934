"""What every number of the schema tells, and which roles may reach numbers of that kind at all.

Whose lists, schemes and orders a role may see besides is for `price_secrets` to say.
"""

from collections.abc import Iterator, Mapping

Fields = Mapping[str, str]

LISTS: Fields = {
    "ApprovalCondition": "number",
    "ApprovalInboxItem": "total",
    "ComparedPrice": "difference percent",
    "Derivation": "percent amountAdded multiple floor ceiling",
    "PriceBand": "floor ceiling minimumMarginPercent recommendedRetailPrice maximumRetailPrice",
    "PriceBandConflict": "limit",
    "PriceCell": "unitPrice breaks",
    "PriceChangeImpact": "newRows changedRows removedRows equalRows dearerRows cheaperRows "
    "smallestPercent medianPercent largestPercent priceLists customers openCarts openOrders "
    "marginBefore marginAfter",
    "PriceChangeRow": "fromQuantity amount percentOfList",
    "PriceEntry": "fromQuantity amount percentOfList",
    "PriceList": "priority",
    "PriceListTerms": "priority",
    "PriceOutsideBand": "price grantedLimit",
    "PriceRise": "before after percent",
    "PutPriceChangesOutcome": "written",
    "Organisation": "standardMarginPercent",
    "QuotedGuard": "limit",
    "DiscountAuthority": "limitPercent",
    "ApprovalRule": "threshold",
}
SCHEMES: Fields = {
    "AdjustedPoints": "points",
    "ClaimableBenefit": "money goods",
    "CouponBatch": "quantity",
    "OrderBenefit": "fundedMoney",
    "PointsProgramme": "valuePerPoint daysValid",
    "SchemeBudget": "moneyLimit moneyUsed moneyLeft goodsLimit goodsUsed goodsLeft usesLimit uses "
    "usesLeft",
    "SchemeFunding": "percent",
    "SchemeLimits": "usesPerBuyer moneyPerBuyer goodsPerBuyer uses money goods",
    "SchemeRequirement": "minimum",
    "SchemeStanding": "uses money goods purchasedAmount purchasedQuantity tierReached rebate",
    "TradeSchemeTerms": "sequence",
}
AUTHORITIES: Fields = {
    "PermissionCap": "limitPercent uses deepestPercent beyond",
}
OFFERS: Fields = {
    "BuyerStanding": "ordersPlaced points valuePerPoint spent missingForNextTier",
    "CatalogueFacets": "withoutPrice",
    "CatalogueOffer": "unitPrice schemePrice recommendedRetailPrice maximumRetailPrice",
    "Coupon": "usesLimit uses",
    "MembershipTier": "threshold",
    "PointsEntry": "points",
    "PriceBreak": "fromQuantity unitPrice",
    "PriceProtection": "oldPrice newPrice eligible credit",
    "PriceRangeCount": "minimum below count",
    "SchemeForMe": "uses usesLeft money goods purchasedAmount purchasedQuantity missing",
    "SchemeTier": "threshold benefit",
}
TERMS: Fields = {
    "BudgetUse": "used left",
    "CartBudget": "orderLimit periodLimit left",
    "SpendingBudget": "orderLimit periodLimit",
    "CartGap": "missingAmount",
    "SuggestedOrder": "net minimumOrderValue",
    "TradingRelationship": "creditLimit minimumOrderValue cashDiscountPercent",
}
INVOICES: Fields = {
    "Invoice": "number net tax deposits total paid open",
    "InvoiceLine": "quantity net tax taxRatePercent deposit",
    "Payment": "amount unallocated",
}
QUOTES: Fields = {
    "ApprovalPreview": "total",
    "NextBreak": "fromQuantity unitPrice",
    "Order": "net tax deposits total paid pointsToRedeem",
    "OrderBenefit": "money goods points rebate",
    "OrderChangePreview": "totalBefore totalAfter netAfter taxAfter difference",
    "OrderLineDifference": "quantityBefore quantityAfter totalBefore totalAfter difference",
    "OrderLine": "unitPrice net tax gross discountPercent deposit",
    "PriceStep": "before after",
    "Quote": "net tax gross deposits total sellerTax pointsRedeemed pointsEarned",
    "QuoteHint": "missing nextBenefit",
    "QuotedBenefit": "money pieces points rebate fundedMoney",
    "QuotedContainer": "quantity deposit amount",
    "QuotedLine": "unitPrice priceAmount discount discountPercent net tax gross deposit freePieces "
    "listValue",
}
NO_PRICES: Fields = {
    "ApprovalInboxCount": "count",
    "ApprovalInboxItem": "revision",
    "ApprovalOutcome": "place",
    "ApprovalRule": "sequence remindAfterHours escalateAfterHours",
    "ApprovalStep": "sequence revision carriedFromRevision",
    "BrandCount": "count",
    "CartGap": "line missingQuantity",
    "CartLine": "quantity",
    "Availability": "pieces",
    "CatalogueFacets": "total inStock outOfStock",
    "CatalogueOffer": "pieces",
    "CategoryCount": "count",
    "ComparedPrice": "pieces",
    "DeadJob": "failures",
    "NetworkDeadJob": "failures",
    "Invitation": "sendings",
    "DeliveryCalendar": "leadDays",
    "FilledCart": "taken",
    "FilledLine": "number quantity",
    "InvoiceLine": "position",
    "LineQuantities": "ordered cancelled shortClosed unallocated backordered allocated picked "
    "packed shipped inTransit signed refused lost received missing returned",
    "LotBalance": "onHand allocated",
    "MarkedNotifications": "unreadCount",
    "MustSell": "ordered",
    "NeededApprovalStep": "sequence",
    "NotificationConnection": "unreadCount",
    "Order": "revision",
    "OrderLine": "position quantity taxRatePercent",
    "OrderQuantity": "minimum maximum multiple",
    "OrderQuantityRule": "minimum maximum multiple",
    "OrderQuantityRulesSet": "changed",
    "OrganisationClosingPreview": "openOrders openInvoices stockedSkus",
    "OrganisationMovePreview": "organisations",
    "PackagingUnit": "factor",
    "FairShare": "asked given",
    "FairShares": "available",
    "PickLine": "position packs pieces picked missing",
    "PickWave": "number",
    "PriceBandConflict": "position",
    "PriceChangeRow": "position",
    "PriceGridRow": "pieces",
    "PriceRowFault": "row",
    "QuotaUse": "used left",
    "QuotedLine": "quantity pieces taxRatePercent",
    "RegistrationLink": "mostADay",
    "RoleReplacement": "members",
    "ReturnableContainer": "deposit",  # the network's, told to everyone
    "SchemeVersion": "number",
    "SessionsEnded": "number",
    "Shipment": "number",
    "ShipmentLine": "pieces signed refused returned received",
    "Shortage": "quantity covered",
    "Sku": "shelfLifeDays",
    "StandingOrder": "everyWeeks deliveryAfterDays",
    "SourcingCandidate": "free tooNearExpiry rule",
    "SourcingRule": "position",
    "StockAlert": "pieces quantity",
    "StockAlertCount": "number",
    "StockBand": "fromPieces",
    "StockBalance": "onHand reserved free",
    "StockMove": "quantity",
    "StockPreparation": "toPick picked checked missing",
    "StockQuota": "pieces",
    "StockThreshold": "low target high expiryDays",
    "SuggestedLine": "quantity forMinimum perDay target stock inTransit need",
    "TaxCategory": "ratePercent",
    "TradingRelationship": "minimumShelfLifeDays minimumShelfLifePercent deliveryDays paymentDays "
    "automaticReceiptDays allocationPriority",
    "Warehouse": "priority",
    "Webhook": "failuresInRow",
    "WebhookAttempt": "statusCode milliseconds",
    "WebhookDelivery": "tries",
}
REACHED_BY: tuple[tuple[Fields, frozenset[str]], ...] = (
    (LISTS, frozenset({"admin"})),
    (SCHEMES, frozenset({"admin", "rep", "other rep"})),
    (AUTHORITIES, frozenset({"admin", "rep", "other rep"})),
    (OFFERS, frozenset({"admin", "rep", "other rep", "buyer"})),
    (TERMS, frozenset({"admin", "rep", "service", "buyer"})),
    (INVOICES, frozenset({"admin", "rep", "service", "buyer"})),
    (QUOTES, frozenset({"admin", "rep", "service", "warehouse", "buyer"})),
)
UNTRIED = frozenset(
    {
        "AdjustedPoints.points",
        "BudgetUse.left",
        "BudgetUse.used",
        "CartBudget.left",
        "CartBudget.orderLimit",
        "CartBudget.periodLimit",
        "SpendingBudget.orderLimit",
        "SpendingBudget.periodLimit",
        "CartGap.missingAmount",
        "CatalogueOffer.maximumRetailPrice",
        "CatalogueOffer.schemePrice",
        "CouponBatch.quantity",
        "NextBreak.fromQuantity",
        "NextBreak.unitPrice",
        "OrderChangePreview.difference",
        "OrderChangePreview.netAfter",
        "OrderChangePreview.taxAfter",
        "OrderChangePreview.totalAfter",
        "OrderChangePreview.totalBefore",
        "OrderLineDifference.difference",
        "OrderLineDifference.quantityAfter",
        "OrderLineDifference.quantityBefore",
        "OrderLineDifference.totalAfter",
        "OrderLineDifference.totalBefore",
        "PointsProgramme.daysValid",
        "PriceBand.maximumRetailPrice",
        "PriceBandConflict.limit",
        "PriceChangeRow.percentOfList",
        "PriceEntry.percentOfList",
        "PriceOutsideBand.grantedLimit",
        "PriceOutsideBand.price",
        "PutPriceChangesOutcome.written",
        "QuotedContainer.amount",
        "QuotedContainer.deposit",
        "QuotedContainer.quantity",
        "QuotedLine.listValue",
        "SchemeForMe.missing",
        "SchemeRequirement.minimum",
        "SchemeStanding.rebate",
    }
)
"""Numbers that the priced scene does not hold, or that only commands answer with."""


def named(fields: Fields) -> Iterator[str]:
    """Yield the fields as `Type.field`."""
    return (f"{kind}.{name}" for kind, names in fields.items() for name in names.split())
