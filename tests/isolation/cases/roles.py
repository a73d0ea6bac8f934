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
            "replacementRoleId": own["Role"],
        }
    )
    + given(
        lambda it, own: {
            "roleId": own["Role"],
            "replacementRoleId": it["Role"],
        }
    ),
    "previewRole": of(lambda it, _: {"roleIds": [it["Role"]]}),
    "compareRoles": of(lambda it, own: {"roleId": it["Role"], "otherRoleId": own["Role"]})
    + of(lambda it, own: {"roleId": own["Role"], "otherRoleId": it["Role"]}),
    "previewAssignment": of(lambda it, _: {"membershipId": it["Membership"], "roleIds": []})
    + of(lambda it, own: {"membershipId": own["Membership"], "roleIds": [it["Role"]]}),
    "roleHolders": of(lambda it, _: {"roleId": it["Role"]}),
}
