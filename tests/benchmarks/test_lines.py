"""What a comparison says, and how it comes into the document."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks import lines
from benchmarks.document import render
from benchmarks.lines import Line
from benchmarks.measure import percentile


@pytest.mark.parametrize(
    ("promise", "ratio", "met"),
    [
        ({"least": 10.0}, 10.0, True),
        ({"least": 10.0}, 9.9, False),
        ({"most": 1.5}, 1.5, True),
        ({"most": 1.5}, 1.6, False),
    ],
)
def test_a_promise_is_met_or_missed(promise: dict[str, float], ratio: float, met: bool) -> None:
    assert Line(bench="b", name="n", what="w", ratio=ratio, **promise).met is met


def test_a_line_is_one_line_of_json_with_its_ratio_and_is_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(lines, "FOLDER", tmp_path)
    lines.say(Line(bench="b", name="n", what="w", ratio=12.3456, least=10, figures={"a_ms": 0.123456}))
    said = capsys.readouterr().out
    assert said.count("\n") == 1
    assert json.loads(said)["ratio"] == 12.3
    (kept,) = lines.kept_lines()
    assert (kept["met"], kept["figures"]) == (True, {"a_ms": 0.123})
    lines.forget("b")
    assert lines.kept_lines() == []


def test_the_document_gets_a_table_with_its_day_and_keeps_the_others() -> None:
    text = "".join(
        f"<!-- bench {name} -->\n{was}<!-- /bench -->\n" for name, was in [("b", "old\n"), ("c", "kept\n"), ("d", "")]
    )
    line = {"bench": "b", "what": "w", "ratio": 2.0, "least": 1.0, "met": True, "figures": {"a_ms": 3.0}}
    found, missing = render(text, [line | {"machine": "m, load 0.5", "at": "2026-11-26"}])
    assert missing == ["c", "d"]
    assert "| w | 2 | ≥ 1 | met | a ms 3 |" in found
    assert "Measured 2026-11-26 on m, at a load of 0.5 to 0.5." in found
    assert "kept" in found
    assert "<!-- bench d -->\nnot measured yet\n" in found
    assert "old" not in found


def test_a_percentile_is_a_value_that_was_there() -> None:
    assert [percentile([3.0, 1.0, 2.0], share) for share in (0.0, 0.5, 0.95, 1.0)] == [1.0, 2.0, 3.0, 3.0]
