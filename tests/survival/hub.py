"""A real hub that is killed and started again at the same place, and the members that go on working with it meanwhile."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import signal
import subprocess
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import uuid4

import httpx
from django.conf import settings

from skyddsnat.demo.ports import free_port
from tests import prepared
from tests.programs import environment_of, told
from tests.servers import serving
from tests.servers.processes import answers, await_ready

REPOSITORY = Path(__file__).resolve().parents[2]
TAXII = "application/taxii+json;version=2.1"
ROOT = "/taxii2/skyddsnat"
WITHDRAWN = ("Withdrawn. Agents lift it within seconds.", "Your verdict is withdrawn. Another one stands")
"""What the hub says of a verdict that is taken back: it was the last one, or it was not."""


@dataclass(slots=True)
class Hub:
    """One hub: its folder, its database, and the processes that serve it, which change."""

    folder: Path
    environment: dict[str, str]
    facts: dict[str, Any] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def run(self, *arguments: object, typed: str = "", module: str = "tests.survival.coalition") -> Any:
        """A program on the hub's database; gives the JSON that it printed."""
        return told("-m", module, *arguments, environment=self.environment, typed=typed)

    def start(self, *, workers: int = 2) -> Hub:
        """Serve, in a process group of its own so that all of it can be killed at once."""
        log = self.folder / "hub.log"
        self.process = serving.start(
            self.environment, self.port, workers=workers, threads=3, log=log, start_new_session=True
        )
        await_ready(self.process, lambda: answers(f"{self.url}/healthy/"), log=log)
        return self

    def kill(self) -> None:
        """SIGKILL to every process of the hub."""
        if self.process is not None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(timeout=60)
            self.process = None


@contextmanager
def hub(database: str | None = None) -> Iterator[Hub]:
    """A hub with the cast, not yet serving: on a SQLite file, or on the empty PostgreSQL database that `database` names."""
    with TemporaryDirectory(prefix="skyddsnat-hub-") as name:
        folder = Path(name)
        here = Hub(folder, environment_of(folder, database))
        if database is None:
            here.facts = _copy_of_ready(folder)
        else:
            prepared.lay_postgres(database)
            here.facts = here.run("set-up")
        try:
            yield here
        finally:
            here.kill()


@cache
def _ready() -> tuple[TemporaryDirectory[str], dict[str, Any]]:
    """A hub's folder with the cast in its database: made once a run, since migrating costs more than what is tried."""
    kept = TemporaryDirectory(prefix="ready-", dir=settings.DATA)
    made = Hub(Path(kept.name), environment_of(Path(kept.name)))
    prepared.lay(made.folder / "hub.sqlite")
    return kept, made.run("set-up")


def _copy_of_ready(folder: Path) -> dict[str, Any]:
    kept, facts = _ready()
    shutil.copytree(kept.name, folder, dirs_exist_ok=True)
    return facts


class Form(HTMLParser):
    """The fields of the one form with this action: every box ticked, the first real choice of each list."""

    def __init__(self, action: str) -> None:
        super().__init__()
        self.action, self.inside, self._select = action, False, ""
        self.fields: defaultdict[str, list[str]] = defaultdict(list)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        told = dict(attributes)
        if tag == "form":
            self.inside = (told.get("action") or "").endswith(self.action)
        elif self.inside and tag == "input" and told.get("name"):
            kind, name, value = told.get("type"), str(told["name"]), told.get("value") or "on"
            if kind != "radio" or name not in self.fields:
                self.fields[name].append(value)
        elif self.inside and tag == "select":
            self._select = str(told.get("name"))
        elif self.inside and tag == "option" and told.get("value") and self._select not in self.fields:
            self.fields[self._select].append(str(told["value"]))


