"""The figure of a round's growth holds just what was measured, and stays within its frame, light and dark."""

from __future__ import annotations

from typing import Any
from xml.etree import ElementTree

from benchmarks import document, growth

SVG = "{http://www.w3.org/2000/svg}"
SIZES = {(10, 5): 0.07, (50, 5): 0.15, (200, 5): 0.4, (400, 5): 0.75, (50, 8): 0.3, (50, 40): 4.0, (200, 100): 28.0}


def lines() -> list[dict[str, Any]]:
    found = []
    for (metrics, members), cpu in SIZES.items():
        name = "000-promised" if (metrics, members) == (200, 5) else f"1{members:02}-{metrics:03}"
        name = "200-crowd" if members == 100 else name
        found.append(line(name, f"{metrics} metrics of {members} members: CPU", cpu))
    found.append(line("001-fine-grid", "200 metrics of 5 members on grids of 500 codes", 99.0))
    found.append(line("002-peer", "200 metrics of 5 members: times less CPU", 99.0))
    return found


def line(name: str, what: str, cpu: float) -> dict[str, Any]:
    said = {"bench": "benchmarking", "name": name, "what": what, "ratio": cpu, "met": None, "figures": {}}
    return said | {"figures": {"cpu_s_a_party": cpu}, "machine": "m", "at": "2026-11-28"}


def test_each_round_is_measured_once_and_nothing_else_is() -> None:
    found = growth.measured(lines())
    assert {(one.metrics, one.members): one.cpu for one in found} == SIZES


def test_what_is_drawn_is_what_was_measured() -> None:
    rounds = growth.measured(lines())
    by_metrics, by_members = growth.panels(rounds)
    assert by_metrics.points == ((10, 0.07), (50, 0.15), (200, 0.4), (400, 0.75))
    assert by_members.points == ((5, 3.0), (8, 6.0), (40, 80.0), (100, 140.0))
    root = ElementTree.fromstring(growth.draw(rounds))  # noqa: S314  our own
    assert len(list(root.iter(f"{SVG}circle"))) == 8
    for group, panel in zip(root.iter(f"{SVG}g"), (by_metrics, by_members), strict=True):
        places = [(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in group.iter(f"{SVG}circle")]
        assert places == sorted(places, key=lambda place: (place[0], -place[1])), "to the right and upwards"
        assert [text.text for text in group.iter(f"{SVG}text") if text.get("class") == "value"] == [
            f"{y:.3g}" for _, y in panel.points
        ]
    for shape in root.iter():
        for name, most in (("x", 760), ("cx", 760), ("x1", 760), ("x2", 760), ("y", 340), ("cy", 340), ("y1", 340)):
            assert 0 <= float(shape.get(name, 0)) <= most
    assert "prefers-color-scheme:dark" in str(root.findtext(f"{SVG}style"))


def test_the_document_shows_the_figure_with_its_table_in_words_and_numbers() -> None:
    text = "<!-- figure benchmarking -->\nold\n<!-- /figure -->\n"
    found, _ = document.render(text, lines())
    assert "(figures/benchmark-growth.svg)" in found
    assert "| 100 | 200 | 28 | 140 |" in found
    assert "40 members 80 milliseconds of a party" in found
    assert "old" not in found
    assert document.render(text, [])[0] == text, "what was drawn once stays until it is drawn anew"
