"""A seller's links for registration, and what it decides about those who register (R3-6, R1-8)."""

from datetime import timedelta
from itertools import chain
from uuid import UUID

from sqlalchemy import select

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.identities.letters import NewLetter, post
from app.identities.one_time_tokens import Purpose, issue, withdraw
from app.kernel.actor import Scope
from app.kernel.errors import Forbidden, Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations.errors import OrganisationClosed
from app.organisations.models import Organisation, OrganisationKind
from app.organisations.operations import open_between, organisations_named, plant, standings
from app.organisations.rules import Standing, Terms, check_depth, checked_name
from app.people import locks
from app.people.errors import RegistrationDecided
from app.people.models import Registration, RegistrationLink
from app.people.rules import RegistrationState, checked_daily
from app.rbac.assignments import note_exchange
from app.rbac.built_in import BUYER, ENTERPRISE_ADMIN
from app.rbac.guard import requires
from app.rbac.operations import add_membership, built_in_role_ids, rights_of
from app.rbac.permissions import Permission
from app.rbac.rules import check_held

LONGEST_REASON = 500
_LINK_LIFETIME = timedelta(days=3_650)
_LETTER_LIFETIME = timedelta(days=7)


@requires(Permission.ORGANISATION_WRITE)
async def open_registration_link(work: Work, label: str, most_a_day: int) -> RegistrationLink:
    """Let whoever has the link register with the own organisation, so many a day."""
    link = RegistrationLink(
        id=new_id(),
        seller_id=work.actor.own_organisation,
        label=checked_name(label, "label"),
        most_a_day=checked_daily(most_a_day),
        token_id=new_id(),
        opened_by_membership_id=work.actor.membership_id,
        opened_at=work.now,
    )
    await work.save(link)
    await issue(
        work,
        Purpose.REGISTRATION_LINK,
        link.id,
        _LINK_LIFETIME,
        tenant_id=work.tenant_id,
        token_id=link.token_id,
    )
    record(
        work, "OPEN_REGISTRATION_LINK", "registration_link", link.id, after={"label": link.label}
    )
    return link


@requires(Permission.ORGANISATION_WRITE)
async def close_registration_link(work: Work, link_id: UUID) -> RegistrationLink:
    """Take no more registrations by a link; doing so twice changes nothing."""
    own = RegistrationLink.seller_id == work.actor.own_organisation
    known = select(RegistrationLink.id).where(RegistrationLink.id == link_id, own)
    found = await work.session.scalar(known)
    link = found and await locks.registration_link(work, link_id)
    if not link:
        raise NotFound("RegistrationLink").at("linkId")
    if link.closed_at is None:
        link.closed_at = work.now
        await withdraw(work, Purpose.REGISTRATION_LINK, link.id)
        record(work, "CLOSE_REGISTRATION_LINK", "registration_link", link.id)
    return link


@requires(Permission.RELATIONSHIP_WRITE)
async def approve_registration(work: Work, registration_id: UUID, terms: Terms) -> Registration:
    """Make a registered company the own organisation's customer: all of it at once, or nothing.

    It is a retailer below the own organisation that buys on these terms; whoever proved its e-mail
    administers it and buys for it. That takes what onboarding takes: ORGANISATION_WRITE too, and
    MEMBER_WRITE over the branch. Raises `RegistrationDecided`, `OrganisationClosed`,
    `GrantBeyondOwn`.
    """
    _check_reach(work, Permission.ORGANISATION_WRITE, Scope.ORGANISATION)
    _check_reach(work, Permission.MEMBER_WRITE, Scope.BRANCH)
    registration, identity_id = await _waiting(work, registration_id)
    seller = await _seller(work, registration.seller_id)
    organisation = Organisation(
        id=new_id(),
        parent_id=seller.id,
        kind=OrganisationKind.RETAILER,
        name=registration.company_name,
        city=registration.city,
        region=registration.region,
        country=registration.country,
        created_at=work.now,
    )
    await plant(work, organisation)
    await open_between(work, seller.id, organisation, terms)
    roles = await _usual_roles(work)
    member = await add_membership(
        work,
        identity_id,
        organisation.id,
        registration.contact_name,
        registration.email,
        roles,
        is_email_proven=True,
    )
    note_exchange(work, member.id, given=roles)
    registration.organisation_id = organisation.id
    created = {"kind": str(organisation.kind), "parent_id": str(seller.id)}
    after = {"name": organisation.name, "registration_id": str(registration.id), **created}
    record(work, "CREATE_ORGANISATION", "organisation", organisation.id, after=after)
    work.tell(DomainEvent("organisation_created", "organisation", organisation.id, created))
    await _decide(work, registration, RegistrationState.APPROVED, seller)
    return registration


