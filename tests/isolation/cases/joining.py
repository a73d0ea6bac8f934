"""How people and companies come in: invitations, requests for trade."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "invitations": of(lambda it, _: {"organisationId": it["Organisation"]}),
    "inviteMember": given(
        lambda it, _: {
            "organisationId": it["Organisation"],
            "name": "Mallory",
            "email": f"{once()}@example.com",
            "roleIds": [],
        }
    )
    + given(
        lambda it, own: {
            "organisationId": own["Organisation"],
            "name": "Mallory",
            "email": f"{once()}@example.com",
            "roleIds": [it["Role"]],
        }
    ),
    "resendInvitation": given(lambda it, _: {"invitationId": it["Invitation"]}),
    "withdrawInvitation": given(lambda it, _: {"invitationId": it["Invitation"]}),
    "openSellers": NOTHING,
    "sellerProfile": NOTHING,
    "relationshipRequests": NOTHING,
    "changeSellerProfile": given(
        lambda _it, _own: {"isPublished": True, "name": "Open to all"}, changes=True
    ),
    "requestRelationship": given(lambda it, _: {"sellerId": it["OpenSeller"]}, owner="buyer"),
    "approveRelationshipRequest": given(lambda it, _: {"requestId": it["RelationshipRequest"]})
    + given(
        lambda it, own: {
            "requestId": own["RelationshipRequest"],
            "terms": {"levelId": it["CustomerLevel"]},
        }
    )
    + given(
        lambda it, own: {
            "requestId": own["RelationshipRequest"],
            "terms": {"territoryId": it["Territory"]},
        }
    ),
    "refuseRelationshipRequest": given(
        lambda it, _: {"requestId": it["RelationshipRequest:2"], **WHY}
    ),
    "withdrawRelationshipRequest": given(
        lambda it, _: {"requestId": it["RelationshipRequest:3"]}, owner="buyer"
    ),
    "acceptInvitation": given(lambda _it, _own: {"token": "no such token"}),
    "joinByInvitation": given(
        lambda _it, _own: {
            "token": "no such token",
            "name": "Mallory",
            "password": "correct horse battery",
        },
        is_public=True,
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {
    "Invitation": ("Invitation",),
    "OpenSeller": ("OpenSeller",),
    "RelationshipRequest": ("RelationshipRequest",),
}
