"""A computing party in a process of its own that also writes down all that it sees: `python -m tests.benchmarking.seen_party`.

Arguments: its party.toml, the file with the test's clock (seconds ahead), and the folder for what is seen; a file `fuse` there
says after how many bytes from its peers it dies.  It is the shipped service with the shipped worker; added are eyes: every
secret file that is written, every line to and from the worker, and, inside the worker, every byte that a peer has said once TLS
is taken off.
"""

from __future__ import annotations

import logging
import signal
import sys
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import orjson

import skyddsnat
from skyddsnat.party import private_files
from skyddsnat.party.config import load
from skyddsnat.party.service import Service, open_means
from skyddsnat.party.worker import Bounds, Worker

WORKER = """
import os
import signal
from pathlib import Path

import skyddsnat.mpc.runtime as runtime
from skyddsnat.mpc import worker

honest, fuse = runtime._exchanger, Path({fuse!r})


def seen(base, state):
    class Seen(honest(base, state)):
        __slots__ = ()

        def data_received(self, data):
            with open({path!r}, "ab") as file:
                file.write(data)
                heard = file.tell()
            if fuse.exists() and heard >= int(fuse.read_text()):
                fuse.unlink()
                os.kill(os.getppid(), signal.SIGKILL)  # the party, and this worker with it
            super().data_received(data)

    return Seen


runtime._exchanger = seen
worker.main()
"""


def main(config: Path, clock: Path, seen: Path) -> None:
    """Run the party until SIGTERM."""
    logging.basicConfig(filename=seen / "log", level=logging.DEBUG)
    (seen / "seen_worker.py").write_text(WORKER.format(path=str(seen / "peers"), fuse=str(seen / "fuse")))
    _watch_the_disk(seen / "disk")

    class SeenWorker(Worker):
        def send(self, message: Mapping[str, Any]) -> None:
            _append(seen / "worker", orjson.dumps(message) + b"\n")
            super().send(message)

        def hear(self, seconds: float) -> Mapping[str, Any] | None:
            message = super().hear(seconds)
            if message is not None:
                _append(seen / "worker", orjson.dumps(message) + b"\n")
            return message

    def start(folder: Path, bounds: Bounds) -> Worker:
        paths = [Path(skyddsnat.__file__).parent.parent, seen]
        return SeenWorker(folder, bounds, module="seen_worker", paths=paths)

    means = open_means(
        load(config), clock=lambda: datetime.now(UTC) + timedelta(seconds=float(clock.read_text(encoding="ascii")))
    )
    means.start = start
    signal.signal(signal.SIGTERM, lambda *_: means.stop.set())
    Service(means, approve_all=True).run()
    means.close()


def _watch_the_disk(path: Path) -> None:
    honest = private_files.write

    def write(target: Path, content: bytes) -> None:
        _append(path, content + b"\n")
        honest(target, content)

    private_files.write = write


def _append(path: Path, content: bytes) -> None:
    with path.open("ab") as file:
        file.write(content)


if __name__ == "__main__":
    main(*(Path(each) for each in sys.argv[1:4]))
