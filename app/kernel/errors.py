"""Every error that a caller may meet, by what they can do about it.

```
DomainError
├── Refused          a rule of the trade said no; a person can mend it (a `Refusal` in the API)
├── Invalid          the input has no meaning as written; names the field and what would be right
├── NotFound         no such thing, or not yours: the two answer alike (F2)
├── Forbidden        signed in, but the permission is missing
├── Unauthenticated  not signed in, or the sign-in has ended
└── Overload         nothing is wrong with the request itself, and it was not answered
    ├── Busy         no connection to the database was free in time
    ├── OverBudget   this caller has used up what it may use for now
    ├── TookTooLong  it was stopped after the longest time that one may take
    ├── FellBehind   more happened than whoever follows has taken in time
    └── Restarting   the process that answers is about to stop; another is there
```
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from decimal import Decimal
from typing import ClassVar, Self
from uuid import UUID


@dataclass(eq=False)
class DomainError(Exception):
    """An answer other than success, with a code for programs and a sentence for people."""

    code: ClassVar[str]
    text: ClassVar[str]
    field_path: ClassVar[str] = ""

    def __post_init__(self) -> None:
        """Keep the exception's own text equal to the sentence for people."""
        super().__init__(self.message)
        self.path = self.field_path

    @property
    def message(self) -> str:
        """The sentence for people, with the values that broke the rule."""
        return self.text.format(**{name: _shown(value) for name, value in self._values().items()})

    @property
    def details(self) -> Mapping[str, str]:
        """The values behind the sentence, as text: decimals and identifiers in full."""
        return {name: _shown(value) for name, value in self._values().items()}

    def at(self, path: str) -> Self:
        """Return this error, pointing at another input field (`lines.2.quantity`)."""
        self.path = path
        return self

    def _values(self) -> dict[str, object]:
        return {item.name: getattr(self, item.name) for item in fields(self)}


class Refused(DomainError):
    """A rule of the trade said no; the caller can mend it and try again."""


@dataclass(eq=False)
class Invalid(DomainError):
    """The input has no meaning as written."""

    code: ClassVar = "INVALID"
    text: ClassVar = "{field}: {problem}"
    field: str
    problem: str

    def __post_init__(self) -> None:
        """Point at the field that was given."""
        super().__post_init__()
        self.path = self.field


@dataclass(eq=False)
class NotFound(DomainError):
    """No such thing, or it is not the caller's: the answer is the same on purpose (F2)."""

    code: ClassVar = "NOT_FOUND"
    text: ClassVar = "There is no such {kind}."
    kind: str


@dataclass(eq=False)
class Forbidden(DomainError):
    """The caller is known and lacks the permission."""

    code: ClassVar = "FORBIDDEN"
    text: ClassVar = "This needs the permission {permission}."
    permission: str


@dataclass(eq=False)
class Unauthenticated(DomainError):
    """The caller is not signed in, or the sign-in has ended."""

    code: ClassVar = "UNAUTHENTICATED"
    text: ClassVar = "Sign in first: {problem}."
    problem: str


class Overload(DomainError):
    """Nothing is wrong with the request itself, and it was not answered."""

    @property
    def retry_after(self) -> int | None:
        """In how many whole seconds it is worth trying again; none where that would not help."""
        return None


@dataclass(eq=False)
class Busy(Overload):
    """No connection to the database was free in time; nothing was begun."""

    code: ClassVar = "BUSY"
    text: ClassVar = "Too much is going on; try again in {seconds} s."
    seconds: int = 1

    @property
    def retry_after(self) -> int:
        """As the sentence says."""
        return self.seconds


@dataclass(eq=False)
class OverBudget(Overload):
    """This caller has used up what it may use for now; nothing was begun."""

    code: ClassVar = "OVER_BUDGET"
    text: ClassVar = "Too much was asked for in too short a time; try again in {seconds} s."
    seconds: int

    @property
    def retry_after(self) -> int:
        """As the sentence says."""
        return self.seconds


@dataclass(eq=False)
class TookTooLong(Overload):
    """It was stopped; a write that was about to commit may have happened."""

    code: ClassVar = "TIMEOUT"
    text: ClassVar = "This took too long and was stopped; ask for less at once."


@dataclass(eq=False)
class ConnectionLost(Overload):
    """The database went away in the middle; a write that was about to commit may have happened."""

    code: ClassVar = "INTERRUPTED"
    text: ClassVar = (
        "The connection to the database broke; repeat a change with the same idempotency key."
    )

    @property
    def retry_after(self) -> int:
        """Soon: it comes back, or another one takes its place."""
        return 1


@dataclass(eq=False)
class StorageFull(Overload):
    """The database has no room for what is new; nothing was changed, and reading goes on."""

    code: ClassVar = "STORAGE_FULL"
    text: ClassVar = "There is no room left to store this; nothing was changed. Try again later."

    @property
    def retry_after(self) -> int:
        """When somebody may have made room."""
        return 60


@dataclass(eq=False)
class FellBehind(Overload):
    """Whoever follows takes events more slowly than they happen; some were dropped."""

    code: ClassVar = "FELL_BEHIND"
    text: ClassVar = "Too much has happened to tell all of it; read anew, then follow again."

    @property
    def retry_after(self) -> int:
        """At once, but what was missed must be read."""
        return 0


@dataclass(eq=False)
class Restarting(Overload):
    """The process that answers is about to stop."""

    code: ClassVar = "RESTARTING"
    text: ClassVar = "This server is about to stop; ask again, and another one answers."

    @property
    def retry_after(self) -> int:
        """Soon."""
        return 1


def refusal_codes() -> list[str]:
    """Return every code a `Refused` can carry, sorted; complete once all packages are imported."""
    return sorted(kind.code for kind in _descendants(Refused))


def _descendants(kind: type[DomainError]) -> list[type[DomainError]]:
    found: list[type[DomainError]] = []
    for child in kind.__subclasses__():
        found += [child, *_descendants(child)]
    return found


def _shown(value: object) -> str:
    if isinstance(value, Decimal):
        return format(value.normalize() if value == value.to_integral() else value, "f")
    if isinstance(value, UUID):
        return str(value)
    return str(value)
