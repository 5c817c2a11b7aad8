"""Each promise names what keeps it and tests that exist; the command that proves them can be stopped and shows what failed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tools import promises, prove
from tools.figures import INLINE, MISSING, TABLE
from tools.proofs import ROOT
from tools.proofs import tests as all_tests

PROMISES = promises.read()
FIGURE_CALL = re.compile(r"figure\(\s*f?\"([^\"]+)\"")
OF_THE_SUITE = {"tests/hub/signals/pages/test_queries_do_not_grow.py", "tests/tools/test_prove.py"}
"""What says nothing of a promise: how many questions a page asks (docs/performance.md), and this file."""
CELL = re.compile(r"\| [^|\n]* \|$", re.MULTILINE)


def test_all_promises_of_the_design_are_there_and_each_says_what_is_not_covered() -> None:
    assert [one["title"] for one in PROMISES][:9] == [
        "Need to know", "No imagery", "No single hand", "No overblocking by accident", "A value stays with its owner",
        "Nothing acknowledged is lost", "Everything is accounted for", "Data protection by design",
        "Neutral figures are never ranked",
    ]  # fmt: skip
    assert [one["title"] for one in PROMISES if not one["not_covered"]] == []
    assert [one["title"] for one in PROMISES if not one.get("proof")] == []


def test_each_promise_has_a_figure_as_the_readme_says() -> None:
    assert [one["title"] for one in PROMISES if not promises.keys([one])] == []


def test_every_test_and_every_place_that_is_named_exists() -> None:
    named = {test for one in PROMISES for proof in one.get("proof", ()) for test in proof["tests"]}
    assert [test for test in sorted(named) if test not in all_tests() and not (ROOT / test).is_file()] == []
    assert [path for one in PROMISES for path in one["kept_by"] if not (ROOT / path).exists()] == []


def test_every_figure_that_is_named_is_measured_by_a_test() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("*.py"))
    shapes = [re.sub(r"\\{[^}]*\\}", r"[\\w.]+", re.escape(found)) for found in FIGURE_CALL.findall(source)]
    assert [key for key in promises.keys(PROMISES) if not any(re.fullmatch(shape, key) for shape in shapes)] == []


def test_each_figure_of_a_proof_is_measured_by_one_of_the_tests_beside_it() -> None:
    def measured(proof: dict[str, Any]) -> set[str]:
        source = "".join((ROOT / file).read_text(encoding="utf-8") for file in promises.files([{"proof": [proof]}]))
        shapes = [re.sub(r"\\{[^}]*\\}", r"[\\w.]+", re.escape(found)) for found in FIGURE_CALL.findall(source)]
        keys = promises.keys([{"proof": [proof]}])
        return {key for key in keys if any(re.fullmatch(shape, key) for shape in shapes)}

    proofs = [proof for one in PROMISES for proof in one.get("proof", ())]
    assert [key for proof in proofs for key in promises.keys([{"proof": [proof]}]) if key not in measured(proof)] == []


def test_every_document_that_figures_are_written_to_has_a_place_for_them() -> None:
    """One that has none keeps figures by hand, and they grow old."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in prove.MARKED}
    assert [name for name, text in texts.items() if not (INLINE.search(text) or TABLE.search(text))] == []


def test_whatever_the_documents_stand_on_is_run_by_make_prove() -> None:
    """A test that a document names, or that leaves a figure for one, is a proof of some promise: one command tries them all."""
    texts = {name: (ROOT / name).read_text(encoding="utf-8") for name in prove.MARKED}
    told = {file for text in texts.values() for file in re.findall(r"tests/[\w/]*\btest_\w+\.py", text)}
    keys = {found["key"] for text in texts.values() for found in INLINE.finditer(text)}
    prefixes = tuple(found["prefix"] for text in texts.values() for found in TABLE.finditer(text))
    for path in (ROOT / "tests").rglob("test_*.py"):
        shapes = FIGURE_CALL.findall(path.read_text(encoding="utf-8"))
        plain = {re.sub(r"{.*", "", shape) for shape in shapes}
        if any(shape.startswith(prefixes) for shape in shapes) or any(
            one in keys or (one not in shapes and any(key.startswith(one) for key in keys)) for one in plain
        ):
            told.add(str(path.relative_to(ROOT)))
    assert told - {*promises.files(PROMISES), *OF_THE_SUITE} == set()


