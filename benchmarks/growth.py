"""How a round's cost grows with its metrics and with its members, as a figure: two panels on logarithmic axes, and its table.

Pure: the bench's lines in, SVG and Markdown out.  The colours follow the reader's light or dark; a dashed line shows growth in
proportion, so that what is steeper or flatter is seen at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import floor, log10
from typing import Any, Final
from xml.sax.saxutils import escape

SIZE: Final = re.compile(r"(?P<metrics>\d+) metrics of (?P<members>\d+) members")
COUNTED: Final = re.compile(r"000-|1\d|200-")
"""Lines on the catalogue's grids: not those of the peer, nor of other grids."""

USUAL: Final = 50
"""Metrics of a round, where groups of other sizes are compared."""

WIDTH, HEIGHT, TOP, BOTTOM, INNER, GAP = 760, 340, 64, 46, 290, 90
LEFT: Final = 52
STYLE: Final = (
    "text{font:13px system-ui,sans-serif;fill:#4c5c65}.title{font-size:15px;font-weight:600;fill:#142127}"
    ".value{font-size:12px;fill:#142127;stroke:#fff;stroke-width:4;paint-order:stroke}.grid{stroke:#dce3e7}.axis{stroke:#78868f}.line{stroke:#0a6072;stroke-width:2.5;fill:none}"
    ".dot{fill:#0a6072;stroke:#fff;stroke-width:1.5}.even{stroke:#78868f;stroke-width:1.5;stroke-dasharray:5 5}.ground{fill:#fff}"
    "@media (prefers-color-scheme:dark){text{fill:#a5b3ba}.title,.value{fill:#e6edf0}.value{stroke:#0e1417}.grid{stroke:#2a363c}"
    ".axis,.even{stroke:#73838c}.line{stroke:#74c8d8}.dot{fill:#74c8d8;stroke:#0e1417}.ground{fill:#0e1417}}"
)


@dataclass(frozen=True, slots=True)
class Measured:
    """One round.  cpu: seconds of processor time that one party used."""

    metrics: int
    members: int
    cpu: float

    @property
    def a_metric(self) -> float:
        """Milliseconds of one party, for one metric."""
        return 1000 * self.cpu / self.metrics


@dataclass(frozen=True, slots=True)
class Panel:
    """One diagram.  points: x and y, both above zero, by rising x."""

    title: str
    across: str
    up: str
    points: tuple[tuple[float, float], ...]


def measured(lines: Iterable[Mapping[str, Any]]) -> list[Measured]:
    """The rounds among the bench's lines, by members and metrics."""
    found = []
    for line in lines:
        size = SIZE.match(line["what"])
        if line["bench"] == "benchmarking" and COUNTED.match(line["name"]) and size:
            found.append(Measured(int(size["metrics"]), int(size["members"]), line["figures"]["cpu_s_a_party"]))
    return sorted(found, key=lambda one: (one.members, one.metrics))


def panels(rounds: Sequence[Measured]) -> list[Panel]:
    """With metrics, at the fewest members; with members, for one metric, of rounds of about as many metrics."""
    few = min(one.members for one in rounds)
    by_metrics = [one for one in rounds if one.members == few]
    by_members: dict[int, Measured] = {}
    for one in rounds:
        usual = by_members.get(one.members)
        if usual is None or abs(one.metrics - USUAL) < abs(usual.metrics - USUAL):
            by_members[one.members] = one
    return [
        Panel(
            f"More metrics, {few} members",
            "metrics",
            "seconds of a party",
            tuple((one.metrics, one.cpu) for one in by_metrics),
        ),
        Panel(
            "More members, for one metric",
            "members",
            "milliseconds of a party",
            tuple((members, one.a_metric) for members, one in sorted(by_members.items())),
        ),
    ]


