"""Whether a scheme may be kept as it is written."""

from decimal import Decimal
from typing import Any

from app.catalog.operations import sku_facts
from app.db.work import Work
from app.kernel.document import to_plain
from app.promotions.errors import GiftNotListed, TradeSchemeTermsWrong
from app.promotions.models import TradeSchemeVersion
from app.promotions.operations.known import check_named
from app.promotions.operations.schemes import SchemeAsKnown
from app.promotions.rules.checking import check_terms
from app.promotions.rules.terms import SchemeTerms


async def check(work: Work, *all_terms: SchemeTerms) -> None:
    """Raise for the first fault of terms: `TradeSchemeTermsWrong`, `NotFound`, `GiftNotListed`.

    At most four statements for any number of terms.
    """
    for terms in all_terms:
        for fault in check_terms(terms):
            told = f"{fault.problem}; {fault.remedy}."
            raise TradeSchemeTermsWrong(told).at(f"terms.{fault.field}")
    await check_named(work, *all_terms)
    gifts = [
        (terms.gift.sku_id, terms.gift.packaging_level)
        for terms in all_terms
        if terms.gift is not None and terms.gift.sku_id is not None
    ]
    facts = await sku_facts(work, list({key for key, _ in gifts})) if gifts else {}
    for key, level in gifts:
        sku = facts[key]
        if not sku.is_listed:
            raise GiftNotListed(sku.code)
        if level not in sku.packaging:
            problem = f"{sku.code} has no packaging {level}."
            raise TradeSchemeTermsWrong(problem).at("terms.gift.packagingLevel")


def shown(known: SchemeAsKnown) -> dict[str, Any]:
    """Return a scheme as the audit trail notes it."""
    return {
        "name": known.row.name,
        "kind": known.row.kind,
        "status": known.row.status,
        "versions": [_version(each) for each in known.versions],
    }


def _version(version: TradeSchemeVersion) -> dict[str, Any]:
    return {
        "number": version.number,
        "valid_from": to_plain(version.valid_from),
        "valid_until": to_plain(version.valid_until),
        "terms": version.terms,
    }


def has_limits(terms: SchemeTerms) -> bool:
    """Tell whether a scheme stops somewhere in all, so that a budget must be counted."""
    limits = terms.limits
    return (limits.uses, limits.money, limits.goods) != (None, None, None)


def as_decimal(limit: int | Decimal | None) -> Decimal | None:
    """Return a limit as a number to compare with what is used."""
    return None if limit is None else Decimal(limit)
