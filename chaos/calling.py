"""Clients that give a command again, with the same key, until they know what came of it."""

import asyncio
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import httpx2

from replay.network import Account

TRY_SECONDS = 5.0
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0
_OK = 200
_PASSING = frozenset({"BUSY", "INTERNAL", "OVER_BUDGET", "RESTARTING", "TIMEOUT"})
_SIGN_IN = """mutation($input: SignInInput!) { signIn(input: $input) {
    ... on SignedIn { accessToken } ... on Refusal { code message } } }"""


class Unsure(Exception):  # nobody knows whether it is one
    """No answer came that says what happened."""


class GaveUp(Exception):  # the client's patience ended
    """No answer came within the client's patience."""


class Unexpected(Exception):  # what it is, is for a person to say
    """An answer that no fault explains."""


@dataclass
class Pulse:
    """When writes were sent that were then acknowledged: how one sees that all is well again."""

    sent: list[float] = field(default_factory=list[float])
    answered: list[float] = field(default_factory=list[float])

    def beat(self, sent: float) -> None:
        """Note an acknowledged write by the moment at which its last try was sent."""
        self.sent.append(sent)
        self.answered.append(time.monotonic())

    def served_again(self, since: float) -> float | None:
        """Return when the first write was answered that was sent after a moment."""
        later = (
            answered
            for sent, answered in zip(reversed(self.sent), reversed(self.answered), strict=True)
            if sent >= since
        )
        return min(later, default=None)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command's last try was answered; `is_repeat` after a try that nobody answered."""

    found: Mapping[str, Any]
    is_repeat: bool
    sent: float

    @property
    def refusal(self) -> str:
        """The code of the refusal, or nothing."""
        return str(self.found.get("code") or "")


class Caller:
    """Somebody with an account, who signs in when told that nobody knows them."""

    def __init__(
        self, http: httpx2.AsyncClient, account: Account, random: Random, patience: float
    ) -> None:
        """Sign in with the first call; give one up after so many seconds."""
        self._http, self._account, self._random = http, account, random
        self._patience = patience
        self._token = ""
        self.tries = 0

    async def call(self, document: str, **variables: Any) -> Answer:
        """Send one root field until it is answered; raises `GaveUp` and `Unexpected`."""
        began, pause, is_repeat = time.monotonic(), _FIRST_PAUSE, False
        while True:
            sent = time.monotonic()
            try:
                if not self._token:
                    await self._sign_in()
                return Answer(await self._send(document, variables), is_repeat, sent)
            except Unsure as unsure:
                if time.monotonic() - began > self._patience:
                    raise GaveUp(str(unsure)) from unsure
                is_repeat = True
            await asyncio.sleep(pause * (0.5 + self._random.random()))
            pause = min(2 * pause, _LONGEST_PAUSE)

    async def _sign_in(self) -> None:
        given = {"email": self._account.email, "password": self._account.password}
        self._token = (await self._send(_SIGN_IN, {"input": given}))["accessToken"]

    async def _send(self, document: str, variables: Mapping[str, Any]) -> Mapping[str, Any]:
        headers = {"authorization": f"Bearer {self._token}"} if self._token else {}
        sent = {"query": document, "variables": variables}
        self.tries += 1
        try:
            answer = await self._http.post("/graphql", json=sent, headers=headers)
            body = answer.json()
        except (httpx2.TransportError, ValueError) as failure:
            raise Unsure(f"{type(failure).__name__} {failure}") from failure
        if "errors" in body or not isinstance(body.get("data"), dict):
            self._judge(answer.status_code, body)
        (found,) = body["data"].values()
        return found

    def _judge(self, status: int, body: Mapping[str, Any]) -> None:
        codes = {
            error.get("extensions", {}).get("code", "INTERNAL") for error in body.get("errors", ())
        }
        if "UNAUTHENTICATED" in codes:
            self._token = ""
        elif status == _OK and not codes & _PASSING:
            raise Unexpected(str(body)[:500])
        raise Unsure(f"{status} {sorted(codes)}")
