"""A copy of the shipped catalogue in which a test may plant a fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest

from skyddsnat.catalogue import loading
from skyddsnat.catalogue.loading import read_catalogue
from skyddsnat.catalogue.problems import Problem
from skyddsnat.catalogue.strict_yaml import parse

DATA = Path(str(files("skyddsnat.catalogue").joinpath("data")))

type Plant = Callable[[str, str, str], tuple[Problem, ...]]


parsed = cache(parse)
"""A file's text read as YAML.  Whoever checks the table does not change it."""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The seven files, free to be changed.  What nobody changes is parsed once a process; all is checked each time."""
    monkeypatch.setattr(loading, "parse", parsed)
    return Path(shutil.copytree(DATA, tmp_path / "catalogue"))


@pytest.fixture
def plant(folder: Path) -> Plant:
    """Replace one passage of one file and read the folder again; the passage must be there."""

    def change(file: str, old: str, new: str) -> tuple[Problem, ...]:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text, f"{file} has no {old!r}: the test no longer plants anything"
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        return read_catalogue(folder)[1]

    return change
