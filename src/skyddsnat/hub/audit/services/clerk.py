"""Sequences behind the requests: whoever writes an entry only wakes the clerk, and waits for nothing.

One thread in each serving process; all but one find nothing left to do.  What a process leaves behind when it is killed, the
next one's clerk or `skyddsnat hub tick` takes up.
"""

from __future__ import annotations

import logging
import threading

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from skyddsnat.hub.audit.services.sequencing import LogRefusal, sequence

log = logging.getLogger(__name__)


def close_the_books() -> int:
    """Let every noun log what is due, then sequence all there is.  Returns how many entries found their place."""
    for path in settings.LOG_BEFORE_CHECKPOINT:
        import_string(path)()
    done = 0
    while found := sequence():
        done += found
    return done


class Clerk:
    """Does nothing until `start`, which the serving process calls."""

    def __init__(self) -> None:
        self._due = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self, *, delay: float) -> None:
        """Work from now on.  delay: seconds from an entry to its checkpoint."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._work, args=[delay], name="clerk", daemon=True)
            self._due.set()
            self._thread.start()

    def wake(self) -> None:
        """There is something to sequence."""
        self._due.set()

    def _work(self, delay: float) -> None:
        pause = threading.Event()
        while True:
            self._due.wait()
            pause.wait(delay)  # entries of this moment go into the tree together
            self._due.clear()
            try:
                close_the_books()
            except LogRefusal as refusal:
                log.error("the log stands still: %s", refusal)
            except Exception:
                # The clerk must outlive a database that is away for a moment; the next entry wakes it again.
                log.exception("entries could not be sequenced; run: skyddsnat hub audit verify")
            finally:
                connection.close()


clerk = Clerk()
