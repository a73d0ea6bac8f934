"""Second factors: one's own, and what a network asks of its roles."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given, of

_CODE = {"code": "000000"}

CASES: Mapping[str, tuple[Case, ...]] = {
    "hasSecondFactor": NOTHING,
    "secondFactorRoles": of(lambda _it, _own: {}, is_for_staff=True),
    "finishSignIn": given(lambda _it, _own: {"token": "no such token", **_CODE}, is_public=True),
    "beginSecondFactor": given(lambda _it, _own: {"password": "a wrong password"}),
    "confirmSecondFactor": given(lambda _it, _own: _CODE),
    "removeSecondFactor": given(lambda _it, _own: _CODE),
    "allowSecondFactorReset": given(lambda it, _: {"membershipId": it["Membership"]}),
    "resetSecondFactor": given(
        lambda _it, _own: {"token": "no such token", "password": "a wrong password"},
        is_public=True,
    ),
    "requireSecondFactor": given(lambda it, _: {"roleIds": [it["Role"]]}, is_for_staff=True),
}
