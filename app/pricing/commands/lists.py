"""Make and end price lists."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from app.audit.operations import record
from app.db.idempotency import once
from app.db.knowledge import known_from
from app.db.work import Work
from app.kernel.errors import Invalid
from app.kernel.ids import new_id
from app.kernel.money import typed_currency
from app.kernel.period import Period
from app.organisations.models import CustomerGroup, SalesChannel, Territory
from app.organisations.operations import check_owned, find_relationship
from app.pricing import locks
from app.pricing.commands.terms import DERIVING, again
from app.pricing.errors import (
    CurrencyNotOfRelationship,
    PriceFromPast,
    PriceListEnded,
    PriceListPeriodWrong,
)
from app.pricing.models import PriceList, PriceListTerms
from app.pricing.operations.days import day_of, period_of
from app.pricing.operations.deriving import (
    NewDerivation,
    check_breaks,
    check_numbers,
    check_parent,
)
from app.pricing.operations.lists import ListAsKnown, with_terms
from app.pricing.operations.scope import check_audience, own_list, own_lists
from app.pricing.rules import BreakType, Combination, ContractRule, PriceKind
from app.pricing.rules.basis import BreakBasis
from app.rbac.guard import requires
from app.rbac.permissions import Permission
from app.tenants.operations import tenant_of

LONGEST_NAME = 200
_AUDIENCE = {
    PriceKind.BASE: None,
    PriceKind.LEVEL: "level_id",
    PriceKind.BUYER: "relationship_id",
    PriceKind.CONTRACT: "relationship_id",
    PriceKind.GROUP: "group_id",
    PriceKind.TERRITORY: "territory_id",
    PriceKind.CHANNEL: "sales_channel",
}
_PATHS = {
    "level_id": "levelId",
    "relationship_id": "relationshipId",
    "group_id": "groupId",
    "territory_id": "territoryId",
    "sales_channel": "salesChannel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewPriceList:
    """A price list as a person describes it: days are of the network's zone, the last one included.

    A LEVEL list names its level, a BUYER or CONTRACT list its relationship, a GROUP, TERRITORY or
    CHANNEL list those, a BASE list none. Without a currency it is in the customer's, where it is
    for one, or else in the network's.
    """

    kind: PriceKind
    name: str
    first_day: date
    last_day: date | None = None
    level_id: UUID | None = None
    relationship_id: UUID | None = None
    group_id: UUID | None = None
    territory_id: UUID | None = None
    sales_channel: SalesChannel | None = None
    currency: str | None = None
    priority: int = 0
    is_tax_inclusive: bool = False
    combination: Combination = Combination.BY_BREAK
    contract_rule: ContractRule = ContractRule.CONTRACT_WINS
    break_type: BreakType = BreakType.ALL_UNITS
    break_basis: BreakBasis = BreakBasis.SKU
    is_promotable: bool = True
    is_inheritable: bool = False
    derivation: NewDerivation | None = None


@requires(Permission.PRICE_WRITE)
async def create_price_list(work: Work, new: NewPriceList, idempotency_key: str) -> ListAsKnown:
    """Make an empty list of the own organisation (R3-15); the same key makes it once (F9).

    Raises `PriceListPeriodWrong`, `CurrencyNotOfRelationship`, `GraduatedBasis`, `Invalid`, what
    a derivation raises, or `NotFound` for a level, customer, group or territory that is not the
    own organisation's as a seller.
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
    instant = await known_from(work)
    for terms in known.terms:
        terms.known_until = instant
    kept = [each for each in known.terms if each.valid_from < end]
    ends = [end if each is kept[-1] else each.valid_until for each in kept]
    await work.save(
        *(
            again(each, instant, each.valid_from, until)
            for each, until in zip(kept, ends, strict=True)
        )
    )


async def _create(work: Work, list_id: UUID, new: NewPriceList) -> None:
    _check(new)
    await locks.seller(work)
    await _check_audience(work, new)
    network = await tenant_of(work)
    currency = await _currency(work, new)
    period = period_of(new.first_day, new.last_day, network.time_zone)
    made = _made(work, list_id, new, currency)
    await work.save(made)
    await check_parent(work, made, new.derivation, period)
    await work.save(_terms(list_id, new, period, await known_from(work)))
    (known,) = await with_terms(work, [made])
    record(work, "PRICE_LIST_CREATED", "price_list", list_id, after=_shown(known))


async def _check_audience(work: Work, new: NewPriceList) -> None:
    await check_audience(work, new.level_id, new.relationship_id)
    own = work.actor.own_organisation
    await check_owned(work, CustomerGroup, own, new.group_id, "groupId")
    await check_owned(work, Territory, own, new.territory_id, "territoryId")


def _check(new: NewPriceList) -> None:
    if not new.name.strip() or len(new.name) > LONGEST_NAME:
        raise Invalid("name", f"must have 1 to {LONGEST_NAME} characters")
    if new.kind not in _AUDIENCE:
        raise Invalid("kind", f"must be one of {', '.join(_AUDIENCE)}")
    for name, path in _PATHS.items():
        is_needed = _AUDIENCE[new.kind] == name
        if (getattr(new, name) is not None) != is_needed:
            rule = "must be given" if is_needed else "must be left out"
            raise Invalid(path, f"{rule} for a {new.kind} list")
    check_breaks(new.break_type, new.break_basis)
    check_numbers(new.derivation)


async def _currency(work: Work, new: NewPriceList) -> str:
    customer = None
    if new.relationship_id is not None:
        customer = await find_relationship(work, new.relationship_id)
    expected = customer.currency if customer else (await tenant_of(work)).currency
    code = new.currency or expected
    typed_currency(code)
    if customer is not None and code != expected:
        raise CurrencyNotOfRelationship(code, expected)
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
        group_id=new.group_id,
        territory_id=new.territory_id,
        sales_channel=new.sales_channel,
        name=new.name.strip(),
        currency=currency,
        is_tax_inclusive=new.is_tax_inclusive,
        created_at=work.now,
    )


def _terms(list_id: UUID, new: NewPriceList, period: Period, instant: datetime) -> PriceListTerms:
    given = new.derivation
    derived = {name: getattr(given, name) for name in DERIVING} if given else {}
    return PriceListTerms(
        price_list_id=list_id,
        priority=new.priority,
        combination=new.combination,
        contract_rule=new.contract_rule,
        break_type=new.break_type,
        break_basis=new.break_basis,
        is_promotable=new.is_promotable,
        is_inheritable=new.is_inheritable,
        **derived,
        valid_from=period.start,
        valid_until=period.end,
        known_from=instant,
    )


def _shown(known: ListAsKnown) -> dict[str, object]:
    row, until = known.row, known.valid_until
    return {
        "kind": row.kind,
        "name": row.name,
        "currency": row.currency,
        "priority": known.current.priority,
        "validFrom": known.valid_from.isoformat(),
        "validUntil": until.isoformat() if until else None,
    }
