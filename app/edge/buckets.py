"""Budgets: what a network, a person and an address may use, as leaky buckets of this process.

Each process has its own, as each has its own core; so a limit grows with the processes.
"""

import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil

from app.edge.limits import Limits
from app.identities.tokens import AccessClaims
from app.kernel.addresses import network_of
from app.kernel.errors import OverBudget
from app.kernel.footprint import FOOTPRINT

CHARACTERS_A_DOCUMENT = 200
"""What the shortest document takes to prepare, in characters of a longer one: measured."""
Key = int | str
"""An identifier's number, which is found faster than a `UUID`, or an address."""


@dataclass(slots=True, eq=False)
class Bucket:
    """How full a bucket was at an instant of its clock."""

    level: float
    at: float

    def pour(self, amount: float) -> None:
        """Pour in what was used, or take out what was not; nothing falls below empty."""
        self.level = max(0.0, self.level + amount)


class Buckets:
    """One leaky bucket a key: it holds `burst` and leaks `rate` a second.

    At most `most` keys are kept; the one unused for longest is forgotten, and begins empty.
    """

    def __init__(
        self, burst: float, rate: float, most: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin with every bucket empty."""
        self._burst, self._rate, self._most, self._clock = burst, rate, most, clock
        self._kept: OrderedDict[Key, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def __getitem__(self, key: Key) -> Bucket:
        """Return a key's bucket as full as it is now."""
        now = self._clock()
        bucket = self._kept.get(key)
        if bucket is None:
            if len(self._kept) >= self._most:
                self._kept.popitem(last=False)
            bucket = self._kept[key] = Bucket(0.0, now)
            return bucket
        if bucket.level:
            bucket.level = max(0.0, bucket.level - (now - bucket.at) * self._rate)
        bucket.at = now
        self._kept.move_to_end(key)
        return bucket

    def wait(self, bucket: Bucket, amount: float) -> float:
        """Return in how many seconds the amount would fit: 0 or less where it fits now."""
        return (bucket.level + amount - self._burst) / self._rate


@dataclass(slots=True, eq=False)
class Charge:
    """What was charged for one operation; `settle` puts it right once it is known."""

    requested: int
    _buckets: tuple[Bucket, ...]

    def settle(self, spent: int) -> None:
        """Give back what was not used, or charge what was used beyond the request; once."""
        difference = spent - self.requested
        self.requested = spent
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.spent += spent
        if difference:
            for bucket in self._buckets:
                bucket.pour(difference)


class Budgets:
    """The budgets of all callers of this process."""

    def __init__(self, limits: Limits, clock: Callable[[], float] = time.monotonic) -> None:
        """Begin with nothing used."""
        most = limits.callers
        self._tenants = Buckets(limits.tenant_burst, limits.tenant_rate, most, clock)
        self._people = Buckets(limits.user_burst, limits.user_rate, most, clock)
        self._addresses = Buckets(limits.address_burst, limits.address_rate, most, clock)
        self._documents = Buckets(limits.document_burst, limits.document_rate, most, clock)

    def charge(self, claims: AccessClaims | None, address: str, requested: int) -> Charge:
        """Charge the bearer's network and person, or the address of whoever has no token.

        Raises `OverBudget`, and then charges nobody.
        """
        if (footprint := FOOTPRINT.get()) is not None:
            footprint.requested += requested
            if claims is not None:
                footprint.tenant_id = claims.tenant_id
                footprint.membership_id = claims.membership_id
        if claims is None:
            return _charged(((self._addresses, network_of(address)),), requested)
        if claims.tenant_id is None:
            return _charged(((self._people, claims.identity_id.int),), requested)
        places = (
            (self._tenants, claims.tenant_id.int),
            (self._people, claims.identity_id.int),
        )
        return _charged(places, requested)

    def charge_document(self, claims: AccessClaims | None, address: str, characters: int) -> None:
        """Charge the bearer, or the address of whoever has no token, for preparing a document.

        Nothing of it is given back: a document that is refused took as much work. Raises
        `OverBudget`, and then charges nobody.
        """
        key = claims.identity_id.int if claims else network_of(address)
        _charged(((self._documents, key),), characters + CHARACTERS_A_DOCUMENT)


def _charged(places: tuple[tuple[Buckets, Key], ...], requested: int) -> Charge:
    found: list[Bucket] = []
    seconds = 0.0
    for buckets, key in places:
        bucket = buckets[key]
        seconds = max(seconds, buckets.wait(bucket, requested))
        found.append(bucket)
    if seconds > 0:
        raise OverBudget(ceil(seconds))
    for bucket in found:
        bucket.level += requested
    return Charge(requested, tuple(found))
