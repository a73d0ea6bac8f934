"""Customers from a table: a row becomes an organisation below the own one that buys from it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from sqlalchemy import and_, select

from app.db.work import Work
from app.exchange.errors import CannotChange
from app.exchange.operations.attempting import attempt
from app.exchange.rules.kinds import COLUMNS, UNLIMITED, TableKind
from app.exchange.rules.rows import Row, number, one_of_words, whole
from app.kernel.errors import DomainError
from app.kernel.ids import new_id
from app.organisations.models import (
    CustomerLevel,
    DeliveryAddress,
    Organisation,
    OrganisationKind,
    PaymentTerms,
    SalesChannel,
    TradingRelationship,
)
from app.organisations.operations import (
    NewOrganisation,
    is_open,
    onboard,
    take_first_address,
    usual_roles,
    visible_relationships,
)
from app.organisations.rules import Terms, checked_name
from app.organisations.rules.addresses import Address
from app.people.inviting import NewInvitation, invite
from app.pricing.errors import CellUnreadable, UnknownInFile
from app.rbac.operations import built_in_role_ids
from app.tenants.operations import tenant_of

LABEL = "Main"
_PLACE = ("street", "postal_code", "city", "region", "country")
_NAMES = {"name": "customer", "kind": "kind", "level": "level", "label": "street"}
_COLUMNS = frozenset(column.name for column in COLUMNS[TableKind.CUSTOMERS])


@dataclass(frozen=True, slots=True)
class _Read:
    """A row that can be understood; its terms are those that it names."""

    row: Row
    name: str
    kind: OrganisationKind | None
    terms: Terms


@dataclass(frozen=True, slots=True)
class _Present:
    """A customer that is there already."""

    organisation: Organisation
    terms: TradingRelationship
    level: str | None
    address: DeliveryAddress | None


async def write_customers(work: Work, run_id: UUID, rows: Sequence[Row]) -> None:
    """Take each new customer on as `createOrganisation` does, and invite who is named.

    Those that are there and as their row says stay; what differs is told, and nothing changed.
    """
    del run_id  # What is made tells of itself.
    levels = await _levels(work, rows)
    read = [each for row in rows if (each := _read(row, levels)) is not None]
    present = await _present(work, {each.name for each in read})
    invites = any(each.row.text("email") for each in read)
    roles = await built_in_role_ids(work) if invites else {}
    zone = (await tenant_of(work)).time_zone
    for each in read:
        there = present.get(each.name, [])
        if there:
            _compare(each, there)
            continue
        refused = await attempt(work, lambda tried, one=each: _take_on(tried, one, roles, zone))
        if refused is not None:
            each.row.blame(_column_of(refused), refused)


async def _levels(work: Work, rows: Sequence[Row]) -> Mapping[str, UUID]:
    own = CustomerLevel.seller_id == work.actor.own_organisation
    named = CustomerLevel.name.in_({row.text("level") for row in rows})
    found = await work.session.execute(
        select(CustomerLevel.name, CustomerLevel.id).where(own, named)
    )
    return {row.name: row.id for row in found}


def _read(row: Row, levels: Mapping[str, UUID]) -> _Read | None:
    kind = row.read("kind", one_of_words(OrganisationKind))
    given = {
        "currency": row.text("currency").upper() or None,
        "payment_terms": row.read("payment_terms", one_of_words(PaymentTerms)),
        "minimum_order_value": row.read("minimum_order_value", number),
        "delivery_days": row.read("delivery_days", whole),
        "sales_channel": row.read("sales_channel", one_of_words(SalesChannel)),
    }
    terms = Terms(**{name: value for name, value in given.items() if value is not None})  # pyright: ignore[reportArgumentType]  # each is of its name's kind
    _read_credit(row, terms)
    if level := row.text("level"):
        if level in levels:
            terms["level_id"] = levels[level]
        else:
            row.blame("level", UnknownInFile("customer level", level))
    if not row.text("email") and row.text("contact"):
        wanted = "an address: the contact is invited by e-mail."
        row.blame("email", CellUnreadable("An empty cell", wanted))
    try:
        name = checked_name(row.text("customer"), "customer")
    except DomainError as error:
        row.blame("customer", error)
        return None
    row.key = name
    return None if row.faults else _Read(row, name, kind, terms)


def _read_credit(row: Row, terms: Terms) -> None:
    if row.text("credit_limit").lower() == UNLIMITED:
        terms["is_credit_unlimited"] = True
    elif (limit := row.read("credit_limit", number)) is not None:
        terms["credit_limit"] = limit


async def _present(work: Work, names: set[str]) -> Mapping[str, list[_Present]]:
    """Return who buys from the own organisation under these names; one statement."""
    terms, address = TradingRelationship, DeliveryAddress
    is_usual = and_(
        address.organisation_id == Organisation.id,
        address.is_default,
        address.given_up_at.is_(None),
    )
    found = await work.session.execute(
        select(Organisation, terms, CustomerLevel.name, address)
        .join(terms, terms.buyer_id == Organisation.id)
        .outerjoin(CustomerLevel, CustomerLevel.id == terms.level_id)
        .outerjoin(address, is_usual)
        .where(
            terms.seller_id == work.actor.own_organisation,
            Organisation.name.in_(names),
            is_open(work),
            visible_relationships(work),
        )
    )
    there: dict[str, list[_Present]] = {}
    for row in found:
        there.setdefault(row[0].name, []).append(_Present(*row))
    return there


def _compare(each: _Read, there: Sequence[_Present]) -> None:
    """Note what a row says of a customer that is there and is otherwise."""
    if len(there) > 1:
        wanted = "a single customer: several have the name."
        each.row.blame("customer", CellUnreadable(each.name, wanted))
        return
    (present,) = there
    terms, row = present.terms, each.row
    limit = None if terms.is_credit_unlimited else terms.credit_limit
    credit = UNLIMITED if terms.is_credit_unlimited else limit
    unlimited = row.text("credit_limit").lower() == UNLIMITED
    given = each.terms
    alike = ("currency", "payment_terms", "minimum_order_value", "delivery_days", "sales_channel")
    facts: list[tuple[str, object, object]] = [
        ("kind", each.kind, present.organisation.kind),
        ("credit_limit", UNLIMITED if unlimited else given.get("credit_limit"), credit),
        ("level", row.text("level") or None, present.level),
        *((name, row.text(name) or None, _place(present, name)) for name in _PLACE),
        ("telephone", row.text("telephone") or None, _place(present, "telephone")),
        *((name, given.get(name), getattr(terms, name)) for name in alike),
    ]
    for column, wanted, found in facts:
        if wanted is not None and wanted != found:
            row.blame(column, CannotChange(f"{column} of {each.name}", _shown(found)))


def _place(present: _Present, name: str) -> str:
    whose = present.address if present.address is not None else present.organisation
    return getattr(whose, name, "")


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return str(value) if value not in {None, ""} else "empty"


async def _take_on(work: Work, each: _Read, roles: Mapping[str, UUID], zone: str) -> None:
    row = each.row
    new = NewOrganisation(
        name=each.name,
        kind=each.kind or OrganisationKind.RETAILER,
        parent_id=work.actor.own_organisation,
        city=row.text("city"),
        region=row.text("region"),
        country=row.text("country"),
        terms=each.terms or None,
    )
    organisation = await onboard(work, new_id(), new)
    if row.text("street"):
        await take_first_address(work, organisation.id, _address(row, zone))
    if email := row.text("email"):
        keys = [roles[code] for code in usual_roles(organisation)]
        name = row.text("contact") or each.name
        await invite(work, NewInvitation(organisation.id, name, email, keys))


def _address(row: Row, zone: str) -> Address:
    return Address(
        label=LABEL,
        contact_name=row.text("contact"),
        telephone=row.text("telephone"),
        street=row.text("street"),
        city=row.text("city"),
        region=row.text("region"),
        postal_code=row.text("postal_code"),
        country=row.text("country"),
        time_zone=zone,
    )


def _column_of(error: DomainError) -> str:
    last = error.path.rpartition(".")[2]
    column = re.sub("([A-Z])", r"_\1", last).lower().removesuffix("_id")
    column = _NAMES.get(column, column)
    return column if column in _COLUMNS else "customer"
