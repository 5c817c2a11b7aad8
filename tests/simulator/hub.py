"""The hub inside the simulator: the real application on a SQLite file, a clock that can be set, and a power switch."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from django.core.management import call_command
from django.db import connection
from django.db.backends.sqlite3.base import DatabaseWrapper
from django.utils import timezone

from tests import prepared

START = datetime(2026, 11, 2, 6, 0, tzinfo=UTC)


class HubDied(BaseException):
    """The hub's process ended here.  No handler of the application may catch it."""


class Hub:
    """One coalition's hub.  `now` moves with the story; `skew` is what its clock is wrong by."""

    def __init__(self, folder: Path, template: Path | None) -> None:
        self.file = folder / "hub.sqlite"
        self.now, self.skew = START, timedelta()
        self.dies_at: tuple[int, str] | None = None
        self.deaths = 0
        connection.close()
        connection.settings_dict["NAME"] = str(self.file)
        self._patches = [
            patch.object(timezone, "now", lambda: self.now + self.skew),
            patch.object(DatabaseWrapper, "_commit", self._commit_of()),
        ]
        for one in self._patches:
            one.start()
        if template is not None:
            shutil.copyfile(template, self.file)
        else:
            prepared.lay(self.file)
            call_command("migrate", verbosity=0)

    def close(self) -> None:
        connection.close()
        for one in self._patches:
            one.stop()

    def ask[T](self, work: Callable[[], T]) -> T | None:
        """Let the hub work.  None when it died at it: nobody got an answer, whatever became of the work."""
        try:
            return work()
        except HubDied:
            self.restart()
            return None
        finally:
            self.dies_at = None

    def restart(self) -> None:
        """Another process: nothing in memory, and no transaction that was open."""
        from skyddsnat.hub.feed import queries
        from skyddsnat.hub.feed.services import heads

        self.deaths += 1
        connection.close_if_unusable_or_obsolete()
        connection.in_atomic_block, connection.savepoint_ids, connection.needs_rollback = False, [], False
        connection.run_on_commit, connection.closed_in_transaction = [], False
        connection.close()
        queries.digest_at.cache_clear()
        heads._sign.cache_clear()

    def _commit_of(self) -> Callable[[Any], None]:
        real = DatabaseWrapper._commit

        def commit(wrapper: Any) -> None:
            if self.dies_at is None:
                return real(wrapper)
            left, side = self.dies_at
            if left > 0:
                self.dies_at = (left - 1, side)
                return real(wrapper)
            if side == "after":
                real(wrapper)
            raise HubDied

        return commit
