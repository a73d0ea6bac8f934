"""Every default of the edge in one place; `docs/edge.md` is made from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

from app.kernel.errors import Invalid

PREFIX = "TRIBUTARY_LIMIT_"
_POINTS = "points"


def _limit(default: float, unit: str, why: str, *, least: float = 1) -> Any:
    return field(default=default, metadata={"unit": unit, "why": why, "least": least})


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What a request, a caller and a process may use; each is documented by its own `why`.

    Costs are in points: one for each object that is made, more where a field declares a weight.
    """

    body_bytes: int = _limit(
        4 * 1024 * 1024, "bytes", "Room for 10,000 prices in one call, typed or as a file."
    )
    anonymous_body_bytes: int = _limit(
        128 * 1024, "bytes", "Without a valid access token there is nothing large to say."
    )
    body_seconds: float = _limit(
        10, "s", "A body that comes slower is given up: a trickle must not hold a request open."
    )
    upload_seconds: float = _limit(
        120, "s", "A file may take longer to come: 32 MB at 270 kB each second.", least=0.2
    )
    json_depth: int = _limit(
        40, "levels", "Our inputs need eight; deep nesting only serves to exhaust a parser."
    )
    tokens: int = _limit(
        2_500, "tokens", "Counted before parsing, which takes 3 µs for each; our largest have 900."
    )
    depth: int = _limit(
        16, "levels", "The deepest document of our own clients needs 12; introspection needs 14."
    )
    aliases: int = _limit(
        100, "aliases", "Aliases multiply the work of a field, so few documents need many."
    )
    directives: int = _limit(100, "directives", "Each one is looked at again in every validation.")
    fields: int = _limit(
        1_500, "fields", "After each fragment is counted once; our largest document has 400."
    )
    root_mutations: int = _limit(
        10, "fields", "Mutations run one after the other, each in a transaction of its own."
    )
    operation_cost: int = _limit(
        30_000, _POINTS, "What one operation may ask for before anything of it runs."
    )
    documents: int = _limit(
        1_000, "documents", "Prepared documents that are kept besides the trusted ones."
    )
    document_store_bytes: int = _limit(
        40 * 1024 * 1024, "bytes", "What they may take together, parsed and planned."
    )
    document_burst: int = _limit(
        200_000,
        "characters",
        "New documents that a caller may send at once, 200 added for each: about 1 s of work. All "
        "those of a large front end are a quarter of it, and known afterwards.",
        least=70_000,
    )
    document_rate: int = _limit(
        5_000,
        "characters/s",
        "What a caller gets back each second: whoever goes on sending new ones keeps a twentieth "
        "of a processor busy.",
    )
    tenant_burst: int = _limit(
        1_000_000, _POINTS, "What a network may use at once, in each web process."
    )
    tenant_rate: int = _limit(100_000, "points/s", "What a network gets back each second.")
    user_burst: int = _limit(
        400_000, _POINTS, "What a person may use at once, in each web process."
    )
    user_rate: int = _limit(
        40_000,
        "points/s",
        "What a person gets back each second; nobody may take a whole network's.",
    )
    address_burst: int = _limit(
        40_000,
        _POINTS,
        "What may be used without a token from one address; an office shares one.",
    )
    address_rate: int = _limit(
        1_000,
        "points/s",
        "What an address gets back each second: bounds the guessing of passwords.",
    )
    sign_in_place_failures: int = _limit(
        5, "attempts", "May fail for one e-mail from one address before the next one waits."
    )
    sign_in_account_failures: int = _limit(
        20,
        "attempts",
        "May fail for one e-mail from all addresses from which nobody has signed in with it. "
        "Places where its owner has signed in within 90 days are not slowed by others.",
    )
    sign_in_address_failures: int = _limit(
        50, "attempts", "May fail from one address for all e-mails; an office shares one."
    )
    sign_in_first_seconds: float = _limit(
        2, "s", "The wait after the first attempt too many; each further one doubles it.", least=0.1
    )
    sign_in_longest_seconds: float = _limit(
        900, "s", "The longest wait: nobody is locked out for ever.", least=0.1
    )
    sign_in_forget_seconds: float = _limit(
        120, "s", "One failed attempt is forgotten each time that so long has gone by.", least=1
    )
    letters: int = _limit(
        3,
        "letters",
        "Links by e-mail that may be asked for at once for one address; then one more every "
        "forgotten attempt.",
    )
    callers: int = _limit(
        20_000, "buckets", "Budgets kept of each kind; the one unused for longest is forgotten."
    )
    pool_waiters: int = _limit(
        64, "requests", "How many may wait for a database connection; more only wait in vain."
    )
    pool_wait_seconds: float = _limit(
        2, "s", "How long each may wait; a connection is held for milliseconds.", least=0.01
    )
    statement_seconds: float = _limit(
        15, "s", "PostgreSQL stops a statement that takes longer.", least=0.1
    )
    operation_seconds: float = _limit(
        20, "s", "An operation that takes longer is stopped; above the statement's time.", least=0.2
    )
    disconnect_seconds: float = _limit(
        0.5, "s", "After so long it is looked whether the caller is still there.", least=0.05
    )
    sockets: int = _limit(1_000, "sockets", "WebSockets of a web process.")
    user_sockets: int = _limit(10, "sockets", "WebSockets of a person: tabs and devices.")
    address_sockets: int = _limit(
        100, "sockets", "WebSockets of an address, also before they have named a person."
    )
    socket_operations: int = _limit(
        20, "operations", "Subscriptions and other operations that run on one WebSocket at once."
    )
    subscriptions: int = _limit(
        2_000, "subscriptions", "Of a web process, over WebSockets and as server-sent events."
    )
    user_subscriptions: int = _limit(
        50, "subscriptions", "Of a person, on all their WebSockets and streams of a web process."
    )
    subscription_backlog: int = _limit(
        256, "events", "May wait for a subscription; one that is further behind is ended."
    )
    subscription_turns: int = _limit(
        4,
        "events",
        "Worked on at once by a web process: below its database connections, so that one event "
        "with a thousand listeners delays them and not the requests.",
    )
    stalled_reader_seconds: float = _limit(
        10, "s", "A WebSocket or stream that takes no message within it is closed.", least=0.1
    )
    drain_seconds: float = _limit(
        5, "s", "A process that is to stop waits so long until its WebSockets have closed.", least=0
    )
    socket_message_bytes: int = _limit(
        64 * 1024, "bytes", "A message's document and variables; files go over HTTP."
    )
    socket_message_burst: int = _limit(
        60, "messages", "Messages of a WebSocket at once: a page that opens subscribes to a few."
    )
    socket_message_rate: int = _limit(
        10, "messages/s", "Messages that a WebSocket gets back each second."
    )
    socket_init_seconds: float = _limit(
        5, "s", "A WebSocket must say `connection_init` within it.", least=0.1
    )
    socket_ping_seconds: float = _limit(
        25,
        "s",
        "After so long in silence it is pinged, below the idle time of common proxies.",
        least=0.1,
    )
    socket_silence_seconds: float = _limit(
        60, "s", "A WebSocket from which nothing comes, not even a pong, is closed.", least=0.2
    )

    def __post_init__(self) -> None:
        """Refuse limits that contradict one another."""
        _check(
            self.operation_seconds > self.statement_seconds,
            "operation_seconds",
            "statement_seconds",
        )
        _check(
            self.sign_in_longest_seconds >= self.sign_in_first_seconds,
            "sign_in_longest_seconds",
            "sign_in_first_seconds",
        )
        _check(
            self.socket_silence_seconds > self.socket_ping_seconds,
            "socket_silence_seconds",
            "socket_ping_seconds",
        )
        for burst in ("tenant_burst", "user_burst", "address_burst"):
            _check(getattr(self, burst) >= self.operation_cost, burst, "operation_cost")

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Self:
        """Read `TRIBUTARY_LIMIT_*`; raises `Invalid` naming the variable that means nothing."""
        known = {PREFIX + item.name.upper(): item for item in fields(cls)}
        given: dict[str, Any] = {}
        for name, text in environment.items():
            if not name.startswith(PREFIX):
                continue
            if name not in known:
                raise Invalid(name, "there is no such limit; docs/edge.md lists them all")
            item = known[name]
            given[item.name] = _number(
                name, text, whole=item.type is int, least=item.metadata["least"]
            )
        return cls(**given)


def _number(name: str, text: str, *, whole: bool, least: float) -> float:
    kind = int if whole else float
    try:
        value = kind(text)
    except ValueError:
        raise Invalid(name, f"{text!r} is not a {'whole ' if whole else ''}number") from None
    if not least <= value < float("inf"):
        raise Invalid(name, f"must be {least:g} or more")
    return value


def _check(is_right: bool, name: str, other: str) -> None:  # noqa: FBT001  # what was compared
    if not is_right:
        raise Invalid(PREFIX + name.upper(), f"must not be below {PREFIX}{other.upper()}")


def limits_table() -> str:
    """Return the table of all limits as Markdown, in the order in which they are declared."""
    usual = Limits()
    lines = ["| Variable | Default | Why |\n|---|---|---|\n"]
    for item in fields(Limits):
        default = f"{_shown(getattr(usual, item.name))} {item.metadata['unit']}"
        why = item.metadata["why"]
        lines.append(f"| `{PREFIX}{item.name.upper()}` | {default} | {why} |\n")
    return "".join(lines)


def _shown(value: float) -> str:
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"
