"""How far a permission reaches over a record, and in which words that is told (R3-33, F2)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

from app.kernel.actor import Scope
from app.orders.rules.transitions import TRANSITIONS, Side
from app.rbac.permissions import REACHES, Permission
from app.rbac.rules import Effect, Right

P = Permission


class RecordKind(StrEnum):
    """What can be asked about; the value is the name of its type in the API."""

    ORDER = "Order"
    CUSTOMER = "TradingRelationship"
    ORGANISATION = "Organisation"
    PRICE_LIST = "PriceList"
    PRODUCT = "Product"
    STOCK_LOT = "StockLot"
    WAREHOUSE = "Warehouse"


class ReasonKind(StrEnum):
    """What a reason speaks of: the person, a role, what remains of it, or the record."""

    MEMBERSHIP_ENDED = "MEMBERSHIP_ENDED"
    ROLE_GRANTS = "ROLE_GRANTS"
    ROLE_DENIES = "ROLE_DENIES"
    NOT_GRANTED = "NOT_GRANTED"
    DENIED = "DENIED"
    REACHED = "REACHED"
    REACHED_BY_CONSENT = "REACHED_BY_CONSENT"
    OUT_OF_REACH = "OUT_OF_REACH"
    WRONG_SIDE = "WRONG_SIDE"
    NEVER_SUBMITTED = "NEVER_SUBMITTED"


@dataclass(frozen=True, slots=True)
class Reason:
    """One link of the chain; `speaks_for` says whether it lets the person or hinders them."""

    kind: ReasonKind
    speaks_for: bool
    text: str
    role: str | None = None
    scope: Scope | None = None


@dataclass(frozen=True, slots=True)
class HeldRole:
    """A role that somebody holds, with what it grants and denies."""

    name: str
    rights: tuple[Right, ...]


@dataclass(frozen=True, slots=True)
class Somebody:
    """A person in an organisation, with the roles held there and what these allow together."""

    membership_id: UUID
    organisation_id: UUID
    is_working: bool
    roles: tuple[HeldRole, ...]
    grants: Mapping[str, Scope]


@dataclass(frozen=True, slots=True)
class Record:
    """What of a record decides who reaches it.

    `owner_id` sells or owns it, `buyer_id` buys. Only `drafted_by` knows what was never submitted.
    `looked_after_by` are the people who look after the customer, `seen_from` the organisations
    above whose view of their branch it is in. `consents` are those above to whom it, an
    organisation, agreed that a permission reaches down to it, with the permission.
    """

    kind: RecordKind
    owner_id: UUID
    buyer_id: UUID | None = None
    placed_by: UUID | None = None
    drafted_by: UUID | None = None
    looked_after_by: frozenset[UUID] = field(default_factory=frozenset[UUID])
    seen_from: frozenset[UUID] = field(default_factory=frozenset[UUID])
    consents: frozenset[tuple[UUID, str]] = field(default_factory=frozenset[tuple[UUID, str]])


class CapKind(StrEnum):
    """What bounds a person.

    DISCOUNT: how deep a discount by hand may go. ORDER_BUDGET: what one order may come to.
    PERIOD_BUDGET: what all orders of a calendar period may. APPROVAL: from which total on every
    order waits for approval. CREDIT: what the own organisation may owe a supplier.
    """

    DISCOUNT = "DISCOUNT"
    ORDER_BUDGET = "ORDER_BUDGET"
    PERIOD_BUDGET = "PERIOD_BUDGET"
    APPROVAL = "APPROVAL"
    CREDIT = "CREDIT"


class CapUnit(StrEnum):
    """What a cap counts: percent of a price, or money in the cap's currency."""

    PERCENT = "PERCENT"
    MONEY = "MONEY"


@dataclass(frozen=True, slots=True)
class Cap:
    """How far somebody may use a permission, and how far it is used now.

    `limit` is none without one. `used` is the farthest of what is in hand, or, of a period and of
    credit, all of it. `uses` counts what they have in hand, and `beyond` how much of it goes beyond
    the limit of now, with approval or under another limit; of all of it, 1 when it does.
    """

    kind: CapKind
    permission: Permission
    limit: Decimal | None
    used: Decimal | None
    uses: int
    beyond: int
    name: str | None = None
    currency: str | None = None

    @property
    def unit(self) -> CapUnit:
        """What is counted."""
        return CapUnit.PERCENT if self.kind is CapKind.DISCOUNT else CapUnit.MONEY


