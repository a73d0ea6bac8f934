"""A carrier's own software: a server that is asked for lorries and reports where goods are."""

import json
from base64 import b64decode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from app.kernel.ids import new_id
from app.webhooks.rules.signing import is_signed, signed
from tests.e2e.stage import Stage
from tests.support.receiver import Received, Receiver, answer, receiving


@dataclass
class Courier:
    """Takes every order for a lorry that is signed, under a reference that names the order."""

    stage: Stage
    server: Receiver
    report_path: str = ""
    requests_key: bytes = b""
    reports_key: bytes = b""

    def introduced(self, created: dict[str, Any]) -> None:
        """Note what the seller was shown once."""
        self.report_path = created["carrier"]["reportPath"]
        keys = (created["secrets"][name].removeprefix("whsec_") for name in ("requests", "reports"))
        self.requests_key, self.reports_key = (b64decode(key) for key in keys)

    async def taken(self, question: Received) -> bytes:
        """Answer a question of the platform's."""
        if not is_signed([self.requests_key], question.headers, question.body):
            return answer(401)
        asked = question.message
        said = {"reference": f"REF {asked['order']}", "trackingNumber": f"TN {asked['order']}"}
        return answer(200, json.dumps(said).encode(), "content-type: application/json")

    async def reports(self, status: str, order: str, key: bytes | None = None, **said: Any) -> int:
        """Tell where an order's goods are; the status of the platform's answer."""
        body = json.dumps({"status": status, "reference": f"REF {order}", **said}).encode()
        headers = signed([key or self.reports_key], new_id().hex, datetime.now(UTC), body)
        response = await self.stage.http.post(self.report_path, content=body, headers=headers)
        return response.status_code


@asynccontextmanager
async def couriers(stage: Stage) -> AsyncIterator[Courier]:
    """Answer until the block ends."""
    async with receiving() as server:
        courier = Courier(stage, server)
        server.respond = courier.taken
        yield courier
