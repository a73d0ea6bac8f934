"""The request log as a test reads it: lines of JSON on standard output."""

import json
from typing import Any

import httpx2
import pytest

from app.kernel.ids import new_id
from tests.support.patience import until


class Written:
    """The lines of the request log about requests that carry an id of this test's own."""

    def __init__(self, capfd: pytest.CaptureFixture[str], http: httpx2.AsyncClient) -> None:
        self._capfd, self.text, self._id = capfd, "", new_id().hex
        http.headers["x-request-id"] = self._id

    async def lines(self, number: int) -> list[dict[str, Any]]:
        """Wait until there are so many; they are written five times a second."""

        async def are_so_many() -> bool:
            self.text += self._capfd.readouterr().out
            return len(self._own()) >= number

        await until(are_so_many)
        return self._own()

    def _own(self) -> list[dict[str, Any]]:
        return [line for line in _lines(self.text) if line["request"] == self._id]


def _lines(text: str) -> list[dict[str, Any]]:
    whole = text[: text.rfind("\n") + 1]
    return [json.loads(line) for line in whole.splitlines() if line.startswith("{")]
