"""A stop page of Alfa's as its own set-up makes it, with a clock that the test moves."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from skyddsnat.stop_page.admission import Bucket, Forms
from skyddsnat.stop_page.app import Service, make_app
from skyddsnat.stop_page.config import Config, load
from skyddsnat.stop_page.counter import Counter
from skyddsnat.stop_page.queue import Queue, load_key
from skyddsnat.stop_page.setup import Sample, make_stop_page

BROWSER = {"Accept": "text/html,application/xhtml+xml", "Accept-Language": "en-GB,en;q=0.8"}
FORM = re.compile(r'name="form" value="([^"]+)"')


def sample(folder: Path, **changes: Any) -> Sample:
    """What `init` would ask for."""
    facts: dict[str, Any] = {
        "operator": "Alfa",
        "support_sv": "Kundservice 020-000 00 00",
        "support_en": "Customer service 020-000 00 00",
        "hub_url": "http://127.0.0.1:9",
        "token_file": folder / "complaints.token",
        "data_dir": folder / "data",
        "key_file": folder / "keys" / "queue.key",
    }
    return Sample(**facts | changes)


class Client:
    """A visitor, in this process."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    def get(self, path: str, **options: Any) -> httpx.Response:
        return self._ask("GET", path, **options)

    def post(self, path: str, **options: Any) -> httpx.Response:
        return self._ask("POST", path, **options)

    def _ask(self, method: str, path: str, **options: Any) -> httpx.Response:
        async def asked() -> httpx.Response:
            transport = httpx.ASGITransport(self._app, client=("198.51.100.7", 50_000))
            async with httpx.AsyncClient(transport=transport, base_url="http://blocked.test") as client:
                return await client.request(method, path, **options)

        return asyncio.run(asked())


@dataclass(slots=True)
class Page:
    """The service in this process.  Its clock stands still until the test moves it."""

    folder: Path
    config: Config
    began: datetime = field(default_factory=lambda: datetime.now(UTC))
    ahead: timedelta = timedelta()
    seconds: float = 0.0
    woken: int = 0
    queue: Queue = field(init=False)
    counter: Counter = field(init=False)
    service: Service = field(init=False)
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.config.counts.mkdir(parents=True, exist_ok=True)
        self.queue = Queue(self.config.data_dir, load_key(self.config.key_file), clock=self.clock)
        self.counter = Counter(self.config.counts, clock=self.clock)
        self.service = Service(
            config=self.config,
            queue=self.queue,
            counter=self.counter,
            forms=Forms(clock=self.clock),
            bucket=Bucket(self.config.complaints_an_hour, monotonic=lambda: self.seconds),
            clock=self.clock,
            wake=self.wake,
        )
        self.client = Client(make_app(self.service))

    def clock(self) -> datetime:
        return self.began + self.ahead

    def wake(self) -> None:
        self.woken += 1

    def form(self, language: str = "en") -> str:
        """An empty form's mark, after the time that it takes to fill one in."""
        found = FORM.search(self.client.get(f"/_stop/{language}/complaint").text)
        assert found is not None
        self.ahead += timedelta(seconds=3)
        return found[1]

    def send(self, language: str = "en", **fields: str) -> Any:
        """Fill in and send."""
        usual = {"what": "fel.test", "reason": "not_illegal", "contact": ""}
        if "form" not in fields:
            fields["form"] = self.form(language)
        return self.client.post(f"/_stop/{language}/complaint", data=usual | fields)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Page]:
    """Alfa's stop page."""
    make_stop_page(sample(tmp_path), tmp_path / "stop-page.toml")
    made = Page(tmp_path, load(tmp_path / "stop-page.toml"))
    yield made
    made.queue.close()


def await_true(condition: Any, *, seconds: float = 120) -> None:
    """Wait until it is so."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("it did not come true")
