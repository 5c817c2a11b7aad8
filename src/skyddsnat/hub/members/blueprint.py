"""Templates of a coalition, read without Django so that a wrong answer is refused before anything is made."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FOLDER = Path(__file__).resolve().parent / "templates_data"


class BadTemplate(Exception):
    """No template of that name.  The message says what there is."""


@dataclass(frozen=True, slots=True)
class Template:
    """A coalition to start from.  coordinator: the id of the member that the first coordinator works at."""

    coalition: str
    coordinator: str
    members: tuple[Mapping[str, Any], ...]
    circles: tuple[Mapping[str, Any], ...] = ()
    legal: tuple[Mapping[str, Any], ...] = ()


def names() -> list[str]:
    """The templates that there are."""
    return sorted(path.stem for path in FOLDER.glob("*.yaml"))


def read(name: str) -> Template:
    """A template by its name.  Raises BadTemplate."""
    if name not in names():
        raise BadTemplate(f"got the template {name!r}, expected one of: {', '.join(names())}")
    raw = yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
    return Template(
        coalition=raw["coalition"],
        coordinator=raw["coordinator"],
        members=tuple(raw["members"]),
        circles=tuple(raw["circles"]),
        legal=tuple(raw["legal"]),
    )
