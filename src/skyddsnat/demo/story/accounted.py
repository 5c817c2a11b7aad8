"""What is written stays written: a row changed behind the hub is found, and a forked log is refused by an agent.

All of it happens on copies, so that the demo's own log and agent stay as they are.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.conf import settings

from skyddsnat.demo.processes import SKYDDSNAT
from skyddsnat.demo.story.browser import Unexpected
from skyddsnat.demo.story.stage import Stage
from skyddsnat.demo.story.teller import Teller, seconds_until
from skyddsnat.hub.audit.keys import signer
from skyddsnat.hub.audit.queries.verifying import verify
from skyddsnat.protocols.log import Checkpoint, sign_checkpoint


def play(tell: Teller, stage: Stage) -> None:
    """Raises ChapterOver at the first step that fails."""
    with tell.step("everything so far stands in the log, which is whole") as step:
        verdict = verify()
        if not verdict.whole:
            raise Unexpected(f"entry {verdict.faults[0].index}: {verdict.faults[0].detail}")
        step.figure = f"{verdict.size} entries, {verdict.checkpoints} signed checkpoints"
    with tell.step("Alfa's agent has witnessed it by itself") as step:
        took = seconds_until(
            lambda: bool((stage.site.stands().log or {}).get("cosigned_at")), what="cosigned", limit=60, pause=0.5
        )
        log = stage.site.stands().log or {}
        step.figure = f"up to {log['size']} entries, waited {took:.1f} s"
    with tempfile.TemporaryDirectory(prefix="skyddsnat-story-") as folder:
        _row_changed(tell, Path(folder))
        _log_forked(tell, stage, Path(folder))


def _row_changed(tell: Teller, folder: Path) -> None:
    with tell.step("a row is changed in a copy of the database, and hub audit verify names it") as step:
        hub = folder / "hub"
        hub.mkdir()
        for name in ("log.key", "log.signed"):
            shutil.copy2(Path(settings.LOG_KEY_FILE).with_name(name), hub / name)
        index = _change_a_row(Path(settings.DATABASES["default"]["NAME"]), hub / "hub.sqlite")
        place = {"SKYDDSNAT_DATA": str(hub), "SKYDDSNAT_DATABASE": f"sqlite:{hub / 'hub.sqlite'}"}
        done = _run("hub", "audit", "verify", "--json", **place)
        verdict = json.loads(done.stdout)
        if done.returncode != 1 or verdict["faults"][0]["index"] != index:
            raise Unexpected(f"code {done.returncode}, expected 1 and entry {index} named first")
        step.figure = f"entry {index} of {verdict['size']}, exit code 1"


def _change_a_row(original: Path, copy: Path) -> int:
    """Rewrite history in the copy: who verified a signal.  Returns the entry's index."""
    with closing(sqlite3.connect(original)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
        index = target.execute("SELECT MAX(leaf_index) FROM audit_entry WHERE action = 'signal.verified'").fetchone()[0]
        target.execute("UPDATE audit_entry SET member_id = 'gamma' WHERE leaf_index = ?", [index])
        target.commit()
    return int(index)


def _log_forked(tell: Teller, stage: Stage, folder: Path) -> None:
    with tell.step("a hub shows a forked log with the right key, and the agent refuses it") as step:
        with _wicked_hub() as url:
            config = _copy_of_the_agent(stage, folder / "agent", url)
            done = _run("agent", "witness", "--json", "--config", str(config))
        told = json.loads(done.stdout)
        if done.returncode != 1 or told["alarm"] is None:
            raise Unexpected(f"code {done.returncode}, expected 1 and an alarm")
        evidence = json.loads(Path(told["alarm"]["evidence"]).read_text(encoding="utf-8"))
        if not evidence["held"] or not evidence["offered"]:
            raise Unexpected("the evidence lacks one of the two notes")
        step.figure = f"{told['alarm']['code']}, both notes kept, exit code 1"
    with tell.step("Alfa's own agent is not touched by that") as step:
        now = stage.site.status()
        if now["log"]["alarm"] is not None:
            raise Unexpected("it refuses the demo's own log")
        step.figure = now["state"]


def _copy_of_the_agent(stage: Stage, folder: Path, url: str) -> Path:
    """The agent's memory and set-up, pointed at another hub."""
    folder.mkdir()
    original = stage.site.folder
    (folder / "state").mkdir(mode=0o700)
    with (
        closing(sqlite3.connect(original / "state" / "state.sqlite")) as source,
        closing(sqlite3.connect(folder / "state" / "state.sqlite")) as target,
    ):
        source.backup(target)
    text = stage.site.config.read_text(encoding="utf-8")
    text = text.replace(stage.site.subscription.hub_url, url).replace(str(original / "state"), str(folder / "state"))
    path = folder / "agent.toml"
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def _wicked_hub() -> Iterator[str]:
    """A hub that shows a log of another past, signed by the true key."""
    key = signer()
    note = sign_checkpoint(Checkpoint(key.name, 10**6, bytes(range(32))), key)

    class Wicked(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = note if self.path.endswith("/checkpoint") else json.dumps({"proof": ["A" * 43 + "="] * 20})
            raw = body.encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(raw)))
            self.end_headers()
            self.wfile.write(raw)

        def log_message(self, format: str, *args: Any) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Wicked)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()


def _run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [*SKYDDSNAT, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, **environment})
