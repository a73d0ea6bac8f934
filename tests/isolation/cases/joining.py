"""How people and companies come in: invitations, requests for trade, registrations."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, WHY, Case, given, of, once

A_COMPANY = {
    "companyName": "Mallory Ltd",
    "taxNumber": "1",
    "street": "1 Street",
    "city": "City",
    "contactName": "Mallory",
    "email": "mallory@example.com",
}
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
    "branchConsents": NOTHING,
    "offerBranchConsent": given(
        lambda it, _: {"organisationId": it["Organisation:BUYER"], "permission": "STOCK_READ"}
    ),
    "answerBranchConsent": given(
        lambda it, _: {"consentId": it["BranchConsent"], "verdict": "WITHDRAW"}
    ),
    "registrationLinks": NOTHING,
    "registrations": NOTHING,
    "openRegistrationLink": given(lambda _it, _own: {"label": "A fair"}, changes=True),
    "register": given(lambda _it, _own: {"token": "no such token", **A_COMPANY}, is_public=True),
    "confirmRegistration": given(
        lambda _it, _own: {"token": "no such token", "password": "correct horse battery"},
        is_public=True,
    ),
    "approveRegistration": given(lambda it, _: {"registrationId": it["Registration"]})
    + given(
        lambda it, own: {
            "registrationId": own["Registration"],
            "terms": {"levelId": it["CustomerLevel"]},
        }
    )
    + given(
        lambda it, own: {
            "registrationId": own["Registration"],
            "terms": {"territoryId": it["Territory"]},
        }
    ),
    "refuseRegistration": given(lambda it, _: {"registrationId": it["Registration:2"], **WHY}),
    "closeRegistrationLink": given(lambda it, _: {"linkId": it["RegistrationLink"]}),
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
    "BranchConsent": ("BranchConsent", "BranchConsent:2"),
    "Invitation": ("Invitation",),
    "OpenSeller": ("OpenSeller",),
    "Registration": ("Registration", "Registration:2"),
    "RegistrationLink": ("RegistrationLink",),
    "RelationshipRequest": ("RelationshipRequest",),
}
