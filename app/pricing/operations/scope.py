"""Which price lists and which relationships an actor may ask about: said here and nowhere else."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, false, or_, select

from app.db.work import Work
from app.kernel.actor import Scope
from app.kernel.errors import NotFound
from app.organisations.errors import RelationshipClosed
from app.organisations.models import CustomerLevel, Organisation, TradingRelationship
from app.organisations.operations import own_customers, relationships
from app.pricing.models import PriceList
from app.rbac.permissions import Permission

ASKING = (
    Permission.CATALOGUE_READ,
    Permission.ORDER_PLACE,
    Permission.ORDER_PLACE_FOR_CUSTOMER,
    Permission.PRICE_READ,
)
"""Whoever holds one of these may ask for prices of some relationship."""


_BUYING = (Permission.ORDER_PLACE, Permission.CATALOGUE_READ)
_SELLING = (Permission.PRICE_READ, Permission.ORDER_PLACE_FOR_CUSTOMER)


@dataclass(frozen=True, slots=True)
class Asked:
    """A relationship that the actor may ask about, and from which side."""

    relationship: TradingRelationship
    is_seller: bool

    def is_open(self, instant: datetime) -> bool:
        """Tell whether the relationship is valid at an instant."""
        ended = self.relationship.valid_until
        return self.relationship.valid_from <= instant and (ended is None or instant < ended)


def own_lists(work: Work) -> ColumnElement[bool]:
    """Hold lists to those that the actor's organisation sells by."""
    return PriceList.seller_id == work.actor.own_organisation


async def own_list(work: Work, list_id: UUID) -> PriceList:
    """Find one of the own organisation's lists; raises `NotFound`."""
    statement = select(PriceList).where(PriceList.id == list_id, own_lists(work))
    found = await work.session.scalar(statement)
    if found is None:
        raise NotFound("PriceList")
    return found


async def asked_relationship(
    work: Work, relationship_id: UUID, *, seller_only: bool = False
) -> Asked:
    """Find a relationship that the actor may have priced; raises `NotFound` for all others.

    The buyer's side needs ORDER_PLACE or CATALOGUE_READ for the own organisation; the seller's
    PRICE_READ, or ORDER_PLACE_FOR_CUSTOMER, which may reach assigned customers only (R3-41). One
    statement, none for a remembered one that is the actor's whoever is assigned.
    """
    view = await relationships.at(work)
    found = view and view.get(relationship_id)
    if found is None or not _reaches(work, found, seller_only=seller_only):
        sides = or_(_seller_side(work), false() if seller_only else _buyer_side(work))
        wanted = TradingRelationship.id == relationship_id
        found = await work.session.scalar(select(TradingRelationship).where(wanted, sides))
    if found is None:
        raise NotFound("TradingRelationship")
    if view is not None:
        view.put(relationship_id, found)
    return Asked(found, is_seller=found.seller_id == work.actor.own_organisation)


async def open_relationship(work: Work, relationship_id: UUID) -> Asked:
    """Find a relationship as above that is valid now; raises `RelationshipClosed` if it is not."""
    asked = await asked_relationship(work, relationship_id)
    if not asked.is_open(work.now):
        name = select(Organisation.name).where(Organisation.id == asked.relationship.seller_id)
        raise RelationshipClosed(str(await work.session.scalar(name)))
    return asked


async def check_audience(work: Work, level_id: UUID | None, relationship_id: UUID | None) -> None:
    """Make sure that a list's level or relationship is the own organisation's as a seller."""
    own = work.actor.own_organisation
    for table, key, kind, path in (
        (CustomerLevel, level_id, "CustomerLevel", "levelId"),
        (TradingRelationship, relationship_id, "TradingRelationship", "relationshipId"),
    ):
        known = select(table.id).where(table.id == key, table.seller_id == own)
        if key is not None and await work.session.scalar(known) is None:
            raise NotFound(kind).at(path)


def _reaches(work: Work, known: TradingRelationship, *, seller_only: bool) -> bool:
    """Tell whether one side is the actor's own organisation's, with rights for all of that side."""
    own = work.actor.own_organisation
    if known.seller_id == own and _reaches_organisation(work, *_SELLING):
        return True
    is_buyer = known.buyer_id == own and not seller_only
    return is_buyer and _reaches_organisation(work, *_BUYING)


def _buyer_side(work: Work) -> ColumnElement[bool]:
    # A rep's ASSIGNED reach is over customers; it must not show what the own organisation pays.
    if not _reaches_organisation(work, *_BUYING):
        return false()
    return TradingRelationship.buyer_id == work.actor.own_organisation


def _seller_side(work: Work) -> ColumnElement[bool]:
    own = TradingRelationship.seller_id == work.actor.own_organisation
    if _reaches_organisation(work, *_SELLING):
        return own
    if not work.actor.may(Permission.ORDER_PLACE_FOR_CUSTOMER):
        return false()
    return own & TradingRelationship.id.in_(own_customers(work))


def _reaches_organisation(work: Work, *permissions: Permission) -> bool:
    held = (work.actor.scope_of(each) for each in permissions if work.actor.may(each))
    return any(scope.covers(Scope.ORGANISATION) for scope in held)
