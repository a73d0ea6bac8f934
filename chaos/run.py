"""One run: trade, strike, look, come to rest, and compare."""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx2

from app.db.database import Database
from chaos.calling import TRY_SECONDS, Pulse
from chaos.comparing import Comparison, compare
from chaos.faults import Fault
from chaos.installation import Installation
from chaos.ledger import Ledger, read_ledger
from chaos.looking import Looker, Looks, handled
from chaos.network import Trading, found
from chaos.trading import Desk, Trader
from launch.rabbitmq.server import RabbitServer

_POLL_SECONDS = 0.02
_CONNECTIONS = 64
_UNDER_WAY_SECONDS = 0.5


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a fault did: what was struck, and seconds until the installation served again, if ever.

    Counted from the moment it struck to the first answer of a write sent after that, or, for what
    hits the worker, to the first effect of a job.
    """

    name: str
    told: str
    at: float
    back: float | None


@dataclass(frozen=True, slots=True)
class Plan:
    """What a run does; `minutes` end it even if faults are left.

    `patience` is for how many seconds a client tries, a fault may last, and jobs may be waited for.
    """

    seed: int
    faults: Sequence[Fault]
    minutes: float
    tenants: int = 3
    shops: int = 3
    calm_seconds: float = 0.5
    patience: float = 90
    forgetful: bool = False


@dataclass
class Ran:
    """What came of a run."""

    plan: Plan
    carrier: str = "PostgreSQL"
    outcomes: list[Outcome] = field(default_factory=list[Outcome])
    comparison: Comparison = field(default_factory=Comparison)
    looks: Looks = field(default_factory=Looks)
    unexpected: list[str] = field(default_factory=list[str])
    longest: tuple[float, str] = (0.0, "")
    seconds: float = 0.0
    came_to_rest: bool = False
    restarts: int = 0

    @property
    def acknowledged(self) -> int:
        """How many intents were acknowledged."""
        return self.comparison.acknowledged.total()

    @property
    def is_whole(self) -> bool:
        """Whether nothing was lost, doubled or broken, and everything came back."""
        came_back = all(outcome.back is not None for outcome in self.outcomes)
        faults = (self.comparison.lost, self.comparison.doubled, self.comparison.unasked)
        return came_back and self.came_to_rest and not any((*faults, self.looks.broken))


async def run(
    plan: Plan,
    folder: Path,
    tell: Callable[[str], None] = lambda _: None,
    rabbit: RabbitServer | None = None,
) -> Ran:
    """Carry out a plan; the ledger of it stays in the folder."""
    ran, began = Ran(plan), time.monotonic()
    if rabbit is not None:
        ran.carrier = "RabbitMQ"
    place = Installation(plan.forgetful, rabbit)
    try:
        await place.start()
        tell("Everything runs; networks are written")
        tradings = await _found(place, plan)
        await _trade(ran, place, tradings, folder, tell)
    finally:
        await place.stop(folder)
    ran.seconds, ran.restarts = time.monotonic() - began, place.restarts
    return ran


async def _found(place: Installation, plan: Plan) -> list[Trading]:
    database = Database(place.access.app_dsn, pool_size=1)
    try:
        return [await found(database, plan.shops) for _ in range(plan.tenants)]
    finally:
        await database.close()


async def _trade(
    ran: Ran,
    place: Installation,
    tradings: Sequence[Trading],
    folder: Path,
    tell: Callable[[str], None],
) -> None:
    with closing(Ledger(folder / "ledger.jsonl")) as ledger:
        looker = Looker(place.access.app_dsn, tradings)
        await _trade_until_struck(ran, place, tradings, ledger, looker, tell)
    _conclude(ran, place, looker, ledger.path)


async def _trade_until_struck(  # noqa: PLR0913, PLR0917  # all that a run is made of
    ran: Ran,
    place: Installation,
    tradings: Sequence[Trading],
    ledger: Ledger,
    looker: Looker,
    tell: Callable[[str], None],
) -> None:
    desk = Desk(ledger, Pulse(), asyncio.Event(), ran.unexpected, ran.plan.patience)
    limits = httpx2.Limits(max_connections=_CONNECTIONS, max_keepalive_connections=_CONNECTIONS)
    async with httpx2.AsyncClient(
        base_url=place.address, timeout=TRY_SECONDS, limits=limits
    ) as http:
        traders = _traders(http, tradings, desk, Random(ran.plan.seed))
        watching = asyncio.create_task(looker.watch())
        await _strike_all(ran, place, desk, tell)
        desk.closing.set()
        await asyncio.gather(*traders)
    watching.cancel()
    with suppress(asyncio.CancelledError):
        await watching
    tell("Trade has ended; waiting for jobs")
    ran.came_to_rest = await looker.rest(place.superuser_dsn, 2 * ran.plan.patience)
    await looker.look()
    await looker.close()


def _traders(
    http: httpx2.AsyncClient, tradings: Sequence[Trading], desk: Desk, random: Random
) -> list[asyncio.Task[None]]:
    def trader(trading: Trading, shop: int) -> Trader:
        return Trader(http, trading, shop, desk, Random(random.random()))

    selling = [trader(trading, shop).trade() for trading in tradings for shop in trading.shops]
    pricing = [trader(trading, trading.shops[0]).change_prices() for trading in tradings]
    return [asyncio.create_task(work) for work in (*selling, *pricing)]


async def _strike_all(
    ran: Ran, place: Installation, desk: Desk, tell: Callable[[str], None]
) -> None:
    random, plan, began = Random(ran.plan.seed), ran.plan, time.monotonic()
    await _served(desk.pulse, began, plan.patience)
    for number, fault in enumerate(plan.faults, start=1):
        if time.monotonic() - began > 60 * plan.minutes:
            break
        await asyncio.sleep(plan.calm_seconds * (0.5 + random.random()))
        effects = await asyncio.to_thread(handled, place.superuser_dsn)
        struck = time.monotonic()
        told = await fault.strike(place, random)
        if fault.hits_worker:
            back = await _works(place, effects, struck, plan.patience)
        else:
            back = await _served(desk.pulse, struck, plan.patience)
        ran.outcomes.append(Outcome(fault.name, told, struck - began, back))
        tell(f"{number}/{len(plan.faults)} {told}: back after {_seconds(back)}")


async def _served(pulse: Pulse, since: float, patience: float) -> float | None:
    while time.monotonic() - since < patience:
        if (answered := pulse.served_again(since)) is not None:
            return answered - since
        await asyncio.sleep(_POLL_SECONDS)
    return None


async def _works(place: Installation, before: int, since: float, patience: float) -> float | None:
    """Wait for an effect that a job has later than those under way when it struck."""
    seen = before
    while (passed := time.monotonic() - since) < patience:
        now = await asyncio.to_thread(handled, place.superuser_dsn)
        if passed <= _UNDER_WAY_SECONDS:
            seen = now
        elif now > seen:
            return time.monotonic() - since
        await asyncio.sleep(5 * _POLL_SECONDS)
    return None


def _seconds(back: float | None) -> str:
    return "never" if back is None else f"{back:.2f} s"


def _conclude(ran: Ran, place: Installation, looker: Looker, ledger: Path) -> None:
    intents = list(read_ledger(ledger))
    ran.comparison = compare(intents, place.superuser_dsn)
    ran.looks = looker.looks
    slowest = max(intents, key=lambda intent: intent.seconds, default=None)
    if slowest is not None:
        ran.longest = (slowest.seconds, f"{slowest.operation} {slowest.key}")
