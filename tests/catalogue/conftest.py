"""A copy of the shipped catalogue in which a test may plant a fault."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest

from skyddsnat.catalogue import Problem, read_catalogue

DATA = Path(str(files("skyddsnat.catalogue").joinpath("data")))

type Plant = Callable[[str, str, str], tuple[Problem, ...]]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The seven files, free to be changed."""
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
