"""Why somebody says no, or takes back what was approved."""

from app.kernel.errors import Invalid

LONGEST_REASON = 2_000


def checked_reason(reason: str) -> str:
    """Return a reason without the space around it; raises `Invalid` for none or too long a one."""
    words = reason.strip()
    if not 1 <= len(words) <= LONGEST_REASON:
        raise Invalid("reason", f"must have 1 to {LONGEST_REASON} characters")
    return words
