"""The log as lines that anyone can check with nothing of ours (standalone/verify_log.py), and one entry's proof."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from skyddsnat.hub.audit import keys
from skyddsnat.hub.audit.leaves import personal_fields, text_of
from skyddsnat.hub.audit.models import Checkpoint, Entry, Witness
from skyddsnat.hub.audit.queries.paging import in_pages
from skyddsnat.hub.audit.queries.tree import newest, tree

VERIFIER: Final = Path(__file__).resolve().parent.parent / "standalone" / "verify_log.py"


def entries_signed() -> int:
    """How many entries an export holds: those up to the newest checkpoint."""
    last = newest()
    return last.size if last else 0


def export_lines(*, details: bool) -> Iterator[str]:
    """The log up to its newest checkpoint.  details: with who it was, and the salts that prove it; else nobody is named."""
    size = entries_signed()
    key = keys.signer().key
    yield _line({"format": "skyddsnat/log-export/1", "key": key.text(), "size": size, "details": details})
    for row in in_pages(Entry.objects.filter(leaf_index__gte=0, leaf_index__lt=size), "leaf_index"):
        yield _line(_entry(row, details=details))
    for checkpoint in in_pages(Checkpoint.objects.filter(size__lte=size), "size"):
        yield _line({"checkpoint": checkpoint.note})
    for witness in Witness.objects.filter(size__lte=size):
        fields = ("member_id", "agent", "key", "size", "line")
        member, agent, witness_key, at, line = (getattr(witness, field) for field in fields)
        yield _line({"witness": {"member": member, "agent": agent, "key": witness_key, "size": at, "line": line}})


def proof_of(entry: Entry, *, details: bool) -> dict[str, Any] | None:
    """An entry with its proof in the newest checkpoint; None while it waits for its place."""
    last = newest()
    if entry.leaf_index is None or last is None or entry.leaf_index >= last.size:
        return None
    path = tree().inclusion(entry.leaf_index, last.size)
    return {
        "format": "skyddsnat/log-proof/1",
        **_entry(entry, details=details),
        "proof": [base64.b64encode(one).decode("ascii") for one in path],
        "checkpoint": last.note,
        "key": keys.signer().key.text(),
    }


def _entry(row: Entry, *, details: bool) -> dict[str, Any]:
    line: dict[str, Any] = {"entry": row.leaf_index, "text": text_of(row).decode("utf-8", "surrogatepass")}
    if details and row.salt:
        line |= {"salt": bytes(row.salt).hex(), "details": personal_fields(row)}
    return line


def _line(fields: dict[str, Any]) -> str:
    return json.dumps(fields, ensure_ascii=False) + "\n"
