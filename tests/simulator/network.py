"""Between agent and hub: requests that are lost, doubled, or answered late, and links that are down for days."""

from __future__ import annotations

import random
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from http import HTTPStatus

import httpx

from tests.simulator.hub import Hub

Trick = Callable[[str, httpx.Response], httpx.Response]


@dataclass(slots=True)
class Link(httpx.BaseTransport):
    """One agent's way to the hub.  trick: what a wicked hub makes of its answers."""

    hub: Hub
    luck: random.Random
    up: bool = True
    rough: bool = True
    trick: Trick | None = None
    faults: int = 0
    _hub: httpx.WSGITransport = field(init=False)
    _before: dict[str, deque[httpx.Response]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        from django.core.wsgi import get_wsgi_application  # not the hub's own: its threads have no seed

        self._hub = httpx.WSGITransport(app=get_wsgi_application())

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        if not self.up:
            raise httpx.ConnectError("no route", request=request)
        fate = self.luck.random() if self.rough else 1.0
        if fate < 0.02:
            self._fault("lost on the way to the hub", request)
        if fate < 0.04:
            self._deliver(request)  # twice
        if 0.04 <= fate < 0.06:
            self.hub.dies_at = (self.luck.randint(0, 1), self.luck.choice(("before", "after")))
        if 0.06 <= fate < 0.08 and (old := self._before.get(str(request.url))):
            self.faults += 1
            return _again(old[0])  # behind answers that came later: the last alone would tell nothing that is not known
        answer = self._deliver(request)
        if 0.08 <= fate < 0.10:
            self._fault("lost on the way back", request)
        self._before.setdefault(str(request.url), deque(maxlen=3)).append(answer)
        return self.trick(request.url.path, _again(answer)) if self.trick else _again(answer)

    def _fault(self, what: str, request: httpx.Request) -> None:
        self.faults += 1
        raise httpx.ReadError(what, request=request)

    def _deliver(self, request: httpx.Request) -> httpx.Response:
        def work() -> httpx.Response:
            got = self._hub.handle_request(request)
            content = got.read()
            return _answer(got.status_code, got.headers, content)

        answer = self.hub.ask(work)
        if answer is None:
            self._fault("the hub died", request)
        assert answer is not None
        if answer.status_code == HTTPStatus.INTERNAL_SERVER_ERROR:
            raise AssertionError(f"the hub answered 500 to {request.method} {request.url.path}")
        return answer


def _again(answer: httpx.Response) -> httpx.Response:
    return _answer(answer.status_code, answer.headers, answer.content)


def _answer(status: int, headers: httpx.Headers, content: bytes) -> httpx.Response:
    """The answer as the agent sees it, unpacked."""
    kept = [
        (name, value) for name, value in headers.items() if name.lower() not in ("content-encoding", "content-length")
    ]
    return httpx.Response(status, headers=kept, content=content)
