"""The command line: `python -m chaos.races [--rounds 200] [--clients 50] [--only last-unit]`."""

import argparse
import asyncio
import secrets
import sys
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from app.db.database import Database
from chaos.races.all import RACES
from chaos.races.histories.isolation import MIXTURES, Looked, look
from chaos.races.playing import Played, play
from chaos.races.race import Race
from chaos.races.report import FOLDER, Report, write
from chaos.races.stage import Stage, staged
from tests.support.patience import UNHURRIED

CLIENTS, ROUNDS = 50, 200
HISTORIES = "histories"
NAMES = (*(race.name for race in RACES), HISTORIES)
_FEWEST_CLIENTS = 4


def main(words: list[str] | None = None) -> int:
    """Run the races, write the report; 1 where a promise was not kept."""
    arguments = _parser().parse_args(words)
    console = Console(stderr=True)
    chosen = [race for race in RACES if _is_chosen(race.name, arguments)]
    try:
        report = asyncio.run(_run(console, chosen, arguments))
    except KeyboardInterrupt:
        console.print("Stopped.")
        return 130
    path = write(report, arguments.folder)
    console.print(path.read_text(), markup=False, highlight=False)
    console.print(f"Everything is in {path}", highlight=False, soft_wrap=True)
    return 0 if report.is_clean else 1


async def _run(console: Console, races: list[type[Race]], arguments: argparse.Namespace) -> Report:
    began, played = datetime.now(UTC), list[Played]()
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    async with staged(arguments.clients) as stage:
        with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
            for race in races:
                played.append(await _play(stage, race, arguments, progress))
                write(Report(began, arguments.seed, played), arguments.folder)
        looked = await _look(stage, arguments) if _is_chosen(HISTORIES, arguments) else ()
    return Report(began, arguments.seed, played, looked)


async def _look(stage: Stage, arguments: argparse.Namespace) -> list[Looked]:
    """Record histories of our works: as many works as a race has calls, a fifth of them."""
    works = arguments.rounds * arguments.clients // 5
    database = Database(
        stage.settings.database_url, pool_size=arguments.clients, patience=UNHURRIED
    )
    found = [
        await look(
            mixture,
            await stage.world(),
            database,
            clients=arguments.clients,
            works=works,
            seed=arguments.seed,
        )
        for mixture in MIXTURES
    ]
    await database.close()
    return found


async def _play(
    stage: Stage, race: type[Race], arguments: argparse.Namespace, progress: Progress
) -> Played:
    task = progress.add_task(race.name, total=arguments.rounds)
    before = stage.deadlocks()
    played = await play(
        race,
        await stage.world(),
        clients=arguments.clients,
        rounds=arguments.rounds,
        seed=arguments.seed,
        after_round=lambda so_far: progress.update(task, completed=so_far.rounds),
    )
    played.deadlocks = stage.deadlocks() - before
    return played


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos.races", description=__doc__)
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds of each race")
    parser.add_argument("--clients", type=_clients, default=CLIENTS, help="who run at once")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(10**6), help="the dice")
    parser.add_argument("--folder", type=Path, default=FOLDER, help="where the report goes")
    parser.add_argument("--only", type=_names, default=(), help=f"of {', '.join(NAMES)}")
    return parser


def _is_chosen(name: str, arguments: argparse.Namespace) -> bool:
    return not arguments.only or name in arguments.only


def _names(text: str) -> tuple[str, ...]:
    names = tuple(name for name in text.split(",") if name)
    if unknown := set(names) - set(NAMES):
        raise argparse.ArgumentTypeError(f"unknown: {', '.join(sorted(unknown))}")
    return names


def _clients(text: str) -> int:
    if (clients := int(text)) < _FEWEST_CLIENTS:
        raise argparse.ArgumentTypeError(f"at least {_FEWEST_CLIENTS}")
    return clients


if __name__ == "__main__":
    sys.exit(main())
