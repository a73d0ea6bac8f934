"""The words of trade schemes, as the API knows them."""

import strawberry

from app.promotions.queries import ClaimSide
from app.promotions.rules.words import (
    BenefitKind,
    Calculation,
    ExclusionRule,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
    PointsCause,
    ReturnRule,
    SchemeKind,
    SchemeStatus,
)

for _words in (
    BenefitKind,
    Calculation,
    ClaimSide,
    ExclusionRule,
    FreeGoodsKind,
    Lane,
    Measure,
    PercentChaining,
    PointsCause,
    ReturnRule,
    SchemeKind,
    SchemeStatus,
):
    strawberry.enum(_words, description=_words.__doc__)
