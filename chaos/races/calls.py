"""One person's call of one mutation over HTTP, what it was told, and between which moments."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.support.world import Person

_SHOWN = {
    "Order": "id state total lines { net }",
    "Shipment": "id status",
    "Territory": "id",
}
_REFUSAL = "... on Refusal { code field details { name value } }"


@dataclass(frozen=True, slots=True)
class Told:
    """What a call was told: an order's state, what it made, a refusal's code or an error's.

    It took effect at some moment between `sent` and `answered` (monotonic seconds), or never.
    `mark` is the race's own word for who called with what.
    """

    mark: str
    outcome: str
    sent: float
    answered: float
    answer: Mapping[str, Any] = field(default_factory=dict[str, Any])

    @property
    def is_done(self) -> bool:
        """Whether the call did what it asked for."""
        return self.answer.get("__typename", "Refusal") != "Refusal"

    def detail(self, name: str) -> str | None:
        """Return one of the figures that a refusal names."""
        given = self.answer.get("details", ())
        return next((each["value"] for each in given if each["name"] == name), None)


def the_one(told: Sequence[Told], mark: str) -> Told:
    """Return the one call of this mark."""
    (found,) = [each for each in told if each.mark == mark]
    return found


Client = Callable[[], Awaitable[Sequence[Told]]]
"""One who takes part: gives calls one after the other, and returns what each was told."""


async def call(  # noqa: PLR0913  # a call has these parts, by name
    person: Person,
    name: str,
    input_type: str,
    given: Mapping[str, Any],
    *,
    thing: str = "Order",
    mark: str = "",
) -> Told:
    """Give one command and note what came of it."""
    shown = f"... on {thing} {{ {_SHOWN[thing]} }}" if thing in _SHOWN else ""
    document = f"""mutation($input: {input_type}!) {{ {name}(input: $input) {{
        __typename {shown} {_REFUSAL} }} }}"""
    sent = time.monotonic()
    answer = await person.ask(document, input=dict(given))
    answered = time.monotonic()
    mark = mark or name
    if answer.body.get("errors"):
        return Told(mark, answer.error_codes[0], sent, answered, answer.body["errors"][0])
    found = answer.data[name]
    outcome = found.get("code") or found.get("state") or found["__typename"]
    return Told(mark, outcome, sent, answered, found)


def client(give: Callable[..., Awaitable[Told]], *given: object, **more: object) -> Client:
    """Return a client that gives one call."""

    async def run() -> Sequence[Told]:
        return [await give(*given, **more)]

    return run
