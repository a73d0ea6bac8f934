"""One's own password and sign-ins, which name nobody else's."""

from collections.abc import Mapping

from tests.isolation.cases.writing import NOTHING, Case, given

CASES: Mapping[str, tuple[Case, ...]] = {
    "mySessions": NOTHING,
    "requestPasswordReset": (),  # one answer for every address (tests/identities)
    "resetPassword": given(
        lambda _it, _own: {"token": "no such token", "newPassword": "a long password"},
        is_public=True,
    ),
    "proveEmail": given(lambda _it, _own: {"token": "no such token"}, is_public=True),
    "changePassword": given(
        lambda _it, _own: {"password": "a wrong password", "newPassword": "a long password"}
    ),
    "endSession": (),  # finds one's own alone (tests/identities)
    "endOtherSessions": (),  # names nothing; ends one's own sign-ins (tests/identities)
}
