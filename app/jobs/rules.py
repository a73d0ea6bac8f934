"""How long a job that failed waits, and how its failure is told."""

import random
import traceback
from datetime import timedelta

from app.kernel.errors import DomainError

FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_RETRIES = 20
MOST_STARTS = 5
_CODE = "code"


def pause_after(failures: int) -> timedelta:
    """Return how long to wait after so many failures, doubled each time, of which half by chance.

    Chance keeps jobs that failed together from coming back together.
    """
    longest = min(FIRST_PAUSE * 2 ** min(failures - 1, 30), LONGEST_PAUSE)
    return longest * random.uniform(0.5, 1.0)  # noqa: S311  # spreads load, keeps no secret


def cause_of(error: BaseException) -> str:
    """Say what went wrong in words of the code alone, which quote nobody's data."""
    return error.code if isinstance(error, DomainError) else told_safely(error)


def told_safely(error: BaseException) -> str:
    """Say what went wrong and where, without the values that an exception's text may carry.

    Sentences that are meant for people are kept; of all others only names and codes.
    """
    if isinstance(error, DomainError):
        return f"{error.code}: {error.message}"
    code = getattr(error, _CODE, None)
    said = f"{type(error).__name__} {code}" if isinstance(code, int) else type(error).__name__
    ours = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if "/app/" in frame.filename or "/workers/" in frame.filename
    ]
    if not ours:
        return said
    file = ours[-1].filename.replace("\\", "/")
    place = file[max(file.rfind("/app/"), file.rfind("/workers/")) + 1 :]
    return f"{said} in {ours[-1].name} ({place}, line {ours[-1].lineno})"
