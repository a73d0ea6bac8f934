"""Tables of organisations: the network, how trade is asked for, where goods go."""

from app.organisations.models.addresses import DeliveryAddress
from app.organisations.models.consents import BranchConsent, ConsentedRight, ConsentState
from app.organisations.models.instants import prepared_at, status_at, unended_at
from app.organisations.models.network import (
    CustomerGroup,
    CustomerGroupMember,
    CustomerLevel,
    FormerAncestry,
    MoveState,
    Organisation,
    OrganisationAncestry,
    OrganisationKind,
    OrganisationMove,
    OrganisationStatus,
    PaymentGate,
    PaymentTerms,
    PaymentWay,
    PriceInstant,
    SalesChannel,
    ShortagePolicy,
    ShownStock,
    Territory,
    TradingRelationship,
    UpstreamVisibility,
)
from app.organisations.models.reps import AssignedRep, TerritoryRep
from app.organisations.models.requests import RelationshipRequest, RequestState, SellerProfile

__all__ = [
    "AssignedRep",
    "BranchConsent",
    "ConsentState",
    "ConsentedRight",
    "CustomerGroup",
    "CustomerGroupMember",
    "CustomerLevel",
    "DeliveryAddress",
    "FormerAncestry",
    "MoveState",
    "Organisation",
    "OrganisationAncestry",
    "OrganisationKind",
    "OrganisationMove",
    "OrganisationStatus",
    "PaymentGate",
    "PaymentTerms",
    "PaymentWay",
    "PriceInstant",
    "RelationshipRequest",
    "RequestState",
    "SalesChannel",
    "SellerProfile",
    "ShortagePolicy",
    "ShownStock",
    "Territory",
    "TerritoryRep",
    "TradingRelationship",
    "UpstreamVisibility",
    "prepared_at",
    "status_at",
    "unended_at",
]
