"""Commands of the hub by forks of a process that has the libraries loaded: to start and load costs a second of a core each time.

For tests of what a command does.  That it does so from a true start too is seen by the first of each kind, which `hub_command`
starts as a person would.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import pkgutil
import signal
import subprocess
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.programs import FINDS_US

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300  # seconds
STREAMS = ("stdin", "stdout", "stderr")
OURS = ("skyddsnat.catalogue", "skyddsnat.policy", "skyddsnat.protocols")
"""Nothing of these knows Django; what is of the hub is loaded by each command itself, with its own settings."""
LIBRARIES = (
    "cryptography.x509",
    "django.core.checks",
    "django.core.management.commands.migrate",
    "django.db.migrations.executor",
    "django.forms",
    "django.template.loader",
    "django.test",
    "django.views.generic",
    "phonenumbers",
    "typer._adapters",
)

_started: set[tuple[str, ...]] = set()


def hub_command(*arguments: str, environment: Mapping[str, str], typed: str = "") -> subprocess.CompletedProcess[str]:
    """Run `skyddsnat hub …` at the repository's root: the first of its kind by a start of its own, any later one by a fork."""
    kind = tuple(word for word in arguments[:2] if word.isalpha())
    if kind in _started:
        return _fork(arguments, environment, typed)
    _started.add(kind)
    command = [sys.executable, "-m", "skyddsnat", "hub", *arguments]
    return subprocess.run(
        command, env=environment, input=typed, capture_output=True, text=True, timeout=PATIENCE, cwd=ROOT, check=False
    )


def _fork(arguments: tuple[str, ...], environment: Mapping[str, str], typed: str) -> subprocess.CompletedProcess[str]:
    with TemporaryDirectory() as name:
        files = {stream: Path(name) / stream for stream in STREAMS}
        files["stdin"].write_text(typed, encoding="utf-8")
        asked = {"arguments": arguments, "environment": dict(environment), "folder": name}
        process = _parent()
        assert process.stdin
        assert process.stdout
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        code = int(process.stdout.readline())
        said = {stream: files[stream].read_text(encoding="utf-8") for stream in STREAMS[1:]}
    return subprocess.CompletedProcess(["skyddsnat", "hub", *arguments], code, **said)


def end() -> None:
    """Let the process go that forks, if there is one."""
    if _parent.cache_info().currsize:
        _parent().communicate(timeout=PATIENCE)
        _parent.cache_clear()


@cache
def _parent() -> subprocess.Popen[str]:
    """Ends by the end of what it reads, whether it is told to or its test process is no more."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith(("SKYDDSNAT_", "DJANGO_"))}
    clean |= FINDS_US
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    return subprocess.Popen([sys.executable, "-m", "tests.warm"], env=clean, cwd=ROOT, text=True, **pipes)


def main() -> None:
    """Fork for each line, and say how it ended."""
    from skyddsnat.cli.main import app

    _load()
    gc.freeze()  # nobody looks through it for garbage, which would copy it for each
    while line := sys.stdin.readline():
        child = os.fork()
        if not child:
            _become(json.loads(line))
            app()
            return
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def _load() -> None:
    for name in (*OURS, *LIBRARIES, "skyddsnat.cli.hub"):
        package = importlib.import_module(name)
        if name in OURS:
            for one in pkgutil.walk_packages(package.__path__, f"{name}."):
                importlib.import_module(one.name)


def _become(asked: dict[str, Any]) -> None:
    """Words, environment and streams of the command."""
    signal.alarm(PATIENCE)
    sys.argv = ["skyddsnat", "hub", *asked["arguments"]]
    os.environ.clear()
    os.environ.update(asked["environment"])
    for number, stream in enumerate(STREAMS):
        opened = os.open(Path(asked["folder"]) / stream, os.O_RDWR | os.O_CREAT, 0o600)
        os.dup2(opened, number)
        os.close(opened)
        setattr(sys, stream, open(number, "r" if number == 0 else "w", encoding="utf-8", closefd=False))  # noqa: SIM115


if __name__ == "__main__":
    main()
