"""Programs in Python that a test starts beside itself, and that tell as JSON what they found."""

from __future__ import annotations

import atexit
import gc
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from skyddsnat.site.garbage import none_while_loading

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300  # seconds
STREAMS = ("stdin", "stdout", "stderr")
FINDS_US = {"PYTHONPATH": os.pathsep.join([str(ROOT / "src"), str(ROOT)])}


def start_django() -> None:
    """For such a program: load the hub, and end without looking through it for garbage, as the hub's own commands do."""
    import django

    with none_while_loading():
        django.setup()
    atexit.register(gc.freeze)


def take_streams(ends: Iterable[int]) -> None:
    """Let these be input, output and errors of this process from now on."""
    for number, (name, end) in enumerate(zip(STREAMS, ends, strict=True)):
        os.dup2(end, number)
        os.close(end)
        setattr(sys, name, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


def told(*arguments: object, environment: Mapping[str, str], typed: str = "") -> Any:
    """What the program printed.  arguments: of Python.  environment: what it has beside our own."""
    done = subprocess.run(
        [sys.executable, *map(str, arguments)],
        env={**os.environ, **FINDS_US, "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.test", **environment},
        cwd=ROOT,
        input=typed,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout)


def environment_of(folder: Path, database: str | None = None) -> dict[str, str]:
    """What the programs of a hub in this folder are started with."""
    return {
        **os.environ,
        **FINDS_US,
        "DJANGO_SETTINGS_MODULE": "skyddsnat.hub.settings.demo",
        "SKYDDSNAT_SECRET_KEY": "only-for-this-run",
        "SKYDDSNAT_DATA": str(folder),
        "SKYDDSNAT_DATABASE": database or f"sqlite:{folder / 'hub.sqlite'}",
    }
