"""What other packages do with files: store, claim, read, discard.

Who may read a file is decided by the package that claims it; nothing here asks.
"""

from app.storage.operations.keeping import claim, discard, forget_unused, store
from app.storage.operations.parts import PART_BYTES, copy_out, write_parts
from app.storage.operations.reading import content_of, files_by_id, uploaded

__all__ = [
    "PART_BYTES",
    "claim",
    "content_of",
    "copy_out",
    "discard",
    "files_by_id",
    "forget_unused",
    "store",
    "uploaded",
    "write_parts",
]