@requires(Permission.ORGANISATION_WRITE)
async def refuse_registration(work: Work, registration_id: UUID, reason: str) -> Registration:
    """Refuse a company, which gets the reason by e-mail; raises `RegistrationDecided`."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    registration, _ = await _waiting(work, registration_id)
    registration.reason = reason.strip()
    seller = (await organisations_named(work, {registration.seller_id}))[registration.seller_id]
    await _decide(work, registration, RegistrationState.REFUSED, seller)
    return registration


async def _waiting(work: Work, registration_id: UUID) -> tuple[Registration, UUID]:
    """Lock a registration with the own organisation, and return the identity that proved it."""
    known = select(Registration.id).where(
        Registration.id == registration_id,
        Registration.seller_id == work.actor.own_organisation,
        Registration.identity_id.is_not(None),
    )
    found = await work.session.scalar(known)
    registration = found and await locks.registration(work, registration_id)
    if not registration or registration.identity_id is None:
        raise NotFound("Registration").at("registrationId")
    if registration.state != RegistrationState.WAITING:
        raise RegistrationDecided(registration.state.lower())
    return registration, registration.identity_id


async def _seller(work: Work, seller_id: UUID) -> Organisation:
    found = await work.session.execute(
        standings(work).add_columns(Organisation).where(Organisation.id == seller_id)
    )
    row = found.one()
    standing, seller = Standing(*row[:-1]), row[-1]
    if standing.is_closed:
        raise OrganisationClosed(seller.name).at("registrationId")
    check_depth(standing, 0, "registrationId")
    return seller


async def _usual_roles(work: Work) -> list[UUID]:
    known = await built_in_role_ids(work)
    roles = [known[role.code] for role in (ENTERPRISE_ADMIN, BUYER)]
    rights = await rights_of(work, roles)
    check_held(work.actor, chain.from_iterable(rights.values()), elsewhere=True)
    return roles


def _check_reach(work: Work, permission: Permission, needed: Scope) -> None:
    if not work.actor.may(permission) or not work.actor.scope_of(permission).covers(needed):
        raise Forbidden(permission)


async def _decide(
    work: Work, registration: Registration, state: RegistrationState, seller: Organisation
) -> None:
    registration.state, registration.decided_at = state, work.now
    is_approved = state is RegistrationState.APPROVED
    said = (
        f"{seller.name} has approved the registration of {registration.company_name}. Sign in with "
        "this e-mail address to order."
        if is_approved
        else f"{seller.name} has refused the registration of {registration.company_name}. "
        f"Reason: {registration.reason}"
    )
    await post(
        work,
        NewLetter(
            address=registration.email,
            name=registration.contact_name,
            title=f"Your registration with {seller.name} is {state.lower()}",
            text=said,
            lifetime=_LETTER_LIFETIME,
            tenant_id=work.tenant_id,
        ),
    )
    record(
        work,
        "APPROVE_REGISTRATION" if is_approved else "REFUSE_REGISTRATION",
        "registration",
        registration.id,
        reason=registration.reason,
    )
    work.tell(DomainEvent(f"registration_{state.lower()}", "registration", registration.id, {}))
