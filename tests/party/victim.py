"""A party in a process of its own that dies by SIGKILL after so many things that it has written or said.

The processes are forked from one that has everything imported, so that each costs milliseconds.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

from skyddsnat.party.client import HubClient
from skyddsnat.party.config import load
from skyddsnat.party.means import Means
from skyddsnat.party.service import Service, open_means
from skyddsnat.party.store import Store
from skyddsnat.party.vault import Vault
from skyddsnat.party.worker import Worker
from tests import forks

forks.load(__name__)

WATCHED: dict[type, tuple[str, ...]] = {
    Store: ("meet", "see_list", "see_transcript", "use_root", "keep_statement", "count_attempt", "end"),
    Vault: ("keep_keys", "keep_sealed", "keep_pending", "commit", "forget_shares", "destroy", "work"),
    HubClient: ("say",),
    Worker: ("send", "kill"),
}
"""A party may die before each of these, and after it."""


def start(config: Path, stand_in: Path, *, after: int | None) -> BaseProcess:
    """Start a party that dies after this many steps; None: never."""
    process = forks.FORKS.Process(target=_live_and_die, args=(config, stand_in, after), daemon=True)
    process.start()
    return process


def _live_and_die(config: Path, stand_in: Path, after: int | None) -> None:
    if after is not None:
        _set_fuse(after)
    means = open_means(load(config))
    means.start = lambda place, bounds: Worker(place, bounds, module="stand_in", paths=[stand_in])
    Means.pause = lambda *_: None  # type: ignore[method-assign]
    Service(means).run()


def _set_fuse(after: int) -> None:
    left = [after]

    def burn() -> None:
        left[0] -= 1
        if left[0] < 0:
            os.kill(os.getpid(), signal.SIGKILL)

    for kind, names in WATCHED.items():
        for name in names:
            setattr(kind, name, _watched(getattr(kind, name), burn))


def _watched(method: Callable[..., Any], burn: Callable[[], None]) -> Callable[..., Any]:
    def call(*args: Any, **kwargs: Any) -> Any:
        burn()
        result = method(*args, **kwargs)
        burn()
        return result

    return call
