"""What a run found, in Markdown, in JSON and as a picture."""

import json
import os
import platform
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median
from typing import Any
from xml.sax.saxutils import escape

from chaos.run import Outcome, Ran

BACK_SECONDS = 5.0
_SHOWN = 50
_WIDTH, _ROW, _LEFT, _RIGHT = 900, 22, 210, 60


def write_report(ran: Ran, folder: Path) -> Path:
    """Write report.md, report.json and faults.svg; returns the first."""
    (folder / "report.json").write_text(json.dumps(_plain(ran), indent=2) + "\n")
    (folder / "faults.svg").write_text(_drawn(ran.outcomes))
    report = folder / "report.md"
    report.write_text("\n".join(_lines(ran)) + "\n")
    return report


def _lines(ran: Ran) -> Iterator[str]:
    yield "# Fault laboratory"
    yield ""
    yield (
        f"Seed {ran.plan.seed}, {len(ran.outcomes)} of {len(ran.plan.faults)} planned faults in "
        f"{ran.seconds / 60:.1f} minutes; {ran.plan.tenants} networks with {ran.plan.shops} shops "
        f"each, web server with two processes, worker, PostgreSQL. Jobs were carried by "
        f"{ran.carrier}; every one was delivered twice. "
        f"{platform.system()} on {os.cpu_count()} processors, load {os.getloadavg()[1]:.1f}."
    )
    yield ""
    yield from _table(("", "found", "aim"), _sums(ran))
    yield ""
    yield from _table(
        ("fault", "times", "back, median s", "back, longest s", "never back"), _kinds(ran.outcomes)
    )
    yield ""
    yield "![Seconds to serve again, by fault](faults.svg)"
    yield ""
    yield from _table(
        ("operation", "acknowledged", "never answered"),
        [
            (name, str(number), str(ran.comparison.unanswered[name]))
            for name, number in sorted(ran.comparison.acknowledged.items())
        ],
    )
    yield from _wrong("Lost", ran.comparison.lost)
    yield from _wrong("Doubled", ran.comparison.doubled)
    yield from _wrong("Refused, and done nevertheless", ran.comparison.unasked)
    yield from _wrong("Broken invariants", ran.looks.broken)
    yield from _wrong("Answers that no fault explains", ran.unexpected)
    refused = [f"{name}: {number}" for name, number in sorted(ran.comparison.refused.items())]
    yield from _wrong("Refused, as the trade refuses", refused)
    yield ""
    yield "## Each fault"
    yield ""
    rows = [
        (str(number), f"{each.at:.0f}", each.name, each.told, _seconds(each.back))
        for number, each in enumerate(ran.outcomes, start=1)
    ]
    yield from _table(("", "at s", "fault", "what it did", "back after s"), rows)


def _sums(ran: Ran) -> list[tuple[str, str, str]]:
    back = [each.back for each in ran.outcomes if each.back is not None]
    within = sum(seconds <= BACK_SECONDS for seconds in back)
    looks = f"{ran.looks.taken} looks at {ran.looks.invariants} invariants"
    return [
        ("faults", str(len(ran.outcomes)), "200"),
        ("acknowledged", str(ran.acknowledged), ""),
        ("lost", str(len(ran.comparison.lost)), "0"),
        ("doubled", str(len(ran.comparison.doubled)), "0"),
        ("refused, and done nevertheless", str(len(ran.comparison.unasked)), "0"),
        (
            f"never answered within {ran.plan.patience:.0f} s",
            str(ran.comparison.unanswered.total()),
            "0",
        ),
        (f"invariants broken, in {looks}", str(len(ran.looks.broken)), "0"),
        ("looks that a fault prevented", str(ran.looks.prevented), ""),
        ("longest time to serve again", f"{max(back, default=0):.2f} s", f"{BACK_SECONDS:.0f} s"),
        (f"back within {BACK_SECONDS:.0f} s", f"{within} of {len(ran.outcomes)}", "all"),
        ("longest wait of a client for its answer", f"{ran.longest[0]:.2f} s", ""),
        ("all events heard in the end", "yes" if ran.came_to_rest else "no", "yes"),
        ("processes started again", str(ran.restarts), ""),
    ]


def _kinds(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    by_name: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_name[outcome.name].append(outcome)
    rows: list[tuple[str, ...]] = []
    for name, found in sorted(by_name.items()):
        back = [each.back for each in found if each.back is not None]
        middle = f"{median(back):.2f}" if back else ""
        longest = f"{max(back):.2f}" if back else ""
        rows.append((name, str(len(found)), middle, longest, str(len(found) - len(back))))
    return rows


def _wrong(title: str, found: Sequence[str]) -> Iterator[str]:
    if found:
        yield ""
        yield f"## {title}"
        yield ""
        yield from (f"- {each}" for each in found[:_SHOWN])
        if len(found) > _SHOWN:
            yield f"- and {len(found) - _SHOWN} more"


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"|{'---|' * len(heads)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _seconds(back: float | None) -> str:
    return "never" if back is None else f"{back:.2f}"


def _plain(ran: Ran) -> dict[str, Any]:
    comparison = ran.comparison
    return {
        "seed": ran.plan.seed,
        "carrier": ran.carrier,
        "faults": len(ran.outcomes),
        "planned": len(ran.plan.faults),
        "seconds": round(ran.seconds, 1),
        "acknowledged": dict(comparison.acknowledged),
        "refused": dict(comparison.refused),
        "unanswered": dict(comparison.unanswered),
        "lost": comparison.lost,
        "doubled": comparison.doubled,
        "unasked": comparison.unasked,
        "looks": ran.looks.taken,
        "looks_prevented": ran.looks.prevented,
        "invariants": ran.looks.invariants,
        "broken": ran.looks.broken,
        "unexpected": ran.unexpected,
        "longest_wait_seconds": ran.longest[0],
        "came_to_rest": ran.came_to_rest,
        "restarts": ran.restarts,
        "outcomes": [
            {"fault": each.name, "told": each.told, "at": round(each.at, 2), "back": each.back}
            for each in ran.outcomes
        ],
    }


def _drawn(outcomes: Sequence[Outcome]) -> str:
    """Draw a dot for each fault, in the row of its kind, at its seconds to serve again."""
    names = sorted({outcome.name for outcome in outcomes})
    most = max([BACK_SECONDS, *(each.back for each in outcomes if each.back is not None)])
    height = _ROW * (len(names) + 2)

    def across(seconds: float) -> float:
        return _LEFT + (_WIDTH - _LEFT - _RIGHT) * seconds / most

    aim = across(BACK_SECONDS)
    frame = f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12"'
    dash = 'stroke="#c00" stroke-dasharray="4 3"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {frame}>']
    parts += [f'<line x1="{aim:.1f}" x2="{aim:.1f}" y1="8" y2="{height - _ROW}" {dash}/>']
    for place, name in enumerate(names, start=1):
        y = place * _ROW
        parts.append(f'<text x="{_LEFT - 10}" y="{y + 4}" text-anchor="end">{escape(name)}</text>')
        parts += [
            f'<circle cx="{across(each.back):.1f}" cy="{y}" r="3.5" fill="#1668b8" '
            'fill-opacity="0.6"/>'
            for each in outcomes
            if each.name == name and each.back is not None
        ]
    foot = height - 6
    parts += [f'<text x="{_LEFT}" y="{foot}">0 s</text>']
    parts += [f'<text x="{aim:.1f}" y="{foot}">{BACK_SECONDS:.0f} s, the aim</text>', "</svg>"]
    return "\n".join(parts) + "\n"
