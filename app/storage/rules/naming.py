"""Names of files as people gave them, without what could lead anywhere."""

import re
import unicodedata

from app.kernel.errors import Invalid

LONGEST_NAME = 200
_PLACES = re.compile(r"[/\\]")


def checked_name(given: str) -> str:
    """Return the last part of a path, without characters that show nothing."""
    last = _PLACES.split(given)[-1]
    shown = "".join(each for each in last if unicodedata.category(each)[0] != "C").strip()
    if not shown.strip("."):
        raise Invalid("fileName", "must be a name such as order.pdf")
    if len(shown) > LONGEST_NAME:
        raise Invalid("fileName", f"must have at most {LONGEST_NAME} characters")
    return shown
