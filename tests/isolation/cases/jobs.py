"""Background jobs of the network: for those who administer it alone."""

from collections.abc import Mapping

from tests.isolation.cases.writing import Case, given, of

CASES: Mapping[str, tuple[Case, ...]] = {
    "deadJobs": of(lambda _it, _own: {}, is_for_staff=True),
    "replayDeadJob": given(lambda it, _: {"id": it["DeadJob@network"]}, is_for_staff=True),
    "dropDeadJob": given(lambda it, _: {"id": it["DeadJob@network"]}, is_for_staff=True),
}
