"""OpenTAXII, EclecticIQ's server: SQLite by SQLAlchemy, gunicorn with one worker, as its documents advise."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import orjson

from benchmarks.bench import Bench
from benchmarks.client import Taxii
from benchmarks.peers import Peer, listens, program
from skyddsnat.demo.ports import free_port
from skyddsnat.demo.processes import ChildFailed

USER = ("bench", "bench")
POSITION = timedelta(microseconds=10)
ROOT = "5bf1e1f4-4d0c-4f25-a7ec-0b7f63a4b7d1"


@dataclass(frozen=True, slots=True)
class OpenTaxii(Peer):
    """Two collections: one to read, one to write to."""

    token: str
    data: Path

    def reader(self, collection: str, *, token: bool = False) -> Taxii:
        """A client of one of them: with HTTP Basic, which TAXII asks of every server, or with a token of its own kind."""
        path = f"/taxii2/{ROOT}/collections/{collection}/objects/"
        return Taxii(self.port, path, bearer=self.token) if token else Taxii(self.port, path, basic=USER)

    def load(self, collection: str, things: Iterable[dict[str, Any]]) -> None:
        """Put objects into its tables, as its own POST would, which takes minutes for ten thousand."""
        with sqlite3.connect(self.data) as base:
            ((key,),) = base.execute("SELECT id FROM opentaxii_collection WHERE alias = ?", [collection])
            at = datetime.now(UTC).replace(tzinfo=None) - timedelta(hours=1)
            base.executemany(
                "INSERT INTO opentaxii_stixobject"
                " (pk, id, collection_id, type, spec_version, date_added, version, serialized_data)"
                " VALUES (?, ?, ?, ?, '2.1', ?, '2026-11-01 00:00:00.000000', ?)",
                (
                    (uuid4().hex, thing["id"], key, thing["type"], str(at + row * POSITION), _rest(thing))
                    for row, thing in enumerate(things)
                ),
            )


@contextmanager
def opentaxii(bench: Bench) -> Iterator[OpenTaxii]:
    """Run it, empty."""
    folder = bench.new_folder("opentaxii")
    data, config = folder / "data.db", folder / "opentaxii.yml"
    config.write_text(json.dumps(_settings(folder, data)), encoding="utf-8")
    environment = {"OPENTAXII_CONFIG": str(config), "PYTHONWARNINGS": "ignore"}
    said = _run(environment, "opentaxii-create-account", "-u", USER[0], "-p", USER[1], "-a")
    _run(environment, "opentaxii-add-api-root", "-t", "Bench", "-i", ROOT, "--default")
    for alias in ("feed", "inbox"):
        _run(environment, "opentaxii-add-collection", "-r", ROOT, "-t", alias, "-a", alias)
    port = free_port()
    command = [program("gunicorn"), "opentaxii.http:app", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    child = bench.children.start("opentaxii", [*command, "--timeout", "300"], env=environment)
    token = said.rpartition("token: ")[2].strip()
    try:
        bench.children.wait_until(child, lambda: listens(port))
        how = "SQLite, gunicorn with one worker, HTTP Basic, rows to poll loaded by SQL"
        yield OpenTaxii("OpenTAXII 0.10.0b1", how, port, child.process.pid, token, data)
    finally:
        bench.children.stop(child)


def _settings(folder: Path, data: Path) -> dict[str, Any]:
    tables = {"create_tables": True}
    return {
        "domain": "localhost",
        "auth_api": {
            "class": "opentaxii.auth.sqldb.SQLDatabaseAPI",
            "parameters": tables | {"db_connection": f"sqlite:///{folder / 'auth.db'}", "secret": "only-for-this-run"},
        },
        "taxii1": None,
        "taxii2": {
            "persistence_api": {
                "class": "opentaxii.persistence.sqldb.Taxii2SQLDatabaseAPI",
                "parameters": tables | {"db_connection": f"sqlite:///{data}"},
            },
            "title": "Bench",
            "max_content_length": 209715200,
        },
        "logging": {"opentaxii": "error", "root": "error"},
    }


def _rest(thing: dict[str, Any]) -> str:
    """What OpenTAXII keeps of an object beside the columns."""
    return orjson.dumps({key: thing[key] for key in thing if key not in {"id", "type", "spec_version"}}).decode()


def _run(environment: dict[str, str], name: str, *arguments: str) -> str:
    done = subprocess.run(
        [program(name), *arguments], env={**os.environ, **environment}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise ChildFailed(f"{name} ended with code {done.returncode}: {done.stderr[-1000:]}")
    return done.stdout
