"""For every root field of the schema: how a stranger would use it to reach somebody else's things.

`it` names things of the branch under attack, or ids that nothing has; `own` names the stranger's
own things, which look the same. A field may have several cases: one for each way in.
"""

from collections.abc import Mapping

from tests.isolation.cases import (
    catalogue,
    jobs,
    orders,
    organisations,
    people,
    prices,
    promotions,
    stock,
    webhooks,
)
from tests.isolation.cases.nodes import NODES as OTHER_NODES
from tests.isolation.cases.writing import NOTHING, Case

CASES: Mapping[str, tuple[Case, ...]] = {
    **organisations.CASES,
    **catalogue.CASES,
    **prices.CASES,
    **promotions.CASES,
    **orders.CASES,
    **stock.CASES,
    **people.CASES,
    **jobs.CASES,
    **webhooks.CASES,
}
NODES: Mapping[str, tuple[str, ...]] = {**OTHER_NODES, **webhooks.NODES}

__all__ = ["CASES", "NODES", "NOTHING", "Case"]