def test_the_page_is_what_the_data_says_but_for_the_figures() -> None:
    def without_figures(text: str) -> str:
        return CELL.sub("|", text)

    written = promises.PAGE.read_text(encoding="utf-8")
    assert without_figures(written) == without_figures(promises.render(PROMISES, {})), (
        "run: python -m tools.prove --quick"
    )


def test_a_figure_is_told_with_its_day_effort_and_seed_or_as_missing() -> None:
    told = [{"title": "x", "says": "y", "kept_by": [], "not_covered": ["z"]}]
    told[0]["proof"] = [{"what": "w", "tests": ["tests/a.py::test_b"], "figures": ["a.b: {lost} lost", "a.c"]}]  # type: ignore[list-item]
    kept = {"a.b": {"key": "a.b", "values": {"lost": 0}, "effort": "long", "seed": 7, "at": "2026-11-26"}}
    page = promises.render(told, kept)
    assert "0 lost (2026-11-26, long, seed 7)" in page
    assert f"`a.c`: {MISSING}" in page


@pytest.fixture
def files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """One that passes, one that fails, and a stable state of the code."""
    monkeypatch.setattr(prove, "DONE", tmp_path / "done.json")
    monkeypatch.setattr(prove, "state_of_the_code", lambda: "a commit")
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # these two need none, and to load them takes seconds
    (tmp_path / "test_good.py").write_text(
        "import os\n\n\ndef test_hard():\n    assert os.environ['SKYDDSNAT_EFFORT'] == 'long'\n"
    )
    (tmp_path / "test_bad.py").write_text("def test_bad():\n    assert 1 == 2\n")
    return [str(tmp_path / "test_good.py"), str(tmp_path / "test_bad.py")]


def test_what_failed_is_told_and_what_passed_is_not_run_again(
    files: list[str], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert prove.prove(files) == (files[1:], 0)
    said = capsys.readouterr().out
    assert "[1/2]" in said
    assert "passed after" in said, "each test is told as it ends"
    assert "assert 1 == 2" in said
    assert prove.prove(files[:1]) == ([], 0)
    assert "passed before" in capsys.readouterr().out
    monkeypatch.setattr(prove, "state_of_the_code", lambda: "another commit")
    assert prove.prove(files[:1]) == ([], 0)
    assert "passed before" not in capsys.readouterr().out


def test_when_the_time_is_over_no_further_file_is_begun_and_what_is_left_is_told(
    files: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert prove.prove(files, minutes=1e-9) == ([], 2)
    assert "2 files are left" in capsys.readouterr().out


def test_a_share_of_the_long_way_is_told_as_such_and_no_proof_that_the_whole_was_run(
    files: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def run(file: str, *, effort: str) -> prove.Told:
        tried.append(effort)
        return prove.Told(good=True, said="", seconds=1.0, busy=1.0)

    monkeypatch.setattr(prove, "run", run)
    for effort in ("long:0.1", "long:0.1", "long"):
        prove.prove(files[:1], effort=effort)
    assert tried == ["long:0.1", "long"]
    share = (
        "from tests import effort; print(effort.TOLD, effort.tries(short=3, long=200), effort.tries(short=2, long=1))"
    )
    for asked, told in (("long:0.1", "10% of long 20 1"), ("long", "long 200 1"), ("short", "short 3 2")):
        environment = os.environ | {"SKYDDSNAT_EFFORT": asked}
        command = [sys.executable, "-c", share]
        assert subprocess.check_output(command, cwd=ROOT, env=environment, text=True).strip() == told


def test_stopping_is_told_with_what_to_do(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def stopped(files: list[str], **rest: object) -> list[str]:
        raise KeyboardInterrupt

    monkeypatch.setattr(prove, "prove", stopped)
    assert prove.main([]) == 130
    assert "the same command goes on from here" in capsys.readouterr().err
