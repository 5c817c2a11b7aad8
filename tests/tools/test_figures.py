"""Figures that tests measured stand in the documents, and what nobody measured is never dressed up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools.figures import MISSING, main, read_figures, render, shown


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two figures as tests/figures.py leaves them."""
    for key, values in (
        ("survival.kill", {"kills": 40, "lost": 0, "acknowledged": 12345}),
        ("audit.rows", {"found": 7}),
    ):
        kept = {"key": key, "values": values, "effort": "short", "seed": 1, "at": "2026-11-26"}
        (tmp_path / f"{key}.json").write_text(json.dumps(kept))
    return tmp_path


def test_a_sentence_gets_its_numbers_and_can_be_written_again(folder: Path) -> None:
    text = "| x | <!-- figure survival.kill: {lost} of {acknowledged} lost --><!-- /figure --> |\n"
    once, missing = render(text, read_figures(folder))
    assert "-->0 of 12 345 lost<!--" in once
    assert missing == []
    assert render(once, read_figures(folder))[0] == once


def test_a_table_has_every_figure_of_its_area_and_no_other(folder: Path) -> None:
    done, _ = render("<!-- figures survival. -->\nold\n<!-- /figures -->\n", read_figures(folder))
    assert "`survival.kill` | acknowledged 12 345, kills 40, lost 0 | short | 1 | 2026-11-26 |" in done
    assert "audit" not in done
    assert "old" not in done


@pytest.mark.parametrize("words", ["{lost} lost", "{nothing} of survival"])
def test_what_was_not_measured_says_so_and_fails(folder: Path, words: str) -> None:
    key = "survival.kill" if "nothing" in words else "survival.gone"
    document = folder / "document.md"
    document.write_text(f"<!-- figure {key}: {words} -->0 lost<!-- /figure -->")
    assert main([str(document), "--from", str(folder)]) == 1
    assert f"-->{MISSING}<!--" in document.read_text()


@pytest.mark.parametrize(
    ("value", "text"), [(0, "0"), (1234567, "1 234 567"), (0.01234, "0.0123"), (2.0, "2"), ("x", "x")]
)
def test_numbers_are_shown_as_people_read_them(value: object, text: str) -> None:
    assert shown(value) == text
