"""Who asks: buyers of the seeded network, signed in for as long as a run may last."""

import json
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from typing import Any
from uuid import UUID

from app.identities.tokens import AccessClaims, TokenKeys
from bench.http.serving import HOST
from bench.keys import Kind, key
from bench.stage import TENANT

_LIFETIME = timedelta(hours=6)
_SECONDS = 60.0


def global_id(type_name: str, own: UUID) -> str:
    """Return the API's id of a seeded row."""
    return b64encode(f"{type_name}:{own}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Buyer:
    """A buyer with an access token, and the relationship in which it buys."""

    token: str
    relationship: str


class People:
    """Signs buyers in by the server's own secret."""

    def __init__(self, secret: str) -> None:
        """Take the secret that the servers of this run sign with."""
        self._keys = TokenKeys(secret, _LIFETIME, _LIFETIME)
        self._now = datetime.now(UTC)

    def distributor(self, number: int) -> Buyer:
        """Sign a distributor in, who buys of the brand."""
        person, terms = key(Kind.DISTRIBUTOR_PERSON, number), key(Kind.SUPPLY, number)
        return self._signed_in(person, terms)

    def outlet(self, number: int) -> Buyer:
        """Sign an outlet in, who buys of its distributor."""
        return self._signed_in(key(Kind.OUTLET_PERSON, number), key(Kind.CUSTOMER, number))

    def _signed_in(self, person: UUID, relationship: UUID) -> Buyer:
        claims = AccessClaims(person, person, TENANT, person)
        token = self._keys.sign(claims, self._now)
        return Buyer(token, global_id("TradingRelationship", relationship))


def request_of(buyer: Buyer, document: str, variables: dict[str, Any]) -> str:
    """Write a whole HTTP request."""
    body = json.dumps({"query": document, "variables": variables})
    head = (
        "POST /graphql HTTP/1.1",
        f"Host: {HOST}",
        "Accept: application/json",
        "Content-Type: application/json",
        f"Authorization: Bearer {buyer.token}",
        f"Content-Length: {len(body)}",
    )
    return "\r\n".join((*head, "", body))


def answer_of(port: int, buyer: Buyer, document: str, variables: dict[str, Any]) -> Any:
    """Ask once and return the one root field's answer; raises `LookupError` with its errors."""
    connection = HTTPConnection(HOST, port, timeout=_SECONDS)
    try:
        body = json.dumps({"query": document, "variables": variables})
        headers = {
            "content-type": "application/json",
            "authorization": f"Bearer {buyer.token}",
        }
        connection.request("POST", "/graphql", body, headers)
        answer = json.loads(connection.getresponse().read())
    finally:
        connection.close()
    if "errors" in answer:
        raise LookupError(str(answer["errors"])[:2_000])
    (found,) = answer["data"].values()
    return found
