"""The health report to the hub: position, version, resolvers.  Never a listed name, never anything of a client's."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

import skyddsnat
from skyddsnat.agent.errors import AgentError, unforeseen
from skyddsnat.agent.status import Status

log = logging.getLogger("skyddsnat.agent")

LAST_WORD_SECONDS = 5.0
"""How long the agent waits at its end for the last report to get through."""


class Reporter:
    """Hands reports in from the background: a hub that is slow to listen must not slow a publish.  Only the newest counts."""

    def __init__(self, send: Callable[[Mapping[str, object]], None]) -> None:
        self._send = send
        self._newest: Mapping[str, object] | None = None
        self._closed = False
        self._wake = threading.Condition()
        self._thread = threading.Thread(target=self._work, name="report", daemon=True)
        self._thread.start()

    def hand_in(self, payload: Mapping[str, object]) -> None:
        """Send this as soon as the one before is through; replaces one that has not been sent."""
        with self._wake:
            self._newest = payload
            self._wake.notify()

    def close(self) -> None:
        """Send what waits, and stop."""
        with self._wake:
            self._closed = True
            self._wake.notify()
        self._thread.join(timeout=LAST_WORD_SECONDS)

    def _work(self) -> None:
        while True:
            with self._wake:
                while self._newest is None and not self._closed:
                    self._wake.wait()
                payload, self._newest = self._newest, None
            if payload is None:
                return
            try:
                self._send(payload)
            except AgentError as error:
                log.info("report not handed in: %s", error)
            except Exception as error:  # noqa: BLE001 - the rim: the next report is handed in all the same
                log.error("report not handed in: %s", unforeseen(error))


def report_payload(status: Status, *, name: str, now: datetime) -> dict[str, Any]:
    """The JSON of `POST /api/agent/report`."""
    return {
        "agent": name,
        "version": skyddsnat.__version__,
        "state": status.state.value,
        "position": status.positions,
        "list_sha256": status.live.version if status.live else "",
        "entries": status.live.size if status.live and not status.live.observed else 0,
        "resolvers": [
            {key: resolver[key] for key in ("name", "ok", "checked_at", "serial")} for resolver in status.resolvers
        ],
        "held": _held(status),
        "measured": {"publish_seconds": status.publish_seconds},
        "at": now.astimezone(UTC).isoformat().replace("+00:00", "Z"),
    }


def _held(status: Status) -> dict[str, Any] | None:
    feed, waiting = status.feed_hold, status.list_hold
    if feed is None and waiting is None:
        return None
    reasons = [*(feed["reasons"] if feed else ()), *(waiting["reasons"] if waiting else ())]
    return {
        "reasons": list(dict.fromkeys(reasons)),
        "added": waiting["added"] if waiting else 0,
        "removed": waiting["removed"] if waiting else 0,
    }
