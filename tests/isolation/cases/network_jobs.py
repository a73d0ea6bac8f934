"""Background jobs of all networks: for the platform's staff alone."""

from collections.abc import Mapping

from app.kernel.ids import new_id
from tests.isolation.cases.writing import Case, given, of


def _a_job(it, _own):
    return {
        "tenantId": it["Tenant@network"],
        "eventId": str(new_id()),
        "listener": "tell_people",
    }


CASES: Mapping[str, tuple[Case, ...]] = {
    "networkDeadJobs": of(lambda it, _: {"tenantId": it["Tenant@network"]}, is_for_staff=True)
    + of(lambda _it, _own: {}, is_for_staff=True),
    "replayNetworkJob": given(_a_job, is_for_staff=True),
    "dropNetworkJob": given(_a_job, is_for_staff=True),
}
