"""People, their roles and their trail, networks, and the ways in and out."""

from collections.abc import Mapping

from tests.isolation.cases.writing import A_PERSON, GRANTS, NOTHING, WHY, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    # Who am I
    "viewer": NOTHING,
    "permissionCatalogue": NOTHING,
    "orderTransitions": NOTHING,
    "node": (),  # each type in NODES
    "nodes": (),
    # People, roles and their trail
    "roles": NOTHING,
    "role": of(lambda it, _: {"id": it["Role"]}),
    "members": of(lambda it, _: {"organisationId": it["Organisation"]}),
    "auditTrail": NOTHING
    + of(lambda it, _: {"subjectId": it["Order:SHIPPED"]})
    + of(lambda it, _: {"subjectId": it["Membership"]}),
    "createRole": given(
        lambda it, _: {
            "organisationId": it["Organisation"],
            "name": once(),
            "grants": GRANTS,
        }
    ),
    "changeRole": given(lambda it, _: {"roleId": it["Role"], "name": once(), "grants": GRANTS}),
    "addMember": given(
        lambda it, _: {
            **A_PERSON,
            "organisationId": it["Organisation"],
            "email": f"{once()}@example.com",
            "roleIds": [],
        }
    )
    + given(
        lambda it, own: {
            **A_PERSON,
            "organisationId": own["Organisation"],
            "email": f"{once()}@example.com",
            "roleIds": [it["Role"]],
        }
    ),
    "assignRoles": given(lambda it, _: {"membershipId": it["Membership"], "roleIds": []})
    + given(lambda it, own: {"membershipId": own["Membership"], "roleIds": [it["Role"]]}),
    "renameMember": given(lambda it, _: {"membershipId": it["Membership"], "name": "Mallory"}),
    "endMembership": given(lambda it, _: {"membershipId": it["Membership"]}),
    # What one was told
    "myNotifications": NOTHING,
    "markNotificationsRead": given(lambda it, _: {"ids": [it["Notification"]]}),
    "notificationReceived": NOTHING,
    "myNotificationSettings": NOTHING,
    "setNotificationSettings": given(lambda _it, _own: {"timeZone": "UTC"}, changes=True),
    "notificationTemplates": of(lambda _it, _own: {"language": "EN"}),
    "setNotificationTemplate": given(
        lambda _it, _own: {
            "kind": "ORDER_SHIPPED",
            "language": "EN",
            "words": {"title": "Mine", "text": "Mine {number}"},
        },
        changes=True,
    ),
    # Networks
    "tenants": of(lambda _it, _own: {}, is_for_staff=True),
    "createTenant": given(
        lambda _it, _own: {
            "slug": f"t{once()}",
            "name": "N",
            "timeZone": "UTC",
            "currency": "CNY",
            "organisationName": "Root",
            "administrator": A_PERSON | {"email": f"{once()}@example.com"},
        },
        is_for_staff=True,
    ),
    "suspendTenant": given(
        lambda it, _: {"tenantId": it["Tenant@network"], **WHY}, is_for_staff=True
    ),
    "resumeTenant": given(lambda it, _: {"tenantId": it["Tenant@network"]}, is_for_staff=True),
    "changeNetworkSettings": given(
        lambda _it, _own: {"name": "Renamed", "taxMode": "PER_LINE"}, is_for_staff=True
    ),
    # Ways in and out
    "signIn": given(
        lambda it, _: {"email": it["e-mail"], "password": "a wrong password"}, is_public=True
    ),
    "actAs": given(lambda it, _: {"membershipId": it["Membership:SELLER"]}),
    "refreshTokens": given(lambda _it, _own: {"refreshToken": "no such token"}, is_public=True),
    "signOut": (),  # names nothing; ends one's own sign-in (tests/identities)
}
