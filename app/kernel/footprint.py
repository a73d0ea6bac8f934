"""What one request uses and meets on its way, gathered for its log line and for metrics."""

import re
from contextvars import ContextVar
from dataclasses import dataclass
from logging import Logger
from traceback import format_exception
from uuid import UUID, uuid4

from app.kernel.errors import Overload

_VALUES = re.compile(r"^(DETAIL|CONTEXT): .*$", re.MULTILINE)


@dataclass(slots=True, eq=False)
class Footprint:
    """Filled by whoever knows: names and numbers only, nothing that a caller has written.

    `operation` is a trusted document's name or a root field of the schema. Costs are points,
    `waited` is microseconds of waiting for a database connection. `fallback` says why the compiled
    executor was not used. `overload` is set when an error of ours left nothing of the answer. Of a
    stream each operation and event has a footprint of its own.
    """

    request_id: str = ""
    operation: str = ""
    tenant_id: UUID | None = None
    membership_id: UUID | None = None
    requested: int = 0
    spent: int = 0
    statements: int = 0
    waited: int = 0
    incident: str = ""
    fallback: str = ""
    overload: Overload | None = None
    is_stream: bool = False


FOOTPRINT: ContextVar[Footprint | None] = ContextVar("footprint", default=None)
"""The footprint of the request that is being answered; none in workers and at start."""


def note_incident(log: Logger, error: BaseException) -> str:
    """Log what nobody meant to happen under a new id, which the request's log line names too.

    What PostgreSQL tells of a row's values is withheld: it may be anybody's.
    """
    incident = uuid4().hex
    told = _VALUES.sub(r"\1: withheld", "".join(format_exception(error)))
    log.error("incident %s\n%s", incident, told)
    if (footprint := FOOTPRINT.get()) is not None:
        footprint.incident = incident
    return incident
