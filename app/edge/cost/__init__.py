"""What a document costs, and whether it is too large, before it is validated.

`cost_of` goes through a parsed document once, each fragment once, and makes a `CostRule` whose
`requested(variables)` takes a few microseconds for a request.
"""

from app.edge.cost.limits import DefaultLimits, DocumentLimits
from app.edge.cost.refusals import DocumentRefused, TooMuch
from app.edge.cost.rule import CostRule, appraising, cost_of
from app.edge.cost.weights import weight_of

__all__ = [
    "CostRule",
    "DefaultLimits",
    "DocumentLimits",
    "DocumentRefused",
    "TooMuch",
    "appraising",
    "cost_of",
    "weight_of",
]
