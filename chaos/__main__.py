"""The command line: `python -m chaos --seed 1 --faults 200 --minutes 30`."""

import argparse
import asyncio
import sys
from contextlib import nullcontext
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console

from chaos.broker import BROKER_FAULTS, rabbit_in
from chaos.faults import FAULTS, schedule
from chaos.paper import write_report
from chaos.run import Plan, run
from launch.errors import LaunchError

INTERRUPTED = 130
RABBIT = "rabbitmq"


def main(words: list[str] | None = None) -> int:
    """Run the laboratory; the exit status says whether nothing was lost, doubled or broken."""
    arguments = _parser().parse_args(words)
    console = Console(stderr=True)
    folder: Path = arguments.folder / f"{datetime.now(UTC):%Y-%m-%d-%H%M%S}-seed-{arguments.seed}"
    folder.mkdir(parents=True)
    has_rabbit = arguments.broker == RABBIT
    known = (*FAULTS, *BROKER_FAULTS) if has_rabbit else FAULTS
    kinds = [fault for fault in known if not arguments.only or fault.name in arguments.only]
    plan = Plan(
        seed=arguments.seed,
        faults=schedule(arguments.seed, arguments.faults, kinds),
        minutes=arguments.minutes,
        tenants=arguments.tenants,
        shops=arguments.shops,
    )
    try:
        with rabbit_in(folder / RABBIT) if has_rabbit else nullcontext() as rabbit:
            ran = asyncio.run(
                run(plan, folder, lambda told: console.print(told, highlight=False), rabbit)
            )
    except LaunchError as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return INTERRUPTED
    report = write_report(ran, folder)
    console.print(report.read_text(), markup=False, highlight=False, soft_wrap=True)
    return 0 if ran.is_whole else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m chaos", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the same seed plans the same faults")
    parser.add_argument("--faults", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=60, help="no fault begins after so long")
    parser.add_argument("--tenants", type=int, default=3)
    parser.add_argument("--shops", type=int, default=3, help="of each network; each orders alone")
    parser.add_argument(
        "--only", nargs="*", choices=[fault.name for fault in (*FAULTS, *BROKER_FAULTS)]
    )
    parser.add_argument("--broker", choices=["database", RABBIT], help="what carries jobs")
    parser.add_argument("--folder", type=Path, default=Path(".cache/chaos"))
    return parser


if __name__ == "__main__":
    sys.exit(main())