@dataclass(frozen=True, slots=True)
class MoneyLimit:
    """A bound on money, of which so much is used in all; none where each order stands alone."""

    kind: CapKind
    permission: Permission
    currency: str
    limit: Decimal | None
    used: Decimal | None = None
    name: str | None = None
    relationship_id: UUID | None = None
    is_reached_by_limit: bool = False


@dataclass(frozen=True, slots=True)
class InHand:
    """The totals of somebody's orders in hand in one relationship, as buyer or as seller."""

    relationship_id: UUID
    currency: str
    is_purchase: bool
    totals: tuple[Decimal, ...]


def discount_cap(limit: Decimal | None, given: Sequence[Decimal]) -> Cap:
    """Hold discounts by hand that are in hand against the limit of whoever gave them."""
    beyond = sum(limit is None or percent > limit for percent in given)
    deepest = max(given, default=None)
    return Cap(CapKind.DISCOUNT, Permission.DISCOUNT_GRANT, limit, deepest, len(given), beyond)


def money_cap(bound: MoneyLimit, in_hand: Iterable[InHand]) -> Cap:
    """Hold what is used, or else each order in hand of its side and currency, against a bound."""
    is_purchase = bound.permission is Permission.ORDER_PLACE
    totals = [
        total
        for each in in_hand
        if each.is_purchase == is_purchase
        and each.currency == bound.currency
        and bound.relationship_id in {None, each.relationship_id}
        for total in each.totals
    ]
    counted = totals if bound.used is None else [bound.used]
    return Cap(
        bound.kind,
        bound.permission,
        bound.limit,
        max(counted, default=None),
        len(totals),
        sum(_is_beyond(bound, amount) for amount in counted),
        bound.name,
        bound.currency,
    )


def _is_beyond(bound: MoneyLimit, amount: Decimal) -> bool:
    if bound.limit is None:
        return False
    return amount > bound.limit or (bound.is_reached_by_limit and amount == bound.limit)


_OF_ORDERS = frozenset({P.ORDER_READ, *(each for of in TRANSITIONS for each in of.permissions)})
_OF_PEOPLE = (P.MEMBER_READ, P.MEMBER_WRITE, P.ROLE_READ, P.ROLE_WRITE)
_BY_CONSENT = frozenset({P.STOCK_READ})
"""What reaches an organisation below with the scope BRANCH only if it agreed."""
PERMISSIONS: Mapping[RecordKind, frozenset[Permission]] = {
    RecordKind.ORDER: _OF_ORDERS,
    RecordKind.CUSTOMER: frozenset({P.RELATIONSHIP_READ, P.RELATIONSHIP_WRITE}),
    RecordKind.ORGANISATION: frozenset({*_OF_PEOPLE, *_BY_CONSENT}),
    RecordKind.PRICE_LIST: frozenset({P.PRICE_READ, P.PRICE_WRITE}),
    RecordKind.PRODUCT: frozenset({P.PRODUCT_WRITE}),
    RecordKind.STOCK_LOT: frozenset({P.STOCK_READ, P.STOCK_WRITE}),
    RecordKind.WAREHOUSE: frozenset({P.STOCK_READ, P.STOCK_WRITE}),
}
"""Which permissions say something of a kind of record."""

_LOOK_DOWN = frozenset({P.ORDER_READ, P.RELATIONSHIP_READ, *_OF_PEOPLE})
"""Whose scope BRANCH reaches records of organisations below; others stay in the own one."""
_SELLER_ONLY = frozenset({P.RELATIONSHIP_WRITE})


def reasons_of(
    somebody: Somebody, permission: Permission, record: Record | None = None
) -> list[Reason]:
    """Return the whole chain: the person, the roles, what remains of them, the record."""
    found = list(_of_roles(somebody.roles, permission))
    scope = somebody.grants.get(permission)
    if not somebody.is_working:
        text = "The person works there no more, or has not begun to."
        found.insert(0, Reason(ReasonKind.MEMBERSHIP_ENDED, speaks_for=False, text=text))
    if scope is None:
        is_granted = any(reason.kind is ReasonKind.ROLE_GRANTS for reason in found)
        found.append(_DENIED if is_granted else _NOT_GRANTED)
    elif record is not None:
        found.append(_of_record(somebody, permission, scope, record))
    return found