def draw(rounds: Sequence[Measured]) -> str:
    """The figure, as a file of its own."""
    both = panels(rounds)
    drawn = [_panel(panel, left=LEFT + at * (INNER + GAP)) for at, panel in enumerate(both)]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-labelledby="t d">'
        f'<title id="t">What a round costs a computing party</title><desc id="d">{escape(said(both))}</desc>'
        f'<style>{STYLE}</style><rect class="ground" width="{WIDTH}" height="{HEIGHT}"/>{"".join(drawn)}</svg>\n'
    )


def said(both: Iterable[Panel]) -> str:
    """The figure in words."""
    return " ".join(
        f"{panel.title}: {'; '.join(f'{x:g} {panel.across} {y:.3g} {panel.up}' for x, y in panel.points)}."
        for panel in both
    )


def table(rounds: Sequence[Measured]) -> str:
    """The same numbers, as Markdown."""
    head = ["| members | metrics | processor seconds of a party | milliseconds, a metric |", "|--:|--:|--:|--:|"]
    rows = [f"| {one.members} | {one.metrics} | {one.cpu:.3g} | {one.a_metric:.3g} |" for one in rounds]
    return "\n".join([*head, *rows])


def _panel(panel: Panel, *, left: int) -> str:
    across = _Axis([x for x, _ in panel.points], left, left + INNER)
    up = _Axis([y for _, y in panel.points], HEIGHT - BOTTOM, TOP)
    places = [(across.place(x), up.place(y)) for x, y in panel.points]
    parts = [f'<text class="title" x="{left}" y="22">{escape(panel.title)}</text>']
    parts += [f'<text x="{left}" y="42">{escape(panel.up)}</text>']
    for tick in up.ticks():
        y = up.place(tick)
        parts.append(f'<line class="grid" x1="{left}" x2="{left + INNER}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(f'<text x="{left - 8}" y="{y + 4:.1f}" text-anchor="end">{tick:g}</text>')
    for x, _ in panel.points:
        parts.append(f'<text x="{across.place(x):.1f}" y="{HEIGHT - 24}" text-anchor="middle">{x:g}</text>')
    parts.append(f'<line class="axis" x1="{left}" x2="{left + INNER}" y1="{HEIGHT - BOTTOM}" y2="{HEIGHT - BOTTOM}"/>')
    parts.append(f'<text x="{left + INNER}" y="{HEIGHT - 6}" text-anchor="end">{escape(panel.across)}</text>')
    parts.append(_in_proportion(panel, across, up))
    parts.append(f'<polyline class="line" points="{" ".join(f"{x:.1f},{y:.1f}" for x, y in places)}"/>')
    for (x, y), (_, value) in zip(places, panel.points, strict=True):
        parts.append(f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="5"/>')
        parts.append(f'<text class="value" x="{x - 8:.1f}" y="{y - 8:.1f}" text-anchor="end">{value:.3g}</text>')
    return f"<g>{''.join(parts)}</g>"


def _in_proportion(panel: Panel, across: _Axis, up: _Axis) -> str:
    """Twice as much for twice as many, from the last point back: as far as the diagram goes."""
    (first, _), (last, top) = panel.points[0], panel.points[-1]
    begins = max(first, last * up.low / top)
    x1, y1, x2, y2 = across.place(begins), up.place(top * begins / last), across.place(last), up.place(top)
    return f'<line class="even" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


class _Axis:
    """A logarithmic axis from one edge of the diagram to the other, with some room on both sides."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        self.low, self.high = min(values) * 0.5, max(values) * 1.4
        self._start, self._end = start, end

    def place(self, value: float) -> float:
        share = (log10(value) - log10(self.low)) / (log10(self.high) - log10(self.low))
        return self._start + share * (self._end - self._start)

    def ticks(self) -> list[float]:
        """1, 2 and 5 of each power of ten that lies on the axis."""
        powers = range(floor(log10(self.low)), floor(log10(self.high)) + 1)
        return [tick for power in powers for step in (1, 2, 5) if self.low <= (tick := step * 10.0**power) <= self.high]
