"""Commands of the hub by forks of a process that has the libraries loaded: to start and load costs a second of a core each time.

For tests of what a command does.  That it does so from a true start too is seen by the first of each kind, which `hub_command`
starts as a person would.  From the second command of a hub on, what forks has that hub's settings and its pages loaded too.
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
import traceback
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.programs import FINDS_US, STREAMS, take_streams

ROOT = Path(__file__).resolve().parents[1]
PATIENCE = 300  # seconds
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
    """Fork for each line, or have it forked by what has that hub loaded, and say how it ended."""
    _load()
    gc.freeze()  # nobody looks through it for garbage, which would copy it for each
    seen: set[str] = set()
    hubs: dict[str, _Hub] = {}
    while line := sys.stdin.readline():
        asked = json.loads(line)
        key = _of_hub(asked)
        if key in seen and key not in hubs:
            hubs[key] = _Hub(asked)
        seen.add(key)
        print(hubs[key].answer(line) if key in hubs else _child(asked), flush=True)
    for one in hubs.values():  # a later one has the ends of the earlier ones open too
        one.let_go()
    for one in hubs.values():
        os.waitpid(one.process, 0)


def _child(asked: dict[str, Any]) -> int:
    """The exit code of the command, in a fork."""
    if not (child := os.fork()):
        os._exit(_run(asked))  # to take all that was loaded apart is a third of a second for nothing
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _run(asked: dict[str, Any]) -> int:
    """The command line, as Python ends it."""
    from skyddsnat.cli.main import app

    _become(asked)
    code: Any = 0
    try:
        app()
    except SystemExit as end:
        code = end.code
    except BaseException:  # noqa: BLE001 - the test sees it as a person would
        traceback.print_exc()
        code = 1
    if not isinstance(code, int):
        code = 0 if code is None else print(code, file=sys.stderr) or 1
    for stream in (sys.stdout, sys.stderr):
        stream.flush()
    return code


def _data(asked: dict[str, Any]) -> str:
    """The hub's folder."""
    words = asked["arguments"]
    return words[words.index("--data") + 1] if "--data" in words else asked["environment"].get("SKYDDSNAT_DATA", "")


def _of_hub(asked: dict[str, Any]) -> str:
    """What decides how a hub is set up: the environment, and the settings and keys in its folder as they are now."""
    folder = Path(_data(asked))
    files = sorted([*folder.glob("*.env"), *folder.glob("*.key"), *folder.glob("*.keys")])
    return json.dumps([asked["environment"], *([str(one), one.read_bytes().hex()] for one in files)], sort_keys=True)


class _Hub:
    """A process with one hub's settings, models and pages loaded, that forks a command for each line."""

    def __init__(self, asked: dict[str, Any]) -> None:
        theirs_in, ours_out = os.pipe()
        ours_in, theirs_out = os.pipe()
        self.process = os.fork()
        if not self.process:
            os.close(ours_in)
            os.close(ours_out)
            _work_for(asked, theirs_in, theirs_out)
            os._exit(0)
        os.close(theirs_in)
        os.close(theirs_out)
        self._lines, self._codes = os.fdopen(ours_out, "w"), os.fdopen(ours_in)

    def answer(self, line: str) -> int:
        self._lines.write(line)
        self._lines.flush()
        return int(self._codes.readline())

    def let_go(self) -> None:
        """It ends when nobody has a line for it any more."""
        self._lines.close()


def _work_for(asked: dict[str, Any], lines: int, codes: int) -> None:
    from skyddsnat.cli.hub_place import Place

    os.environ.clear()
    os.environ.update(asked["environment"])
    Place(Path(_data(asked))).load()
    from django.conf import settings

    for name in (settings.ROOT_URLCONF, "skyddsnat.cli.hub_state"):
        importlib.import_module(name)
    gc.freeze()
    with os.fdopen(lines) as wanted, os.fdopen(codes, "w") as told:
        for line in wanted:
            told.write(f"{_child(json.loads(line))}\n")
            told.flush()


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
    take_streams(os.open(Path(asked["folder"]) / name, os.O_RDWR | os.O_CREAT, 0o600) for name in STREAMS)


if __name__ == "__main__":
    main()
