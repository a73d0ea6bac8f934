"""For every root field of the schema: how a stranger would use it to reach somebody else's things.

`it` names things of the branch under attack, or ids that nothing has; `own` names the stranger's
own things, which look the same. A field may have several cases: one for each way in.

Every module of this folder may have `CASES` by root field, `MORE` that are added to them, `NODES`
by node type, and `JOBS` by the name of a listener or a duty; a new module is found by itself.
"""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from typing import Any

from tests.isolation.cases.writing import NOTHING, Case

_MODULES = [import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__)]


def _gathered(what: str) -> dict[str, Any]:
    """Put together what modules declare; a name that two of them declare is a mistake."""
    gathered: dict[str, Any] = {}
    for module in _MODULES:
        declared = getattr(module, what, {})
        twice = gathered.keys() & declared.keys()
        assert not twice, f"{module.__name__} declares {sorted(twice)} again in {what}"
        gathered |= declared
    return gathered


def _with_more(cases: Mapping[str, tuple[Case, ...]]) -> Mapping[str, tuple[Case, ...]]:
    """Put what is added behind what is there, so that no case changes its number."""
    more = _gathered("MORE")
    assert more.keys() <= cases.keys(), more.keys() - cases.keys()
    return {name: found + more.get(name, ()) for name, found in cases.items()}


CASES: Mapping[str, tuple[Case, ...]] = _with_more(_gathered("CASES"))
NODES: Mapping[str, tuple[str, ...]] = _gathered("NODES")
JOBS: Mapping[str, tuple[str, ...]] = _gathered("JOBS")

__all__ = ["CASES", "JOBS", "NODES", "NOTHING", "Case"]
