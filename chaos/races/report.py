"""The report of races, in Markdown for people and in JSON for machines."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from pathlib import Path
from typing import Any

from chaos.races.histories.isolation import Looked
from chaos.races.playing import MOST_FAULTS_TOLD, Played

FOLDER = Path(".cache/races")


@dataclass(frozen=True, slots=True)
class Report:
    """How all races of one run went."""

    began: datetime
    seed: int
    played: Sequence[Played]
    looked: Sequence[Looked] = ()

    @property
    def faulty_rounds(self) -> int:
        """In how many rounds something was not exactly as promised."""
        return sum(each.faulty_rounds for each in self.played)

    @property
    def is_clean(self) -> bool:
        """Whether every promise was kept in every round."""
        return not any(each.faults for each in (*self.played, *self.looked))


def write(report: Report, folder: Path) -> Path:
    """Write both forms; returns the one for people."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "races.json").write_text(json.dumps(_plain(report), indent=2) + "\n")
    path = folder / "races.md"
    path.write_text("\n".join(_markdown(report)) + "\n")
    return path


def _plain(report: Report) -> dict[str, Any]:
    return {
        "began": report.began.isoformat(),
        "seed": report.seed,
        "faulty_rounds": report.faulty_rounds,
        "histories": [_history(each) for each in report.looked],
        "races": [_played(each) for each in report.played],
    }


def _played(played: Played) -> dict[str, Any]:
    counted = {"outcomes": dict(played.outcomes), "notes": dict(played.notes)}
    return {**{each.name: getattr(played, each.name) for each in fields(played)}, **counted}


def _history(looked: Looked) -> dict[str, Any]:
    found = [
        {"anomaly": anomaly, "kind": kind, "times": times}
        for (anomaly, kind), times in sorted(looked.found.items())
    ]
    return {
        "mixture": looked.mixture,
        "committed": looked.committed,
        "taken_back": looked.taken_back,
        "found": found,
        "faults": looked.faults,
    }


def _markdown(report: Report) -> Iterator[str]:
    yield "# Races"
    yield ""
    rounds = sum(each.rounds for each in report.played)
    calls = sum(each.calls for each in report.played)
    yield (
        f"{report.began:%Y-%m-%d %H:%M} UTC, seed {report.seed}: {rounds:,} rounds, {calls:,} calls"
        f", {report.faulty_rounds} rounds not exactly as promised."
    )
    yield ""
    yield "| race | clients | rounds | faulty | calls | longest round | deadlocks retried |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for each in report.played:
        yield (
            f"| {each.race} | {each.clients} | {each.rounds} | {each.faulty_rounds} | "
            f"{each.calls:,} | {each.longest_round:.2f} s | {each.deadlocks} |"
        )
    for each in report.played:
        yield from _of(each)
    for each in report.looked:
        yield from _of_history(each)


def _of(played: Played) -> Iterator[str]:
    yield ""
    yield f"## {played.race}"
    yield ""
    yield played.promise
    yield ""
    for outcome, times in sorted(played.outcomes.items()):
        yield f"- {outcome}: {times:,}"
    for note, times in sorted(played.notes.items()):
        yield f"- {note}: {times:,}"
    for fault in played.faults[:MOST_FAULTS_TOLD]:
        yield f"- **{fault}**"
    if (more := len(played.faults) - MOST_FAULTS_TOLD) > 0:
        yield f"- **and {more} more**"


def _of_history(looked: Looked) -> Iterator[str]:
    yield ""
    yield f"## Histories of {looked.mixture}"
    yield ""
    yield (
        f"{looked.committed:,} works committed, {looked.taken_back:,} taken back; permitted: "
        f"{', '.join(looked.permitted) or 'nothing'}."
    )
    yield ""
    for (anomaly, kind), times in sorted(looked.found.items()):
        yield f"- {anomaly}, seen by {kind}: {times:,}"
    if not looked.found:
        yield "- no anomaly"
    for fault in looked.faults:
        yield f"- **{fault}**"
