"""The command line `tributary`, as a program; also `python -m launch`."""

import sys

from app.kernel.errors import DomainError
from launch.cli import tributary
from launch.cli.console import console
from launch.errors import LaunchError
from launch.watch import stop_on_signals

INTERRUPTED = 130


def main(words: list[str] | None = None) -> int:
    """Run one command and answer with the exit status; words that mean nothing give 2."""
    stop_on_signals()
    try:
        tributary(words, prog_name="tributary")
    except (LaunchError, DomainError) as failure:
        console.print(str(failure), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Stopped.")
        return INTERRUPTED
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
