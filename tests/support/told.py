"""What an answer tells, without what stands in it by chance."""

import json
import re
from typing import Any

_INSTANT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?")


def told(body: Any) -> str:
    """Write an answer as text without its instants: the clock shows the digits of any price."""
    return _INSTANT.sub("an instant", json.dumps(body, ensure_ascii=False))
