"""Each of the hub's processes has one thread that works on imports: no broker, no further service to look after (ADR 0015).

It holds the database for a tenth of a second at a time and rests as long again, so that people's requests pass.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import Error, close_old_connections

from skyddsnat.hub.lists.services.work import Worker

SLICE = 2.0
"""Seconds on one import before others get their turn."""

REST = 1.0
"""Seconds until it looks again where nothing waits."""

log = logging.getLogger(__name__)


def start() -> threading.Thread:
    """Begin.  The thread ends with its process; a batch that is cut off is undone, and the next worker takes it up."""
    thread = threading.Thread(target=_run, name="imports", daemon=True)
    thread.start()
    return thread


def _run() -> None:
    worker = Worker()
    while True:
        busy = False
        try:
            busy = worker.work(seconds=SLICE)
        except Error as fault:  # the database is away or busy; what was begun is undone
            log.warning("import work was interrupted (%s), goes on later", type(fault).__name__)
        except Exception:
            log.exception("import work failed, goes on later")
        finally:
            close_old_connections()
        if not busy:
            time.sleep(REST)
