"""From the queue to the hub, by token.  A hub that is away costs a wait and never a complaint."""

from __future__ import annotations

import logging
import threading
from contextlib import suppress
from typing import Final

import httpx

from skyddsnat.protocols.complaint import Complaint, write_complaint
from skyddsnat.site.http import hub_client, read_within
from skyddsnat.stop_page.config import HubConfig
from skyddsnat.stop_page.errors import StopPageError
from skyddsnat.stop_page.queue import Queue, QueueError

log = logging.getLogger("skyddsnat.stop_page")

PATH: Final = "/api/complaints/"
UNREADABLE: Final = frozenset({400, 413, 415, 422})
"""The hub read the complaint and will never take it; anything else may pass by itself."""

FIRST_PAUSE, LONGEST_PAUSE = 5.0, 300.0
LOOK_EVERY = 30.0
LONGEST_ANSWER: Final = 4096
"""Bytes; nothing of them is used."""


class Handover:
    """Hands over in the background."""

    def __init__(self, config: HubConfig, queue: Queue, *, transport: httpx.BaseTransport | None = None) -> None:
        self._config = config
        self._queue = queue
        self._wake = threading.Event()
        self._stop = threading.Event()
        self._http = hub_client(
            config.url,
            program="stop-page",
            seconds=config.timeout_seconds,
            ca_file=config.ca_file,
            refusal=StopPageError,
            transport=transport,
        )

    def wake(self) -> None:
        """There is something to hand over."""
        self._wake.set()

    def stop(self) -> None:
        """End the loop, and close the connections."""
        self._stop.set()
        self._wake.set()

    def run(self) -> None:
        """Until it is stopped."""
        pause = FIRST_PAUSE
        while not self._stop.is_set():
            self._wake.clear()
            if self.turn():
                pause, wait = FIRST_PAUSE, LOOK_EVERY
            else:
                pause, wait = min(pause * 2, LONGEST_PAUSE), pause
            self._wake.wait(wait)
        self._http.close()

    def turn(self) -> bool:
        """Hand over what waits.  False if some of it has to wait on."""
        place = 0
        try:
            while (found := self._queue.next(after=place)) is not None:
                place, complaint = found
                if not self._one(complaint):
                    return False
            self._queue.forget_old()
        except QueueError as error:
            log.error("the queue does not work (%s); look at the disk", type(error).__name__)
            return False
        return True

    def _one(self, complaint: Complaint) -> bool:
        token = self._config.token()
        if token is None:
            log.error("no token of scope complaints in one line; complaints wait on the disk")
            return False
        try:
            status = self._status(write_complaint(complaint), token)
        except httpx.HTTPError as error:
            log.warning("hub not reached (%s); complaints wait on the disk", type(error).__name__)
            return False
        if status == httpx.codes.OK:
            self._queue.handed_over(complaint.id)
            return True
        if status in UNREADABLE:
            log.error("hub does not read a complaint (%d); it waits for a person, see status", status)
            self._queue.refuse(complaint.id)
            return True
        log.warning("hub answered %d; complaints wait on the disk", status)
        return False

    def _status(self, content: bytes, token: str) -> int:
        """What the hub answers; of the text only as much as lets the connection be used again.  Raises httpx.HTTPError."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
        with self._http.stream("POST", PATH, content=content, headers=headers) as answer:
            with suppress(StopPageError):
                read_within(answer, LONGEST_ANSWER, refusal=StopPageError)
            return answer.status_code
