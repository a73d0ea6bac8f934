"""Requests that want to make the server work: each must be refused, and cheaply.

The table is shared: the tests hold every refusal against it, `python -m bench.hostile` measures
what each costs the server.
"""

from bench.attacks.attack import JSON, Attack, asking
from bench.attacks.bodies import BODIES, OVERSIZE, TRANSPORT
from bench.attacks.documents import DOCUMENTS, LARGEST

ATTACKS = (*DOCUMENTS, *BODIES, *TRANSPORT)

__all__ = [
    "ATTACKS",
    "BODIES",
    "DOCUMENTS",
    "JSON",
    "LARGEST",
    "OVERSIZE",
    "TRANSPORT",
    "Attack",
    "asking",
]
