"""What schemathesis must know of us: how our scalars look, and what an error of ours looks like.

Loaded by schemathesis itself in a process of its own (SCHEMATHESIS_HOOKS).
"""

import json
import os

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

DECIMALS = st.decimals(allow_nan=True, allow_infinity=True).map(str) | st.sampled_from(
    ["0", "-1", "0.000001", "1e6", "1e999999", "999999999999999999999", "", "1,5"]
)
MOMENTS = st.datetimes().map(lambda moment: moment.isoformat() + "Z") | st.sampled_from(
    ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59+14:00", "2026-02-30T00:00:00Z", "now"]
)
DAYS = st.dates().map(str) | st.sampled_from(["0001-01-01", "9999-12-31", "2026-02-30", ""])

IDS = st.sampled_from([*json.loads(os.environ["TRIBUTARY_IDS"]), "", "T3JkZXI6eA=="])
NUMBERS = st.integers(1, 100) | st.sampled_from([-(2**31), -1, 0, 101, 2**31 - 1])

schemathesis.graphql.scalar("ID", IDS.map(nodes.String))
schemathesis.graphql.scalar("Int", NUMBERS.map(nodes.Int))
schemathesis.graphql.scalar("Decimal", DECIMALS.map(nodes.String))
schemathesis.graphql.scalar("DateTime", MOMENTS.map(nodes.String))
schemathesis.graphql.scalar("Date", DAYS.map(nodes.String))


@schemathesis.check
def nothing_went_wrong_on_our_side(ctx, response, case) -> None:
    """A masked error is an error of ours, whatever the status."""
    del ctx, case
    assert response.status_code < 500
    assert '"INTERNAL"' not in response.text
