"""What an e-mail address and a password must look like, and how often one may try."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from app.identities.errors import WeakPassword
from app.kernel.errors import Invalid

SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 256
LONGEST_EMAIL = 254
MOST_DOMAINS = 20
_LONGEST_DEVICE = 200
_DOMAIN = re.compile(r"[^@\s.]+(\.[^@\s.]+)+")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+")


def checked_email(email: str) -> str:
    """Return the address in lower case, as identities keep it; raises `Invalid`."""
    address = unicodedata.normalize("NFC", email.strip()).lower()
    if len(address) > LONGEST_EMAIL or not address.isprintable() or not _EMAIL.fullmatch(address):
        raise Invalid("email", "must be an e-mail address, such as li.wei@example.com")
    return address


def checked_domains(domains: Iterable[str]) -> list[str]:
    """Return domains of e-mail addresses in lower case, each once; raises `Invalid`."""
    found = sorted({domain.strip().lower().removeprefix("@") for domain in domains})
    if not 1 <= len(found) <= MOST_DOMAINS:
        raise Invalid("domains", f"must be 1 to {MOST_DOMAINS}")
    if not all(_DOMAIN.fullmatch(domain) and len(domain) <= LONGEST_EMAIL for domain in found):
        raise Invalid("domains", "must be what stands behind the @, such as example.com")
    return found


def domain_of(email: str) -> str:
    """Return what stands behind the @ of an address as identities keep it."""
    return email.rpartition("@")[2]


def shown_device(device: str | None) -> str | None:
    """Return what a browser calls itself, in one printable line of at most 200 characters."""
    line = "".join(letter for letter in device or "" if letter.isprintable())
    return line[:_LONGEST_DEVICE] or None


def checked_password(password: str, field: str = "initialPassword") -> str:
    """Return a password that may be set; raises `WeakPassword`, or `Invalid` when over-long."""
    if len(password) < SHORTEST_PASSWORD:
        raise WeakPassword(SHORTEST_PASSWORD).at(field)
    if len(password) > LONGEST_PASSWORD:
        raise Invalid(field, f"must have at most {LONGEST_PASSWORD} characters")
    return password


@dataclass(frozen=True, slots=True)
class Allowance:
    """How many attempts may fail at once, and how long the next one waits then.

    Each failure beyond `free` doubles the wait, from `first` to `longest`; one failure is forgotten
    every `forget`.
    """

    free: int
    first: timedelta
    longest: timedelta
    forget: timedelta

    def failures_now(self, counter: "Counter", now: datetime) -> float:
        """Return how many failures still count."""
        elapsed = max(now - counter.counted_at, timedelta(0))  # Another's clock may be ahead.
        return max(0.0, counter.failures - elapsed / self.forget)

    def wait_after(self, failures: float) -> timedelta:
        """Return how long nobody may try after so many failures."""
        beyond = ceil(failures) - self.free
        if beyond <= 0:
            return timedelta(0)
        return min(self.first * 2 ** min(beyond - 1, 30), self.longest)

    def counted(self, counter: "Counter", now: datetime) -> "Counter":
        """Count an attempt as failed, until it turns out to be right."""
        failures = self.failures_now(counter, now) + 1
        wait = self.wait_after(failures)
        return Counter(failures, now, now + wait if wait else None)

    def begins_to_wait(self, counter: "Counter") -> bool:
        """Whether the attempt that was counted last is the first after which nobody may try."""
        return ceil(counter.failures) == self.free + 1


@dataclass(frozen=True, slots=True)
class Counter:
    """How many attempts had failed at an instant, and until when nobody may try."""

    failures: float
    counted_at: datetime
    closed_until: datetime | None
