"""Asking a seller of the network for a trading relationship, and what the seller decides (R3-6)."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit.operations import record
from app.db.outbox import DomainEvent
from app.db.work import Work
from app.kernel.errors import Invalid, NotFound
from app.kernel.ids import new_id
from app.organisations import locks
from app.organisations.errors import OrganisationClosed, RelationshipExists, RequestDecided
from app.organisations.models import (
    Organisation,
    OrganisationStatus,
    RelationshipRequest,
    RequestState,
    SellerProfile,
    TradingRelationship,
    unended_at,
)
from app.organisations.operations import open_between, told_to
from app.organisations.rules import Terms, as_noted, checked_name
from app.rbac.guard import requires
from app.rbac.operations import people_of
from app.rbac.permissions import Permission

LONGEST_NOTE = 1_000
_REGION = 200


@requires(Permission.RELATIONSHIP_WRITE)
async def change_seller_profile(
    work: Work, name: str, region: str, *, is_published: bool
) -> SellerProfile:
    """Let the network ask the own organisation for trade by this name and region, or no more.

    Requests that wait stay to be decided.
    """
    region = region.strip()
    if len(region) > _REGION:
        raise Invalid("region", f"must have at most {_REGION} characters")
    wanted = {"name": checked_name(name), "region": region, "is_published": is_published}
    own = await _own(work)
    made = insert(SellerProfile).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        organisation_id=own.id,
        changed_at=work.now,
        **wanted,
    )
    put = made.on_conflict_do_update(
        index_elements=["tenant_id", "organisation_id"], set_=wanted | {"changed_at": work.now}
    )
    statement = put.returning(SellerProfile).execution_options(populate_existing=True)
    profile = (await work.session.scalars(statement)).one()
    record(work, "CHANGE_SELLER_PROFILE", "seller_profile", profile.id, after=as_noted(wanted))
    return profile


@requires(Permission.RELATIONSHIP_WRITE)
async def request_relationship(work: Work, profile_id: UUID, note: str) -> RelationshipRequest:
    """Ask a seller that accepts requests for trade; while one waits, asking again is the same one.

    Raises `RelationshipExists`, and `NotFound` for a seller that does not accept requests.
    """
    note = _checked("note", note)
    own = await _own(work)
    profile = await _open_profile(work, profile_id)
    if profile.organisation_id == own.id:
        raise Invalid("sellerId", "must be another organisation")
    await _check_no_trade(work, profile, own)
    is_new = await _put_request(work, own, profile, note)
    statement = select(RelationshipRequest).where(
        RelationshipRequest.buyer_id == own.id,
        RelationshipRequest.seller_id == profile.organisation_id,
        RelationshipRequest.state == RequestState.ASKED,
    )
    request = (await work.session.scalars(statement)).one()
    if is_new:
        await _tell(
            work, request, "REQUEST_RELATIONSHIP", "relationship_requested", request.seller_id
        )
    return request


@requires(Permission.RELATIONSHIP_WRITE)
async def approve_relationship_request(
    work: Work, request_id: UUID, terms: Terms
) -> RelationshipRequest:
    """Begin to sell to whoever asked, on these terms and from this instant on.

    Raises `RequestDecided`, `RelationshipExists`, `OrganisationClosed`.
    """
    request = _waiting(await locks.request_to_own(work, request_id))
    buyer = (
        await work.session.scalars(select(Organisation).where(Organisation.id == request.buyer_id))
    ).one()
    if buyer.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(buyer.name).at("requestId")
    relationship = await open_between(work, request.seller_id, buyer, terms)
    request.relationship_id = relationship.id
    _decide(work, request, RequestState.APPROVED)
    await _tell(
        work,
        request,
        "APPROVE_RELATIONSHIP_REQUEST",
        "relationship_request_approved",
        request.buyer_id,
    )
    return request


@requires(Permission.RELATIONSHIP_WRITE)
async def refuse_relationship_request(
    work: Work, request_id: UUID, reason: str
) -> RelationshipRequest:
    """Refuse to trade with whoever asked, who is told the reason; raises `RequestDecided`."""
    if not reason.strip():
        raise Invalid("reason", "must not be empty")
    request = _waiting(await locks.request_to_own(work, request_id))
    request.reason = _checked("reason", reason)
    _decide(work, request, RequestState.REFUSED)
    await _tell(
        work,
        request,
        "REFUSE_RELATIONSHIP_REQUEST",
        "relationship_request_refused",
        request.buyer_id,
    )
    return request


@requires(Permission.RELATIONSHIP_WRITE)
async def withdraw_relationship_request(work: Work, request_id: UUID) -> RelationshipRequest:
    """Take back what the own organisation asked for; raises `RequestDecided`."""
    request = _waiting(await locks.request_of_own(work, request_id))
    _decide(work, request, RequestState.WITHDRAWN)
    await _tell(
        work,
        request,
        "WITHDRAW_RELATIONSHIP_REQUEST",
        "relationship_request_withdrawn",
        request.seller_id,
    )
    return request


async def _own(work: Work) -> Organisation:
    statement = select(Organisation).where(Organisation.id == work.actor.own_organisation)
    own = (await work.session.scalars(statement)).one()
    if own.status == OrganisationStatus.CLOSED:
        raise OrganisationClosed(own.name).at("")
    return own


async def _open_profile(work: Work, profile_id: UUID) -> SellerProfile:
    profile = await work.session.scalar(
        select(SellerProfile)
        .join(Organisation, Organisation.id == SellerProfile.organisation_id)
        .where(
            SellerProfile.id == profile_id,
            SellerProfile.is_published,
            Organisation.status != OrganisationStatus.CLOSED,
        )
    )
    if profile is None:
        raise NotFound("OpenSeller").at("sellerId")
    return profile


async def _put_request(work: Work, own: Organisation, profile: SellerProfile, note: str) -> bool:
    """Write a request unless one waits; whether it is new."""
    asking = insert(RelationshipRequest).values(
        tenant_id=work.tenant_id,
        id=new_id(),
        buyer_id=own.id,
        seller_id=profile.organisation_id,
        buyer_name=own.name,
        buyer_kind=own.kind,
        buyer_city=own.city,
        buyer_region=own.region,
        seller_name=profile.name,
        note=note,
        asked_by_membership_id=work.actor.membership_id,
        asked_at=work.now,
        state=RequestState.ASKED,
    )
    made = asking.on_conflict_do_nothing().returning(RelationshipRequest.id)
    return await work.session.scalar(made) is not None


async def _check_no_trade(work: Work, profile: SellerProfile, own: Organisation) -> None:
    unended = select(TradingRelationship.id).where(
        TradingRelationship.seller_id == profile.organisation_id,
        TradingRelationship.buyer_id == own.id,
        unended_at(work.now),
    )
    if (await work.session.execute(unended)).first() is not None:
        raise RelationshipExists(profile.name, own.name).at("sellerId")


def _waiting(request: RelationshipRequest | None) -> RelationshipRequest:
    if request is None:
        raise NotFound("RelationshipRequest").at("requestId")
    if request.state != RequestState.ASKED:
        raise RequestDecided(request.state.lower())
    return request


def _decide(work: Work, request: RelationshipRequest, state: RequestState) -> None:
    request.state, request.decided_at = state, work.now


def _checked(field: str, text: str) -> str:
    if len(text.strip()) > LONGEST_NOTE:
        raise Invalid(field, f"must have at most {LONGEST_NOTE} characters")
    return text.strip()


async def _tell(
    work: Work, request: RelationshipRequest, action: str, kind: str, other_side: UUID
) -> None:
    """Note it for both sides, and tell those of the other one who set terms of trade."""
    record(
        work,
        action,
        "relationship_request",
        request.id,
        after=as_noted({"buyer_id": request.buyer_id, "seller_id": request.seller_id}),
        on_behalf_of=other_side,
        reason=request.reason,
    )
    people = await people_of(work, (other_side,), Permission.RELATIONSHIP_WRITE)
    data: dict[str, object] = {
        "buyer_name": request.buyer_name,
        "seller_name": request.seller_name,
        "seller_id": str(request.seller_id),
        "buyer_id": str(request.buyer_id),
        "note": request.note or None,
        "reason": request.reason,
    }
    work.tell(DomainEvent(kind, "relationship_request", request.id, data | told_to(people)))
