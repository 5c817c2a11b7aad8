"""Keeps the hash lists in step with the signed feed.

No two people are asked: a hash stops nothing, and what the feed's signature, order and completeness did not vouch for never
reached the agent's memory.  All four files say the same version, and what is withdrawn leaves them at the next pull.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from skyddsnat.agent.config import Config
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.hashes.list_file import Row, file_name, is_whole, list_files
from skyddsnat.agent.primaries.zonefile import FILE_MODE
from skyddsnat.agent.state import State
from skyddsnat.agent.state.notes import Notes
from skyddsnat.agent.state.packing import from_us, to_us
from skyddsnat.policy.vocabulary import HashKind
from skyddsnat.site.files import replace_file


class HashFolderError(AgentError):
    """The files cannot be written."""


class HashKeeper:
    """Writes the lists when the feed's hashes are others than they have."""

    def __init__(self, config: Config, state: State, *, clock: Callable[[], datetime]) -> None:
        self._folder = config.hash_dir
        self._collections = tuple(str(collection) for collection in config.hub.collections)
        self._origins = config.list.origins
        self._silence = config.limits.head_age
        self._state = state
        self._clock = clock

    def bring_up(self) -> bool:
        """Write the files if they are behind; whether they were.  Raises HashFolderError."""
        if self._folder is None or self._heard() is None:
            return False
        known: Mapping[str, Any] = self._state.notes.get(Notes.HASHES) or {}
        generation = self._state.notes.get(Notes.GENERATION) or 0
        whole = known.get("folder") == str(self._folder) and all(
            is_whole(self._folder / file_name(kind), kind, known["entries"][kind]) for kind in HashKind
        )
        if whole and known["generation"] == generation and not self._has_ended(known["until"]):
            return False
        mark = self._state.feed.hash_mark(self._collections)
        if whole and known["mark"] == mark and not self._has_ended(known["until"]):
            self._state.notes.put(Notes.HASHES, {**known, "generation": generation})
            return False
        facts = self._write(self._folder)
        self._state.notes.put(
            Notes.HASHES, {"folder": str(self._folder), "generation": generation, "mark": mark, **facts}
        )
        return True

    def _write(self, folder: Path) -> dict[str, Any]:
        now = to_us(self._clock())
        rows: dict[HashKind, list[Row]] = {kind: [] for kind in HashKind}
        ends: list[int] = []
        for digest, stix_id, until in self._state.feed.hashes(self._collections, origins=self._origins):
            if until is not None and until <= now:
                continue
            kind, _, digits = digest.partition(":")
            entry = bytes.fromhex(stix_id.partition("--")[2].replace("-", ""))
            rows[HashKind(kind)].append((bytes.fromhex(digits), entry))
            if until is not None:
                ends.append(until)
        version, files = list_files(rows)
        try:
            for kind, content in files.items():
                replace_file(folder / file_name(kind), content, mode=FILE_MODE)
        except OSError as error:
            raise HashFolderError(
                f"hash lists cannot be written to {folder} ({type(error).__name__}), expected an existing folder that the agent "
                "may write to; the files before stay, the agent tries again"
            ) from error
        return {
            "version": version,
            "until": min(ends, default=None),
            "entries": {kind.value: len(found) for kind, found in rows.items()},
        }

    def _heard(self) -> datetime | None:
        """When the collection that has been silent longest was heard; None before all have been."""
        moments = [self._state.feed.seen(collection).heard_at for collection in self._collections]
        heard = [moment for moment in moments if moment is not None]
        return min(heard) if len(heard) == len(moments) else None

    def _has_ended(self, until: int | None) -> bool:
        """Whether the first entry is past its end.  While the hub is silent nothing ends: a silent feed must not empty a list."""
        now, heard = self._clock(), self._heard()
        if until is None or heard is None or now - heard > self._silence:
            return False
        return from_us(until) <= now
