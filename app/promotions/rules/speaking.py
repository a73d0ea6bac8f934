"""Whether a scheme speaks to a buyer at all."""

from app.promotions.rules.basket import Basket, SchemeUse
from app.promotions.rules.compiled import Compiled
from app.promotions.rules.eligible import BuyerTraits, missed
from app.promotions.rules.outcome import Loss
from app.promotions.rules.terms import Limits
from app.promotions.rules.words import SchemeLossCode
from app.promotions.rules.working import traits_of

_NOT_FIRST = Loss(SchemeLossCode.NOT_FIRST_ORDER, "is for the first order only")
_NO_COUPON = Loss(SchemeLossCode.COUPON_MISSING, "needs a coupon code")


def silence(basket: Basket, one: Compiled, traits: BuyerTraits | None = None) -> Loss | None:
    """Say why the scheme does not speak to this buyer, or none if it does.

    Who asks for many schemes works out the buyer's traits once.
    """
    terms = one.terms
    if one.is_for_all and terms.currency == basket.currency:
        return None
    if terms.currency != basket.currency:
        return Loss(SchemeLossCode.OTHER_CURRENCY, f"is in {terms.currency}")
    if one.asked:
        loss = missed(traits or traits_of(basket), one.asked)
        if loss is not None:
            return loss
    if one.first_order_only and not basket.is_first_order:
        return _NOT_FIRST
    if terms.needs_coupon and one.scheme_id not in basket.coupon_scheme_ids:
        return _NO_COUPON
    return None


def used_up(limits: Limits, use: SchemeUse) -> Loss | None:
    """Say which number of uses is spent, or none if one more is left."""
    if limits.uses_per_buyer is not None and use.buyer_uses >= limits.uses_per_buyer:
        reason = f"the buyer has used it {use.buyer_uses} times of {limits.uses_per_buyer}"
        return Loss(SchemeLossCode.BUYER_LIMIT_REACHED, reason)
    if limits.uses is not None and use.uses >= limits.uses:
        reason = f"it has been used {use.uses} times of {limits.uses}"
        return Loss(SchemeLossCode.BUDGET_SPENT, reason)
    return None
