"""Files: uploads, and what takes them."""

from collections.abc import Mapping

from tests.isolation.cases.writing import Case, given

CASES: Mapping[str, tuple[Case, ...]] = {
    "beginUpload": given(
        lambda _it, _own: {"purpose": "ORDER_ATTACHMENT", "fileName": "mine.pdf", "bytes": 10},
        changes=True,
    ),
}
