"""Make and end price lists."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import inspect

from app.audit.operations import record
from app.db.idempotency import once
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import UnknownCurrency, currency_exponent
from app.kernel.period import Period
from app.pricing import locks
from app.pricing.commands.days import day_of, period_of
from app.pricing.errors import PriceFromPast, PriceListEnded, PriceListPeriodWrong
from app.pricing.models import PriceList, PriceListTerms
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.scope import check_audience, own_list, own_lists
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

LONGEST_NAME = 200
_AUDIENCE = {
    PriceKind.BASE: (False, False),
    PriceKind.LEVEL: (True, False),
    PriceKind.BUYER: (False, True),
    PriceKind.CONTRACT: (False, True),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriceList:
    """A price list as a person describes it: days are of the network's zone, the last one included.

    A LEVEL list names its level, a BUYER or CONTRACT list its relationship, a BASE list neither;
    without a currency it is in the network's.
    """

    kind: PriceKind
    name: str
    first_day: date
    last_day: date | None = None
    level_id: UUID | None = None
    relationship_id: UUID | None = None
    currency: str | None = None
    priority: int = 0
    is_tax_inclusive: bool = False
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS


@requires(Permission.PRICE_WRITE)
async def create_price_list(work: Work, new: NewPriceList, idempotency_key: str) -> ListAsKnown:
    """Make an empty list of the own organisation (R3-15); the same key makes it once (F9).

    Raises `PriceListPeriodWrong`, `Invalid`, or `NotFound` for a level or relationship that is
    not the own organisation's as a seller.
    """
    made = await once(
        work, idempotency_key, "createPriceList", new, new_id(), lambda key: _create(work, key, new)
    )
    (found,) = await with_terms(work, [await own_list(work, made)])
    return found


@requires(Permission.PRICE_WRITE)
async def end_price_list(work: Work, list_id: UUID, last_day: date | None) -> ListAsKnown:
    """Let a list end after a day, or at once without one; its prices stay askable for the past.

    Raises `PriceFromPast` for a day that is over, `PriceListEnded` for a list that has ended and
    `PriceListPeriodWrong` for one that has not begun by then.
    """
    locked = await locks.price_list(work, list_id, own_lists(work))
    (known,) = await with_terms(work, [locked])
    if known.valid_until is not None and known.valid_until <= work.now:
        raise PriceListEnded(locked.name)
    end = _end(work, known, last_day, (await tenant_of(work)).time_zone)
    await _close(work, known, end)
    (ended,) = await with_terms(work, [locked])
    before, after = _shown(known), _shown(ended)
    record(work, "PRICE_LIST_ENDED", "price_list", list_id, before=before, after=after)
    return ended


async def _close(work: Work, known: ListAsKnown, end: datetime) -> None:
    """Let the terms known until now be history, and write anew what is left of them."""
    for terms in known.terms:
        terms.known_until = work.now
    kept = [each for each in known.terms if each.valid_from < end]
    await work.save(
        *(_again(each, work.now, end if each is kept[-1] else each.valid_until) for each in kept)
    )


def _again(terms: PriceListTerms, now: datetime, valid_until: datetime | None) -> PriceListTerms:
    changed = {"id": new_id(), "valid_until": valid_until, "known_from": now, "known_until": None}
    copied = {
        column.key: getattr(terms, column.key)
        for column in inspect(PriceListTerms).column_attrs
        if column.key not in changed
    }
    return PriceListTerms(**copied, **changed)


async def _create(work: Work, list_id: UUID, new: NewPriceList) -> None:
    _check(new)
    await check_audience(work, new.level_id, new.relationship_id)
    network = await tenant_of(work)
    currency = _currency(new.currency or network.currency)
    period = period_of(new.first_day, new.last_day, network.time_zone)
    await work.save(_made(work, list_id, new, currency))
    await work.save(_terms(work, list_id, new, period))
    (known,) = await with_terms(work, [await own_list(work, list_id)])
    record(work, "PRICE_LIST_CREATED", "price_list", list_id, after=_shown(known))


def _check(new: NewPriceList) -> None:
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    if new.kind not in _AUDIENCE:
        raise Invalid("kind", f"must be one of {', '.join(_AUDIENCE)}")
    needs_level, needs_relationship = _AUDIENCE[new.kind]
    for path, given, needed in (
        ("levelId", new.level_id, needs_level),
        ("relationshipId", new.relationship_id, needs_relationship),
    ):
        if (given is not None) != needed:
            rule = "must be given" if needed else "must be left out"
            raise Invalid(path, f"{rule} for a {new.kind} list")


def _currency(code: str) -> str:
    try:
        currency_exponent(code)
    except UnknownCurrency as unknown:
        raise Invalid("currency", str(unknown)) from unknown
    return code


def _end(work: Work, ended: ListAsKnown, last_day: date | None, zone: str) -> datetime:
    last, today = last_day, day_of(work.now, zone)
    if last is not None and last < today:
        raise PriceFromPast(str(last), str(today)).at("lastDay")
    end = period_of(last, last, zone).end if last is not None else work.now
    if end is None or end <= ended.valid_from:
        begins = day_of(ended.valid_from, zone)
        raise PriceListPeriodWrong(str(begins), str(last or today)).at("lastDay")
    return end


def _made(work: Work, list_id: UUID, new: NewPriceList, currency: str) -> PriceList:
    return PriceList(
        id=list_id,
        seller_id=work.actor.own_organisation,
        kind=new.kind,
        level_id=new.level_id,
        relationship_id=new.relationship_id,
        name=new.name.strip(),
        currency=currency,
        is_tax_inclusive=new.is_tax_inclusive,
        created_at=work.now,
    )


def _terms(work: Work, list_id: UUID, new: NewPriceList, period: Period) -> PriceListTerms:
    return PriceListTerms(
        price_list_id=list_id,
        priority=new.priority,
        combination=new.combination,
        contract_rule=new.contract_rule,
        break_type=new.break_type,
        valid_from=period.start,
        valid_until=period.end,
        known_from=work.now,
    )


def _shown(known: ListAsKnown) -> dict[str, object]:
    row, until = known.row, known.valid_until
    return {
        "kind": row.kind,
        "name": row.name,
        "currency": row.currency,
        "priority": known.terms[-1].priority,
        "validFrom": known.valid_from.isoformat(),
        "validUntil": until.isoformat() if until else None,
    }
