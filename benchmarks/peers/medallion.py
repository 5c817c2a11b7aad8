"""medallion, OASIS's own server: objects in memory, Flask's server that it starts by itself."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from benchmarks.bench import Bench
from benchmarks.client import Taxii
from benchmarks.peers import Peer, listens, program
from skyddsnat.demo.ports import free_port

COLLECTION = "91a7b528-80eb-42ed-a74d-c6fbd5a26116"
USER = ("bench", "bench")
BIG = 100 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Medallion(Peer):
    """One collection that may be read and written."""

    def reader(self) -> Taxii:
        """A client of it."""
        return Taxii(self.port, f"/api/collections/{COLLECTION}/objects/", basic=USER)


@contextmanager
def medallion(bench: Bench, *, page: int) -> Iterator[Medallion]:
    """Run it, empty.  page: its largest page."""
    folder = bench.new_folder("medallion")
    collection = {"id": COLLECTION, "title": "Bench", "can_read": True, "can_write": True, "media_types": []}
    root = {"title": "Bench", "versions": ["application/taxii+json;version=2.1"], "max_content_length": BIG}
    data = {
        "/discovery": {"title": "Bench", "api_roots": ["/api/"]},
        "api": {"information": root, "status": [], "collections": [collection | {"objects": [], "manifest": []}]},
    }
    (folder / "data.json").write_text(json.dumps(data), encoding="utf-8")
    settings = {
        "backend": {
            "module": "medallion.backends.memory_backend",
            "module_class": "MemoryBackend",
            "filename": str(folder / "data.json"),
        },
        "users": dict([USER]),
        "taxii": {"max_page_size": page},
    }
    (folder / "medallion.json").write_text(json.dumps(settings), encoding="utf-8")
    port = free_port()
    child = bench.children.start(
        "medallion", [program("medallion"), "--port", str(port), str(folder / "medallion.json")]
    )
    try:
        bench.children.wait_until(child, lambda: listens(port))
        yield Medallion("medallion 3.0.0", "memory backend, its own Flask server", port, child.process.pid)
    finally:
        bench.children.stop(child)
