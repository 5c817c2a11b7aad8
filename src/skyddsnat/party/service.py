"""`skyddsnat party run`: look at all rounds, do what is next in each, for ever.

A round that is refused stops no other, and nothing outside the program ends it.
"""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from skyddsnat.party import identity
from skyddsnat.party.client import HubClient, Listed
from skyddsnat.party.conduct import Conductor
from skyddsnat.party.config import Config
from skyddsnat.party.errors import HubError, Refused, WrongUse
from skyddsnat.party.means import Means
from skyddsnat.party.store import Store
from skyddsnat.party.vault import Vault
from skyddsnat.party.worker import Bounds, Worker
from skyddsnat.site.journal import Journal

log = logging.getLogger("skyddsnat.party")

LONGEST_PAUSE: Final = 60.0
HUB, CLOCK, DISK = "hub", "clock", "disk"
"""Parts that may not work; the hub also for a single round."""


def open_means(config: Config, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> Means:
    """All that a party works with.  Raises WrongUse for keys or folders that others can reach."""
    store = Store.open(config.data_dir)
    return Means(
        config=config,
        identity=identity.load(config.key_file),
        store=store,
        vault=Vault(config.data_dir / "rounds"),
        client=HubClient(config.hub, clock=clock),
        journal=Journal(config.data_dir / "journal.jsonl", clock=clock),
        clock=clock,
        start=start_worker,
    )


def start_worker(folder: Path, bounds: Bounds) -> Worker:
    """The worker that computes."""
    return Worker(folder, bounds)


class Service:
    """The running party."""

    def __init__(self, means: Means, *, approve_all: bool = False) -> None:
        self._means = means
        self._conductor = Conductor(means, approve_all=approve_all)
        self._failures = 0

    def run(self) -> None:
        """Until the stop event is set."""
        self._means.journal.write("started", party=self._means.config.id)
        log.info("party %s started, polling every %g s", self._means.config.id, self._means.config.hub.poll_seconds)
        while not self._means.stop.is_set():
            self._failures = 0 if self.turn() else self._failures + 1
            poll = self._means.config.hub.poll_seconds
            self._means.stop.wait(min(poll * 2.0 ** min(self._failures, 10), max(LONGEST_PAUSE, poll)))
        self._means.journal.write("stopped", party=self._means.config.id)
        log.info("stopped")

    def turn(self) -> bool:
        """One look at every round.  False if the hub was not reached."""
        try:
            listed = self._means.client.rounds()
        except (HubError, Refused) as error:
            self._note(HUB, str(error))
            return False
        self._note(HUB, None)
        self._note_clock()
        for each in sorted(listed, key=lambda one: one.id):  # the same order at all three, so that they meet
            if self._means.stop.is_set():
                break
            self._step(each)
        return True

    def _step(self, listed: Listed) -> None:
        try:
            self._try(listed)
        except (WrongUse, OSError, sqlite3.Error) as error:  # also when what came of it cannot be noted
            line = str(error) if isinstance(error, WrongUse) else f"{type(error).__name__}; look at disk and rights"
            self._note(DISK, f"round {listed.id}: {line}")

    def _try(self, listed: Listed) -> None:
        store = self._means.store
        try:
            self._conductor.step(listed)
        except (WrongUse, OSError, sqlite3.Error):
            raise
        except Refused as refused:
            if store.refuse(listed.id, refused.code, str(refused)):
                self._means.journal.write("refused", round=listed.id, code=refused.code)
                log.error("round %s waits: %s", listed.id, refused)
        except HubError as error:
            self._note(f"{HUB} {listed.id}", f"round {listed.id}: {error}")
        except Exception:
            log.exception("round %s: an error that nobody foresaw; the round waits", listed.id)
            if store.refuse(listed.id, "unforeseen", "an error that nobody foresaw; see the log, and report it"):
                self._means.journal.write("refused", round=listed.id, code="unforeseen")
        else:
            store.refuse(listed.id, None)
            self._note(f"{HUB} {listed.id}", None)
            self._note(DISK, None)

    def _note_clock(self) -> None:
        skew = self._means.client.skew
        bad = skew is not None and abs(skew) > self._means.config.limits.skew
        told = f"the hub's clock differs from this one by {abs(skew).total_seconds():.0f} s" if bad and skew else None
        self._note(
            CLOCK, f"{told}, expected at most {self._means.config.limits.skew.total_seconds():.0f}" if told else None
        )

    def _note(self, part: str, line: str | None) -> None:
        try:
            news = self._means.store.tell_fault(part, line)
        except sqlite3.Error:  # the very disk that is to be told of
            news = True
        if news:
            log.warning("%s", line)
