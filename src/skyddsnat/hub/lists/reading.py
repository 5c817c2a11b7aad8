"""From the files that a person chose to rows.  The files are read in memory and dropped with the request."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import orjson

from skyddsnat.hub.feed.services import issuer
from skyddsnat.hub.signals.models import Submission
from skyddsnat.hub.signals.reading import Row, bounded, read_bundle, read_csv, refuse_imagery
from skyddsnat.hub.signals.services.drafts import SignalDraft
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.protocols.misp import BadFile, File, looks_like_misp, open_files, rows_of


@dataclass(frozen=True, slots=True)
class Read:
    """What was in the files.  missing: events that a MISP manifest names and no file held."""

    channel: str
    rows: Sequence[Row]
    missing: int = 0


def read_files(files: Sequence[tuple[str, bytes]], *, like: SignalDraft, now: datetime) -> Read:
    """One CSV file, one STIX 2.1 bundle, or MISP events in one or several files.

    like: what all rows have in common.  Raises PolicyRefusal: one_file, not_utf8, not_csv, not_stix, not_misp, attachment,
    no_value_column, nothing_read, too_many_rows, a guard's code.
    """
    documents = [(name, data) for name, data in files if name.rpartition("/")[2] != "hashes.csv"]  # part of a MISP feed
    if not documents:
        raise PolicyRefusal("nothing_read")
    _, first = documents[0]
    if len(documents) > 1 or first.lstrip()[:1] in {b"{", b"["}:
        return _read_json(documents, like=like, now=now)
    return Read(Submission.Channel.CSV, read_csv(first, like=like))


def _read_json(documents: Sequence[tuple[str, bytes]], *, like: SignalDraft, now: datetime) -> Read:
    bodies = [File(name, _parsed(data, alone=len(documents) == 1)) for name, data in documents]
    if len(bodies) == 1 and not looks_like_misp(bodies[0].body):
        if not isinstance(bodies[0].body, dict) or bodies[0].body.get("type") != "bundle":
            raise PolicyRefusal("not_misp")
        return Read(Submission.Channel.STIX, read_bundle(documents[0][1], like=like, now=now, issuer=issuer()))
    try:
        opened = open_files(bodies)
    except BadFile as fault:
        raise PolicyRefusal(fault.code, fault.message) from fault
    return Read(Submission.Channel.MISP, bounded(_misp_rows(opened.events, like)), opened.missing)


def _misp_rows(events: Sequence[Mapping[str, Any]], like: SignalDraft) -> Iterator[Row]:
    number = 0
    for event in events:
        refuse_imagery([event.get("Tag"), *(_attributes(event))])
        for found in rows_of(event):
            number += 1
            if found.type is None:
                yield Row(number, None, found.code)
            else:
                draft = replace(like, type=found.type, text=found.text, hash_kind=found.hash_kind)
                yield Row(number, draft, marking=found.marking)


def _attributes(event: Mapping[str, Any]) -> Iterator[Any]:
    for name in ("Attribute", "Object"):
        found = event.get(name)
        yield from found if isinstance(found, list) else ()


def _parsed(data: bytes, *, alone: bool) -> Any:
    try:
        return orjson.loads(data.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise PolicyRefusal("not_json" if alone else "one_file") from error
