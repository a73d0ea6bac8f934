"""A picture of the rates, drawn as SVG: each workload on all servers, on a logarithmic scale."""

from math import log10
from xml.sax.saxutils import escape

from bench.http.found import BARE_NAME, OURS_NAME, STOCK_NAME, Found
from bench.http.measuring import COMPARED

_COLOURS = {OURS_NAME: "#1f6f8b", STOCK_NAME: "#b0b7bf", BARE_NAME: "#e0a030"}
_LABELS = {OURS_NAME: "ours", STOCK_NAME: "strawberry's view", BARE_NAME: "bare SQL"}
_LEFT, _TOP, _WIDTH, _RIGHT = 190, 60, 640, 90
_BAR, _GAP, _GROUP_GAP = 14, 2, 12
_DECADES = 5
_FONT = 'font-family="sans-serif" font-size="12"'


def drawn(found: Found, processes: int) -> str:
    """Draw requests per second at the connections at which servers are compared."""
    parts: list[str] = []
    place = float(_TOP)
    for name, title in found.titles.items():
        bars = [bar for server in _COLOURS for bar in _bar(found, name, server, processes)]
        middle = place + len(bars) * (_BAR + _GAP) / 2 + 4
        parts.append(_text(_LEFT - 10, middle, title, "end"))
        for colour, rate in bars:
            parts += _drawn_bar(place, colour, rate)
            place += _BAR + _GAP
        place += _GROUP_GAP
    return _framed([*_scale(place), *parts], place, processes)


def _bar(found: Found, workload: str, server: str, processes: int) -> list[tuple[str, float]]:
    many = None if server == BARE_NAME else processes
    driven = found.driven(workload, server, COMPARED, many) or found.driven(
        workload, server, 1, many
    )
    return [(_COLOURS[server], driven.rate)] if driven else []


def _drawn_bar(top: float, colour: str, rate: float) -> list[str]:
    width = _across(rate)
    return [
        f'<rect x="{_LEFT}" y="{top:.0f}" width="{width:.1f}" height="{_BAR}" fill="{colour}"/>',
        _text(_LEFT + width + 6, top + _BAR - 3, f"{rate:,.1f}/s", "start"),
    ]


def _scale(bottom: float) -> list[str]:
    lines: list[str] = []
    for decade in range(_DECADES + 1):
        x = _LEFT + _WIDTH * decade / _DECADES
        lines.append(
            f'<line x1="{x:.0f}" y1="{_TOP - 6}" x2="{x:.0f}" y2="{bottom:.0f}" stroke="#e6e6e6"/>'
        )
        lines.append(_text(x, _TOP - 10, f"{10**decade:,}", "middle"))
    return lines


def _framed(parts: list[str], bottom: float, processes: int) -> str:
    width, height = _LEFT + _WIDTH + _RIGHT, round(bottom) + 10
    legend: list[str] = []
    x = _LEFT
    for server, colour in _COLOURS.items():
        legend.append(f'<rect x="{x}" y="12" width="12" height="12" fill="{colour}"/>')
        legend.append(_text(x + 17, 22, _LABELS[server], "start"))
        x += 150
    title = f"requests/s, {COMPARED} connections, processes: {processes}"
    legend.append(_text(x, 22, title, "start"))
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}">',
            '<rect width="100%" height="100%" fill="white"/>',
            *legend,
            *parts,
            "</svg>",
            "",
        ]
    )


def _across(rate: float) -> float:
    return _WIDTH * min(_DECADES, max(0.0, log10(rate) if rate > 0 else 0.0)) / _DECADES


def _text(x: float, y: float, words: str, anchor: str) -> str:
    place = f'x="{x:.0f}" y="{y:.0f}" text-anchor="{anchor}"'
    return f'<text {place} {_FONT} fill="#333">{escape(words)}</text>'
