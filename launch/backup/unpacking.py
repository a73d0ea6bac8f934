"""Unpack a segment of WAL: PostgreSQL runs this file by itself while it recovers.

It needs nothing but the standard library. A segment that is damaged ends the recovery, instead of
being taken for the end of all there is.
"""

import gzip
import shutil
import sys
import zlib

DAMAGED = 200
"""PostgreSQL gives up at any status above 125; at others it believes that there is no segment."""
_BLOCK = 1024 * 1024


def unpack(source: str, target: str) -> None:
    """Write a segment as it was before it was packed."""
    with gzip.open(source) as packed, open(target, "wb") as plain:  # noqa: PTH123  # starts faster
        shutil.copyfileobj(packed, plain, _BLOCK)


if __name__ == "__main__":
    try:
        unpack(*sys.argv[1:])
    except (OSError, EOFError, zlib.error) as failure:
        sys.stderr.write(f"{sys.argv[1]} cannot be unpacked: {failure}\n")
        sys.exit(DAMAGED)
