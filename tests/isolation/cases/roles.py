"""Roles: what becomes of them, and who holds them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "cloneRole": given(
        lambda it, own: {
            "roleId": it["Role"],
            "organisationId": own["Organisation"],
            "name": once(),
        }
    )
    + given(
        lambda it, own: {
            "roleId": own["Role"],
            "organisationId": it["Organisation"],
            "name": once(),
        }
    ),
    "retireRole": given(lambda it, _: {"roleId": it["Role"]}),
    "reinstateRole": given(lambda it, _: {"roleId": it["Role"]}),
    "replaceRole": given(
        lambda it, own: {
            "roleId": it["Role"],
            "replacementRoleId": own["Role:2"],
        }
    )
    + given(
        lambda it, own: {
            "roleId": own["Role"],
            "replacementRoleId": it["Role:2"],
        }
    ),
    "explainPermission": of(
        lambda it, _: {"permission": "ORDER_READ", "membershipId": it["Membership"]}
    )
    + of(lambda it, _: {"permission": "ORDER_READ", "recordId": it["Order:SHIPPED"]})
    + of(lambda it, _: {"permission": "RELATIONSHIP_READ", "recordId": it["TradingRelationship"]})
    + of(lambda it, _: {"permission": "PRICE_READ", "recordId": it["PriceList"]})
    + of(lambda it, _: {"permission": "STOCK_READ", "recordId": it["Warehouse"]}),
    "permissionCaps": of(lambda it, _: {"membershipId": it["Membership"]}),
    "peopleWhoMay": of(lambda _it, _own: {"permission": "ORDER_READ"})
    + of(lambda it, _: {"permission": "ORDER_CANCEL", "recordId": it["Order:SHIPPED"]})
    + of(lambda it, _: {"permission": "PRODUCT_WRITE", "recordId": it["Product"]})
    + of(lambda it, _: {"permission": "MEMBER_READ", "recordId": it["Organisation"]}),
    "previewRole": of(lambda it, _: {"roleIds": [it["Role"]]}),
    "compareRoles": of(lambda it, own: {"roleId": it["Role"], "otherRoleId": own["Role"]})
    + of(lambda it, own: {"roleId": own["Role"], "otherRoleId": it["Role"]}),
    "previewAssignment": of(lambda it, _: {"membershipId": it["Membership"], "roleIds": []})
    + of(lambda it, own: {"membershipId": own["Membership"], "roleIds": [it["Role"]]}),
    "giveRole": given(lambda it, own: {"membershipId": it["Membership"], "roleId": own["Role"]})
    + given(lambda it, own: {"membershipId": own["Membership"], "roleId": it["Role:2"]}),
    "takeRole": given(lambda it, own: {"membershipId": it["Membership"], "roleId": own["Role"]})
    + given(lambda it, own: {"membershipId": own["Membership"], "roleId": it["Role:2"]}),
    "roleAssignments": of(lambda it, _: {"membershipId": it["Membership"]}),
    "roleHistory": of(lambda it, _: {"roleId": it["Role"]}),
    "membershipHistory": of(lambda it, _: {"membershipId": it["Membership"]}),
    "roleHolders": of(lambda it, _: {"roleId": it["Role"]}),
}