@dataclass(slots=True)
class Members:
    """Everyone at work.  What was acknowledged is kept; what failed is tried again or left, as people do."""

    hub: Hub
    seed: int
    stop: threading.Event = field(default_factory=threading.Event)
    quiet: threading.Event = field(default_factory=threading.Event)
    acknowledged: dict[str, list[list[str]]] = field(
        default_factory=lambda: {"posted": [], "approve": [], "withdraw": []}
    )
    tails: dict[str, list[list[Any]]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    refused: int = 0
    _writers: list[threading.Thread] = field(default_factory=list)
    _readers: list[threading.Thread] = field(default_factory=list)

    def work(self) -> None:
        """Start everyone."""
        jobs: list[tuple[Callable[..., None], tuple[Any, ...]]] = [
            (self._post, (m,)) for m in ("alfa", "beta", "gamma")
        ]
        jobs += [
            (self._judge, ("vakten",)),
            (self._judge, ("solros",)),
            (self._tail, ("verified",)),
            (self._tail, ("inform",)),
        ]
        for job, arguments in jobs:
            thread = threading.Thread(target=self._guarded, args=(job, *arguments), daemon=True)
            thread.start()
            (self._readers if job == self._tail else self._writers).append(thread)

    def end(self) -> None:
        """Let everyone finish what they are at; readers read to the end."""
        for event, threads in ((self.stop, self._writers), (self.quiet, self._readers)):
            event.set()
            for thread in threads:
                thread.join(timeout=180)
                assert not thread.is_alive()

    @property
    def done(self) -> int:
        """How many acts were acknowledged."""
        return sum(map(len, self.acknowledged.values()))

    def _guarded(self, job: Callable[..., None], *arguments: Any) -> None:
        try:
            job(*arguments)
        except Exception as error:  # noqa: BLE001 - a thread's fault must reach the test
            self.faults.append(f"{job.__name__}{arguments}: {error!r}")

    def _ask(self, client: httpx.Client, method: str, path: str, **more: Any) -> httpx.Response | None:
        """One try.  None when the hub is away or cannot save; anything else that is wrong is a fault."""
        try:
            answer = client.request(method, f"{self.hub.url}{path}", **more)
        except httpx.HTTPError:
            time.sleep(0.05)
            return None
        if answer.status_code in (502, 503):
            self.refused += 1
            time.sleep(0.05)
            return None
        if answer.status_code >= 400:
            self.faults.append(f"{method} {path}: {answer.status_code}")
        return answer

    def _post(self, member: str) -> None:
        """A machine hands names in; one that was not acknowledged is sent again, as it was."""
        headers = {
            "Authorization": f"Bearer {self.hub.facts['tokens'][member]}",
            "Accept": TAXII,
            "Content-Type": TAXII,
        }
        path, number = f"{ROOT}/collections/{self.hub.facts['inboxes'][member]}/objects/", 0
        with httpx.Client(timeout=60, headers=headers) as client:
            while not self.stop.is_set():
                name, number = f"{member}{number}.example", number + 1
                body = json.dumps({"objects": [_report(name)]})
                while (answer := self._ask(client, "POST", path, content=body)) is None and not self.stop.is_set():
                    continue
                if answer is not None and answer.json().get("success_count") == 1:
                    self.acknowledged["posted"].append([member, name])
                time.sleep(0.02)

    def _judge(self, member: str) -> None:
        """A reviewer goes through the queue, approves, and now and then withdraws what was verified."""
        luck, seen = random.Random(f"{self.seed}{member}"), set()
        cookies = {"sessionid": self.hub.facts["sessions"][member]}
        with httpx.Client(timeout=60, headers={"Accept-Language": "en"}, cookies=cookies) as client:
            while not self.stop.is_set():
                page = self._ask(client, "GET", "/signals/review/")
                waiting = re.findall(r"/signals/([0-9a-f-]{36})/review/", page.text if page else "")
                for pk in [pk for pk in dict.fromkeys(waiting) if pk not in seen][:4]:
                    if self._approve(client, member, pk):
                        seen.add(pk)
                    if member == "vakten" and luck.random() < 0.4 and len(seen) > 4:
                        self._withdraw(client, member, luck.choice(sorted(seen)))
                time.sleep(0.02)

    def _approve(self, client: httpx.Client, member: str, pk: str) -> bool:
        page = self._ask(client, "GET", f"/signals/{pk}/review/")
        if page is None:
            return False
        form = Form("/approve/")
        form.feed(page.text)
        if not form.fields:
            return True  # judged already: an earlier try came through without its answer
        answer = self._ask(client, "POST", f"/signals/{pk}/approve/", data=dict(form.fields))
        if answer is not None and answer.status_code == 302:
            self.acknowledged["approve"].append([member, pk])
        return answer is not None

    def _withdraw(self, client: httpx.Client, member: str, pk: str) -> None:
        fields = {"reason": "gone", "csrfmiddlewaretoken": client.cookies["csrfid"]}
        answer = self._ask(client, "POST", f"/signals/{pk}/withdraw/", data=fields, follow_redirects=True)
        if answer is not None and any(said in answer.text for said in WITHDRAWN):
            self.acknowledged["withdraw"].append([member, pk])

    def _tail(self, kind: str) -> None:
        """A client reads behind its last position and keeps every row that it is given."""
        headers = {"Authorization": f"Bearer {self.hub.facts['tokens']['beta']}", "Accept": TAXII}
        rows = self.tails.setdefault(kind, [])
        path, after = f"{ROOT}/collections/{self.hub.facts[kind]}/manifest/?limit=20&match[version]=all", ""
        with httpx.Client(timeout=60, headers=headers) as client:
            while True:
                last = self.quiet.is_set()
                answer = self._ask(client, "GET", f"{path}&added_after={after}" if after else path)
                found = answer.json().get("objects", []) if answer is not None else []
                rows += [[one["date_added"], one["id"], one["version"]] for one in found]
                after = found[-1]["date_added"] if found else after
                if last and answer is not None and not found:
                    return
                time.sleep(0 if found else 0.02)


def _report(name: str) -> dict[str, str]:
    return {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid4()}",
        "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z",
        "pattern_type": "stix",
        "pattern": f"[domain-name:value = '{name}']",
        "valid_from": "2026-11-20T10:00:00Z",
    }
