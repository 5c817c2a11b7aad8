"""One comparison that breaks off says so in a line, and takes none of the others with it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace

import pytest

from benchmarks import __main__ as program
from benchmarks import lines
from benchmarks.lines import Line


def _breaks(_: object) -> Iterator[Line]:
    yield Line(bench="taxii", name="first", what="w", ratio=2.0, least=1)
    raise TimeoutError("a peer did not start")


def _misses(_: object) -> Iterator[Line]:
    yield Line(bench="pages", name="slow", what="w", ratio=2.0, most=1)


def test_a_comparison_that_breaks_off_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    @contextmanager
    def running() -> Iterator[None]:
        yield

    monkeypatch.setattr(lines, "FOLDER", tmp_path)
    monkeypatch.setattr(program, "running", running)
    monkeypatch.setattr(program, "stop_on_signals", lambda: None)
    monkeypatch.setattr(program.signal, "signal", lambda *_: None)
    runs = {"benchmarks.taxii": _breaks, "benchmarks.pages": _misses}
    monkeypatch.setattr(program, "import_module", lambda name: SimpleNamespace(run=runs[name]))
    assert program.main(["taxii", "pages"]) == program.MISSED
    said = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [(one["bench"], one["met"]) for one in said] == [("taxii", True), ("taxii", False), ("pages", False)]
    assert "a peer did not start" in said[1]["broke_off"]
