"""Onboarding: an organisation below another, what it buys from it, and who gets in first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from uuid import UUID

from sqlalchemy import ColumnElement, or_, true

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities.operations import NewPerson, identity_for, open_tenant
from app.identities.proving import ask_for_proof
from app.kernel.actor import Scope
from app.kernel.errors import DomainError, Forbidden, Invalid, NotFound
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationKind, OrganisationStatus
from app.organisations.operations.moving import standings
from app.organisations.operations.opening import open_between, plant
from app.organisations.operations.sight import visible_below
from app.organisations.rules import (
    Standing,
    Terms,
    as_noted,
    check_depth,
    checked_instant,
    checked_name,
)
from app.rbac.assignments import note_exchange
from app.rbac.built_in import BUYER, ENTERPRISE_ADMIN
from app.rbac.errors import GrantBeyondOwn
from app.rbac.operations import add_membership, built_in_role_ids, rights_of
from app.rbac.permissions import Permission
from app.rbac.rules import check_held


@dataclass(frozen=True, slots=True)
class FirstUser:
    """Who gets in first; `role_codes` are built-in roles, none given means the usual ones."""

    person: NewPerson
    role_codes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class NewOrganisation:
    """An organisation to be; without a parent it stands below the actor's own.

    With an instant, or `is_prepared`, it is made ready only, and activated then or by somebody.
    """

    name: str
    kind: OrganisationKind
    parent_id: UUID | None = None
    city: str = ""
    region: str = ""
    country: str = ""
    first_user: FirstUser | None = None
    terms: Terms | None = None
    is_prepared: bool = False
    activates_at: datetime | None = None


async def onboard(work: Work, organisation_id: UUID, new: NewOrganisation) -> Organisation:
    """Do what `create_organisation` says, for whoever may; asks all that depends on what is given.

    Raises `NotFound` for a parent out of reach, `Forbidden`, `Invalid`, `OrganisationClosed`.
    """
    if new.activates_at is not None:
        checked_instant(new.activates_at, work.now, field="activatesAt")
    is_ready_only = new.is_prepared or new.activates_at is not None
    parent = await _parent(work, new.parent_id)
    _check_terms_allowed(work, parent, new.terms)
    organisation = Organisation(
        id=organisation_id,
        parent_id=parent.id if parent else None,
        kind=new.kind,
        name=checked_name(new.name),
        status=OrganisationStatus.PREPARED if is_ready_only else OrganisationStatus.ACTIVE,
        activates_at=new.activates_at,
        city=new.city.strip(),
        region=new.region.strip(),
        country=new.country.strip(),
        created_at=work.now,
    )
    await plant(work, organisation)
    if parent is not None:
        await open_between(work, parent.id, organisation, new.terms or Terms())
    if new.first_user is not None:
        await _let_in(work, organisation, new.first_user)
    _announce(work, organisation)
    return organisation


async def _parent(work: Work, parent_id: UUID | None) -> Organisation | None:
    if parent_id is None:
        if work.actor.scope_of(Permission.ORGANISATION_WRITE) is Scope.TENANT:
            return None
        parent_id = work.actor.own_organisation
    found = await work.session.execute(
        standings(work)
        .add_columns(Organisation)
        .where(Organisation.id == parent_id, _may_stand_above(work))
    )
    row = found.first()
    if row is None:
        raise NotFound("Organisation").at("parentId")
    standing, parent = Standing(*row[:-1]), row[-1]
    if standing.is_closed:
        raise OrganisationClosed(parent.name).at("parentId")
    check_depth(standing, 0, "parentId")
    return parent


def _may_stand_above(work: Work) -> ColumnElement[bool]:
    scope = work.actor.scope_of(Permission.ORGANISATION_WRITE)
    if scope is Scope.TENANT:
        return true()
    own = Organisation.id == work.actor.own_organisation
    return or_(own, Organisation.id.in_(visible_below(work))) if scope is Scope.BRANCH else own


def _check_terms_allowed(work: Work, parent: Organisation | None, terms: Terms | None) -> None:
    if not terms:
        return
    if parent is None:
        raise Invalid("terms", "must be absent: without a parent there is no seller")
    needed = Scope.ORGANISATION if parent.id == work.actor.organisation_id else Scope.BRANCH
    _check_reach(work, Permission.RELATIONSHIP_WRITE, needed)


async def _let_in(work: Work, organisation: Organisation, user: FirstUser) -> None:
    _check_reach(work, Permission.MEMBER_WRITE, Scope.BRANCH)
    name = checked_name(user.person.name, "firstUser.name")
    roles = await _role_ids(work, user.role_codes or usual_roles(organisation))
    try:
        identity_id, email = await identity_for(work, user.person)
    except DomainError as error:
        raise error.at(f"firstUser.{error.path}") from None
    await open_tenant(work, identity_id)
    member = await add_membership(work, identity_id, organisation.id, name, email, roles)
    await ask_for_proof(work, member.id, name, email, organisation.name)
    note_exchange(work, member.id, given=roles)


async def _role_ids(work: Work, codes: Sequence[str]) -> list[UUID]:
    known = await built_in_role_ids(work)
    if not known.keys() >= set(codes):
        raise Invalid("firstUser.roleCodes", f"must be among {', '.join(sorted(known))}")
    chosen = [known[code] for code in dict.fromkeys(codes)]
    rights = await rights_of(work, chosen)
    try:
        check_held(work.actor, chain.from_iterable(rights.values()), elsewhere=True)
    except GrantBeyondOwn as beyond:
        raise beyond.at("firstUser.roleCodes") from None
    return chosen


def usual_roles(organisation: Organisation) -> Sequence[str]:
    """Return the codes of the roles that an organisation's first user gets."""
    is_retailer = organisation.kind == OrganisationKind.RETAILER
    return (ENTERPRISE_ADMIN.code, BUYER.code) if is_retailer else (ENTERPRISE_ADMIN.code,)


def _check_reach(work: Work, permission: Permission, needed: Scope) -> None:
    if not work.actor.may(permission) or not work.actor.scope_of(permission).covers(needed):
        raise Forbidden(permission)


def _announce(work: Work, organisation: Organisation) -> None:
    parent_id = organisation.parent_id
    record(
        work,
        "CREATE_ORGANISATION",
        "organisation",
        organisation.id,
        after=as_noted(
            {"name": organisation.name, "kind": organisation.kind, "parent_id": parent_id}
            | _preparation(organisation)
        ),
        on_behalf_of=parent_id if parent_id != work.actor.organisation_id else None,
    )
    data = {"kind": str(organisation.kind), "parent_id": str(parent_id) if parent_id else None}
    work.tell(DomainEvent("organisation_created", "organisation", organisation.id, data))


def _preparation(organisation: Organisation) -> dict[str, object]:
    if organisation.status != OrganisationStatus.PREPARED:
        return {}
    return {"status": organisation.status, "activates_at": organisation.activates_at}
