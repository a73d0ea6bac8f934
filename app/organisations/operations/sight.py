"""Which organisations and relationships an actor may see: the one place that decides (F2)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    exists,
    false,
    literal,
    literal_column,
    or_,
    select,
    true,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute

from app.db.tables import table_of
from app.db.work import Work
from app.kernel.actor import Scope
from app.organisations.models import (
    Organisation,
    OrganisationAncestry,
    OrganisationMove,
    TradingRelationship,
    UpstreamVisibility,
)
from app.organisations.operations.looking_after import own_customers
from app.rbac.permissions import Permission

SHOWS_ORDERS = literal_column(f"'{UpstreamVisibility.ORDERS}'", Text())
"""Written out, since an index holds these relationships alone: it does not serve a parameter."""

# Written once: making these anew for every statement costs more than the rest of writing it.
_below, _link, _pair = (
    table_of(OrganisationAncestry).alias(name) for name in ("below", "link", "pair")
)
_linked, _terms = (
    table_of(Organisation).alias("linked"),
    table_of(TradingRelationship).alias("terms"),
)
_shown_upstream = and_(
    _terms.c.seller_id == _linked.c.parent_id,
    _terms.c.buyer_id == _linked.c.id,
    _terms.c.upstream_visibility == SHOWS_ORDERS,
)
_never_ends = _terms.c.valid_until.is_(None)
_linked_chain = _link.join(
    _linked, and_(_linked.c.tenant_id == _link.c.tenant_id, _linked.c.id == _link.c.ancestor_id)
)
_is_between = and_(
    _link.c.descendant_id == _below.c.descendant_id, _link.c.distance < _below.c.distance - 1
)
_is_not_itself = _below.c.distance > 0


def visible_below(work: Work) -> Select[Any]:
    """Select the ids below the actor's organisation that it may see; see `visible_below_of`."""
    own = work.actor.own_organisation
    return visible_below_of(literal(work.tenant_id), literal(own), literal(work.now))


def visible_below_of(
    tenant: ColumnElement[UUID], own: ColumnElement[UUID], now: ColumnElement[datetime]
) -> Select[Any]:
    """Select the ids below an organisation that it may see (F2); itself not included.

    Direct children are seen always. Whoever stands deeper is seen when every link of the chain
    below the child is an open relationship that shows orders upstream.
    """
    shown = exists().where(
        _terms.c.tenant_id == tenant,
        _shown_upstream,
        _terms.c.valid_from <= now,
        or_(_never_ends, _terms.c.valid_until > now),
    )
    hidden_link = (
        select(_link.c.ancestor_id)
        .select_from(_linked_chain)
        .where(_link.c.tenant_id == tenant, _is_between, ~shown)
    )
    return select(_below.c.descendant_id).where(
        _below.c.tenant_id == tenant,
        _below.c.ancestor_id == own,
        _is_not_itself,
        ~hidden_link.exists(),
    )


def visible_organisations(work: Work) -> ColumnElement[bool]:
    """Hold `Organisation` rows to those the actor may see: the one place that decides (F2).

    Oneself, whoever one buys from or sells to (ended relationships too: history keeps its names),
    with the scope BRANCH also `visible_below`, with TENANT all. An actor without the permission
    sees as with ORGANISATION, since documents name their parties.
    """
    scope = _scope(work, Permission.ORGANISATION_READ, Scope.ORGANISATION)
    if scope is Scope.TENANT:
        return true()
    if work.actor.organisation_id is None:
        return false()
    own = work.actor.organisation_id
    seen = [
        select(literal(own)),
        select(TradingRelationship.seller_id).where(
            TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.buyer_id == own
        ),
        select(TradingRelationship.buyer_id).where(
            TradingRelationship.tenant_id == work.tenant_id, TradingRelationship.seller_id == own
        ),
    ]
    if scope is Scope.BRANCH:
        seen.append(visible_below(work))
    return Organisation.id.in_(union_all(*seen))


def visible_relationships(work: Work) -> ColumnElement[bool]:
    """Hold `TradingRelationship` rows to those the actor may see: the one place that decides (F2).

    ASSIGNED: those the actor looks after. ORGANISATION: the own ones, as seller or buyer. BRANCH:
    also those of visible sellers below which show orders upstream. Without the permission: none.
    """
    scope = _scope(work, Permission.RELATIONSHIP_READ, None)
    if scope is Scope.TENANT:
        return true()
    if scope is None or work.actor.organisation_id is None:
        return false()
    own = work.actor.organisation_id
    if not scope.covers(Scope.ORGANISATION):
        return and_(TradingRelationship.seller_id == own, _is_looked_after(work))
    mine = or_(TradingRelationship.seller_id == own, TradingRelationship.buyer_id == own)
    if scope is not Scope.BRANCH:
        return mine
    below = and_(
        TradingRelationship.upstream_visibility == UpstreamVisibility.ORDERS,
        TradingRelationship.seller_id.in_(visible_below(work)),
        ~came_above_after(work, TradingRelationship.seller_id, TradingRelationship.valid_until),
    )
    return or_(mine, below)


def came_above_after(
    work: Work,
    below: InstrumentedAttribute[Any],
    instant: InstrumentedAttribute[Any],
) -> ColumnElement[bool]:
    """Tell whether the own organisation came to stand above another only after an instant.

    What ended before that is the business of those who stood there then. Nothing ended at none.
    """
    return exists().where(
        _pair.c.tenant_id == work.tenant_id,
        _pair.c.ancestor_id == work.actor.organisation_id,
        _pair.c.descendant_id == below,
        _pair.c.since > instant,
    )


def visible_moves(work: Work) -> ColumnElement[bool]:
    """Hold `OrganisationMove` rows to those that the own organisation asked for; with TENANT all.

    Those who are moved, left and joined learn of it when it happens.
    """
    if work.actor.scope_of(Permission.ORGANISATION_MOVE) is Scope.TENANT:
        return true()
    return OrganisationMove.asked_by_organisation_id == work.actor.own_organisation


def is_open(work: Work) -> ColumnElement[bool]:
    """Hold `TradingRelationship` rows to those valid at the work's instant (half-open)."""
    return and_(
        TradingRelationship.valid_from <= work.now,
        or_(TradingRelationship.valid_until.is_(None), TradingRelationship.valid_until > work.now),
    )


def _is_looked_after(work: Work) -> ColumnElement[bool]:
    return TradingRelationship.id.in_(own_customers(work))


def _scope(work: Work, permission: Permission, otherwise: Scope | None) -> Scope | None:
    return work.actor.scope_of(permission) if work.actor.may(permission) else otherwise
