"""The hub of a demo that has ended, as everybody left it: served alone from a copy, which nobody changes while it is read."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from skyddsnat.demo.places import Places
from skyddsnat.demo.ports import free_port
from tests.journeys.coalition import RunningDemo
from tests.journeys.upkeep import KEPT
from tests.programs import FINDS_US
from tests.servers import serving
from tests.servers.processes import answers, await_ready, stop


@contextmanager
def standing(ended: Path, folder: Path) -> Iterator[RunningDemo]:
    """Serve a copy of the demo's hub.  ended: the demo's folder.  folder: an empty one for the copy."""
    places = Places(folder, free_port())
    shutil.copytree(ended / "hub", places.hub)
    credentials = json.loads((ended / "credentials.json").read_text(encoding="utf-8"))
    places.credentials.write_text(json.dumps({**credentials, "base_url": places.base_url}), encoding="utf-8")
    environment, log = _environment(places), folder / "hub.log"
    with log.open("ab") as output:
        keeper = subprocess.Popen([sys.executable, "-m", "tests.journeys.upkeep"], env=environment, stderr=output)
    hub = serving.start(environment, places.port, workers=1, threads=4, log=log)
    try:
        await_ready(hub, lambda: answers(f"{places.base_url}/healthy/"), log=log)
        await_ready(keeper, (places.hub / KEPT).exists, log=log)
        yield RunningDemo(folder, "")
        assert keeper.poll() is None, "its upkeep must go on to the end"
    finally:
        stop(hub)
        stop(keeper)


def _environment(places: Places) -> Mapping[str, str]:
    """As the demo's own programs have it, with nothing of the suite's settings."""
    ours = {name: value for name, value in os.environ.items() if not name.startswith(("SKYDDSNAT_", "DJANGO_"))}
    return {**ours, **FINDS_US, **places.settings()}