def may(somebody: Somebody, permission: Permission, record: Record | None = None) -> bool:
    """Tell whether somebody may do something, with a record if there is one."""
    scope = somebody.grants.get(permission)
    if not somebody.is_working or scope is None:
        return False
    return record is None or _of_record(somebody, permission, scope, record).speaks_for


_NOT_GRANTED = Reason(
    ReasonKind.NOT_GRANTED, speaks_for=False, text="No role that the person holds grants it."
)
_DENIED = Reason(
    ReasonKind.DENIED, speaks_for=False, text="Denials take away all that is granted of it."
)


def _of_roles(roles: Iterable[HeldRole], permission: Permission) -> Iterable[Reason]:
    for role in roles:
        for right in role.rights:
            if right.permission is permission:
                yield _of_right(role, right)


def _of_right(role: HeldRole, right: Right) -> Reason:
    if right.effect is Effect.ALLOW:
        text = f"The role {role.name} grants it {REACHES[right.scope]}."
        return Reason(ReasonKind.ROLE_GRANTS, True, text, role.name, right.scope)  # noqa: FBT003
    text = f"The role {role.name} denies it {REACHES[right.scope]}, and wider."
    return Reason(ReasonKind.ROLE_DENIES, False, text, role.name, right.scope)  # noqa: FBT003


def _of_record(somebody: Somebody, permission: Permission, scope: Scope, record: Record) -> Reason:
    own = somebody.organisation_id
    if record.drafted_by not in {None, own} and scope is not Scope.TENANT:
        text = "It was never submitted; only the organisation that drafts it knows it."
        return Reason(ReasonKind.NEVER_SUBMITTED, speaks_for=False, text=text, scope=scope)
    if not _reaches(somebody, permission, scope, record):
        text = _why_not(permission, scope, record)
        return Reason(ReasonKind.OUT_OF_REACH, speaks_for=False, text=text, scope=scope)
    if _needs_consent(permission, record) and own != record.owner_id:
        text = "The organisation agreed that it reaches down to it."
        return Reason(ReasonKind.REACHED_BY_CONSENT, speaks_for=True, text=text, scope=scope)
    side = Side.SELLER if own == record.owner_id else Side.BUYER
    sides = _sides(permission)
    if not sides & {side, Side.EITHER}:
        text = f"It is for the {next(iter(sides)).lower()} to do."
        return Reason(ReasonKind.WRONG_SIDE, speaks_for=False, text=text, scope=scope)
    text = f"The record is {REACHES[scope]}."
    return Reason(ReasonKind.REACHED, speaks_for=True, text=text, scope=scope)


def _needs_consent(permission: Permission, record: Record) -> bool:
    return record.kind is RecordKind.ORGANISATION and permission in _BY_CONSENT


def _why_not(permission: Permission, scope: Scope, record: Record) -> str:
    if scope is Scope.BRANCH and _needs_consent(permission, record):
        return "It reaches down only to organisations that agreed, and this one has not."
    return f"The permission reaches {REACHES[scope]}, and this is not."


def _reaches(somebody: Somebody, permission: Permission, scope: Scope, record: Record) -> bool:
    own = somebody.organisation_id
    if scope is Scope.TENANT:
        return True
    if scope is Scope.OWN:
        return record.placed_by == somebody.membership_id
    if scope is Scope.ASSIGNED:
        return own == record.owner_id and somebody.membership_id in record.looked_after_by
    if own in {record.owner_id, record.buyer_id}:
        return True
    if scope is Scope.BRANCH and _needs_consent(permission, record):
        return (own, permission.value) in record.consents
    return scope is Scope.BRANCH and permission in _LOOK_DOWN and own in record.seen_from


def _sides(permission: Permission) -> frozenset[Side]:
    if permission in _SELLER_ONLY:
        return frozenset({Side.SELLER})
    found = {each.side for each in TRANSITIONS if permission in each.permissions}
    return frozenset(found) or frozenset({Side.EITHER})
