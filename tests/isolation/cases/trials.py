"""Requests for networks: for platform staff, and answered alike to everybody else."""

from collections.abc import Mapping

from tests.isolation.cases.writing import WHY, Case, given, of, once

CASES: Mapping[str, tuple[Case, ...]] = {
    "trialRequests": of(lambda _it, _own: {}, is_for_staff=True),
    "requestTrial": (),  # one answer for every address (tests/identities)
    "confirmTrialRequest": given(lambda _it, _own: {"token": "no such token"}, is_public=True),
    "acceptTrial": given(
        lambda it, _: {
            "trialRequestId": it["TrialRequest@network"],
            "slug": f"t{once()}",
            "name": "N",
            "timeZone": "UTC",
            "currency": "CNY",
        },
        is_for_staff=True,
    ),
    "refuseTrial": given(
        lambda it, _: {"trialRequestId": it["TrialRequest@network"], **WHY}, is_for_staff=True
    ),
    "changeTrialEnd": given(
        lambda it, _: {"trialRequestId": it["TrialRequest@network"]}, is_for_staff=True
    ),
}
NODES: Mapping[str, tuple[str, ...]] = {"TrialRequest": ("TrialRequest@network",)}
