"""What rules and agreements of carriers must be like to make sense."""

from collections.abc import Collection, Sequence
from decimal import Decimal

from app.carriers.rules.agreeing import Agreement, Promise, overlap
from app.carriers.rules.choosing import CarrierRule
from app.kernel.errors import Invalid
from app.kernel.money import AmountOutOfRange, checked_amount, typed_currency
from app.kernel.period import DateOutOfSense, sensible_day

MOST_RULES, MOST_AGREEMENTS, MOST_PROMISES = 50, 20, 50
LONGEST_REGION, LONGEST_TERMS, MOST_DAYS = 100, 2_000, 365
MOST_PRIORITY = 1_000


def check_rules(rules: Sequence[CarrierRule], services: Collection[str]) -> None:
    """Raise `Invalid` for rules that fit nothing, or ask for a service that the carrier lacks."""
    if len(rules) > MOST_RULES:
        raise Invalid("rules", f"must be at most {MOST_RULES}")
    for place, rule in enumerate(rules):
        at = f"rules.{place}"
        if not 1 <= rule.priority <= MOST_PRIORITY:
            raise Invalid(f"{at}.priority", f"must be 1 to {MOST_PRIORITY}")
        if rule.service and rule.service not in services:
            raise Invalid(f"{at}.service", "must be one of the carrier's services")
        _check_region(at, rule.region)
        _check_totals(at, rule)
        _check_amount(f"{at}.mostPieces", rule.most_pieces)


def check_agreements(agreements: Sequence[Agreement]) -> None:
    """Raise `Invalid` for terms without sense, and for two that hold on one day."""
    if len(agreements) > MOST_AGREEMENTS:
        raise Invalid("agreements", f"must be at most {MOST_AGREEMENTS}")
    for place, each in enumerate(agreements):
        at = f"agreements.{place}"
        _check_days(at, each)
        typed_currency(each.currency, f"{at}.currency")
        if each.claim_days is not None and not 0 <= each.claim_days <= MOST_DAYS:
            raise Invalid(f"{at}.claimDays", f"must be 0 to {MOST_DAYS}")
        if len(each.claim_terms) > LONGEST_TERMS:
            raise Invalid(f"{at}.claimTerms", f"must have at most {LONGEST_TERMS} characters")
        _check_promises(at, each.promises)
    if (place := overlap(agreements)) is not None:
        raise Invalid(f"agreements.{place}.since", "must be after the one before has ended")


def _check_totals(at: str, rule: CarrierRule) -> None:
    least, most = rule.least_total, rule.most_total
    if rule.currency is not None:
        typed_currency(rule.currency, f"{at}.currency")
    elif least is not None or most is not None:
        raise Invalid(f"{at}.currency", "must be given with totals")
    for name, total in (("leastTotal", least), ("mostTotal", most)):
        _check_amount(f"{at}.{name}", total)
    if least is not None and most is not None and least > most:
        raise Invalid(f"{at}.mostTotal", "must not be less than leastTotal")


def _check_days(at: str, given: Agreement) -> None:
    for name, day in (("since", given.since), ("until", given.until)):
        try:
            _ = day and sensible_day(day)
        except DateOutOfSense as problem:
            raise Invalid(f"{at}.{name}", str(problem)) from None
    if given.until is not None and given.until < given.since:
        raise Invalid(f"{at}.until", "must not be before it begins")


def _check_promises(at: str, promises: Sequence[Promise]) -> None:
    if not 1 <= len(promises) <= MOST_PROMISES:
        raise Invalid(f"{at}.promises", f"must be 1 to {MOST_PROMISES}")
    if len({each.region for each in promises}) < len(promises):
        raise Invalid(f"{at}.promises", "must be of a region of its own each")
    for place, each in enumerate(promises):
        of = f"{at}.promises.{place}"
        _check_region(of, each.region)
        if not 0 <= each.days <= MOST_DAYS:
            raise Invalid(f"{of}.days", f"must be 0 to {MOST_DAYS}")
        _check_amount(f"{of}.perShipment", each.per_shipment)
        _check_amount(f"{of}.perKilogram", each.per_kilogram)


def _check_region(at: str, region: str | None) -> None:
    if region is not None and not 1 <= len(region) <= LONGEST_REGION:
        raise Invalid(f"{at}.region", f"must have 1 to {LONGEST_REGION} characters")


def _check_amount(at: str, amount: Decimal | None) -> None:
    if amount is None:
        return
    try:
        checked_amount(amount)
    except AmountOutOfRange as problem:
        raise Invalid(at, str(problem)) from None
    if amount < 0:
        raise Invalid(at, "must not be negative")
