"""A person's hands on the API, over HTTP."""

from datetime import UTC, datetime, timedelta
from typing import Any

import httpx2

from replay.errors import StepFailed
from replay.network import Account

_SIGN_IN = """mutation($input: SignInInput!) { signIn(input: $input) {
    ... on SignedIn { accessToken expiresAt } ... on Refusal { code message } } }"""
_RENEW_BEFORE = timedelta(minutes=2)


class Person:
    """Somebody with an account; signs in at the first request, and again when the token ends."""

    def __init__(self, http: httpx2.AsyncClient, account: Account) -> None:
        self._http = http
        self._account = account
        self._token = ""
        self._renew_at = datetime.min.replace(tzinfo=UTC)

    async def ask(self, document: str, **variables: Any) -> Any:
        """Send an operation of one root field; returns what it answered, or raises `StepFailed`."""
        if datetime.now(UTC) > self._renew_at:
            await self._sign_in()
        return await self._send(document, variables, {"authorization": f"Bearer {self._token}"})

    async def _sign_in(self) -> None:
        given = {"email": self._account.email, "password": self._account.password}
        signed_in = await self._send(_SIGN_IN, {"input": given}, {})
        self._token = signed_in["accessToken"]
        self._renew_at = datetime.fromisoformat(signed_in["expiresAt"]) - _RENEW_BEFORE

    async def _send(self, document: str, variables: dict[str, Any], headers: dict[str, str]) -> Any:
        sent = {"query": document, "variables": variables}
        answer = await self._http.post("/graphql", json=sent, headers=headers)
        body = answer.json()
        step = f"{document.split('{', 2)[1].split('(')[0].strip()} by {self._account.email}"
        if "errors" in body:
            raise StepFailed(step, str(body["errors"]))
        (found,) = body["data"].values()
        if "code" in found:
            raise StepFailed(step, f"{found['code']}: {found['message']}")
        return found
