"""The agent as a witness of the hub's log: it holds the newest checkpoint, and only ever takes one that goes on from it.

It keeps what it has checked before it cosigns, so that after a crash it never vouches for two histories.  A log that was cut,
forked or signed by another key is refused for good: both notes stay as evidence, and the agent shouts until a person has
looked.  The list in force is not touched by that (docs/adr/0012-the-log-and-its-witnesses.md).
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any, Final, NoReturn
from uuid import UUID

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.log_client import LogClient
from skyddsnat.agent.state import State
from skyddsnat.agent.state.notes import Notes
from skyddsnat.protocols import log as merkle
from skyddsnat.protocols.feedhead import set_digest
from skyddsnat.protocols.log import BadLog, Checkpoint, NoteKey, NoteSigner
from skyddsnat.protocols.log.note import COSIGNATURE_V1
from skyddsnat.site.files import write_private
from skyddsnat.site.journal import Journal

COSIGN_AGAIN: Final = timedelta(hours=12)
"""A log that stands still is cosigned anew now and then, so that its witness is not taken for silent."""

LIST_MUST_BE_LOGGED: Final = timedelta(hours=1)
UNLOGGED_LOOKS: Final = 5
"""In a row, before a list is missed.  The log comes a second after the list: a look now and then may meet a new one each time, or
come after hours in which the agent did not run."""


class Trouble(StrEnum):
    """Why the hub's log is refused.  FORK: it does not go on from what was seen.  ROLLBACK: it is shorter than it was.
    SIGNATURE: not signed by the pinned key.  CONTRADICTION: the log says something else of a list than the hub's head did."""

    FORK = "fork"
    ROLLBACK = "rollback"
    SIGNATURE = "signature"
    CONTRADICTION = "contradiction"


class LogRefused(AgentError):
    """The hub's log is not to be believed."""


class _Bad(Exception):
    """Why a checkpoint is not taken."""

    def __init__(self, code: Trouble, detail: str, proof: Iterable[bytes] = ()) -> None:
        super().__init__(detail)
        self.code, self.detail, self.proof = code, detail, proof


@dataclass(frozen=True, slots=True)
class Watched:
    """What a look brought.  size: entries of the newest checkpoint held.  settled: of them cosigned by most members, as the hub
    counts; None if it has not said.  waits: a list held here is not in the log yet."""

    size: int
    news: bool
    settled: int | None
    waits: bool = False


class Witness:
    """Watches one hub's log."""

    def __init__(
        self,
        client: LogClient,
        state: State,
        *,
        key: NoteKey | None,
        name: str,
        data_dir: Path,
        journal: Journal,
        clock: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._notes = state.notes
        self._feed = state.feed
        self._key = key
        self._name = name
        self._data_dir = data_dir
        self._journal = journal
        self._clock = clock

    @property
    def watches(self) -> bool:
        """Whether agent.toml names the log's key."""
        return self._key is not None

    def look(self, collections: Iterable[UUID]) -> Watched:
        """Fetch, check, keep, cosign; then see that the lists held here stand in the log.

        Raises LogRefused, again and again until `acknowledge`; HubError when the hub does not answer.
        """
        self._still_refused()
        held = self._held()
        note, etag = self._client.checkpoint(held.get("etag"))
        if note is None:
            self._cosign(held, again=COSIGN_AGAIN)
        else:
            held = self._take(note, etag, held)
        unlogged = [collection for collection in collections if not self._check_list(collection, held)]
        return Watched(int(held.get("size", 0)), note is not None, held.get("settled"), waits=bool(unlogged))

    def peek(self) -> str:
        """What is wrong with the log now, "" if nothing is.  Keeps and cosigns nothing.  Raises HubError."""
        alarm = self._notes.get(Notes.LOG_ALARM)
        if alarm is not None:
            return str(alarm["line"])
        note, _ = self._client.checkpoint(None)
        try:
            self._checked(note or "", self._held())
        except _Bad as bad:
            return f"{bad.code}: {bad.detail}"
        return ""

    def acknowledge(self, *, by: str, reason: str, adopt: bool) -> None:
        """A person has looked.  adopt: forget what was held and begin anew with the log as it is now."""
        alarm = self._notes.get(Notes.LOG_ALARM)
        if alarm is None:
            raise WrongUse("the log is not refused, expected an alarm to acknowledge")
        self._journal.write("log_acknowledged", code=alarm["code"], by=by, reason=reason, adopted=adopt)
        if adopt:
            self._notes.put(Notes.WITNESS, None)
        self._notes.put(Notes.LOG_ALARM, None)

    def _still_refused(self) -> None:
        alarm = self._notes.get(Notes.LOG_ALARM)
        if alarm is not None:
            raise LogRefused(alarm["line"])

    def _held(self) -> dict[str, Any]:
        found = self._notes.get(Notes.WITNESS)
        return dict(found) if found else {"size": 0}

    def _take(self, note: str, etag: str | None, held: dict[str, Any]) -> dict[str, Any]:
        try:
            said = self._checked(note, held)
        except _Bad as bad:
            self._refuse(bad.code, bad.detail, held, note, bad.proof)
        fresh = {**held, "note": note, "etag": etag, "size": said.size, "root": said.root.hex(), "at": self._now()}
        self._notes.put(Notes.WITNESS, fresh)  # on the disk before anything is vouched for
        return self._cosign(fresh)

    def _checked(self, note: str, held: dict[str, Any]) -> Checkpoint:
        """The note's checkpoint, if it goes on from the one that is held.  Raises _Bad."""
        assert self._key is not None  # noqa: S101  asked only where it watches
        try:
            said = merkle.read_checkpoint(note, self._key)
        except BadLog as bad:
            raise _Bad(Trouble.SIGNATURE, bad.message) from bad
        if said.size < held["size"]:
            detail = f"the hub showed {said.size} entries, and {held['size']} had been signed before"
            raise _Bad(Trouble.ROLLBACK, detail)
        if held["size"]:
            proof = self._client.consistency(held["size"], said.size) if held["size"] < said.size else []
            try:
                merkle.check_consistency(
                    old_size=held["size"],
                    old_root=bytes.fromhex(held["root"]),
                    new_size=said.size,
                    new_root=said.root,
                    proof=proof,
                )
            except BadLog as bad:
                raise _Bad(Trouble.FORK, bad.message, proof) from bad
        return said

    def _cosign(self, held: dict[str, Any], *, again: timedelta = timedelta()) -> dict[str, Any]:
        if "note" not in held:
            return held
        since = held.get("cosigned_at")
        if held.get("cosigned") == held["size"] and since and self._clock() - datetime.fromisoformat(since) < again:
            return held
        signer = self._signer()
        said = Checkpoint(signer_origin(held["note"]), held["size"], bytes.fromhex(held["root"]))
        line = merkle.cosign(said, signer, now=self._clock())
        answer = self._client.cosign(agent=self._name, key=signer.key.text(), size=said.size, line=line)
        if answer is None:  # no token for reports: it watches, and cannot say so
            return held
        told = {**held, **answer, "cosigned": said.size, "cosigned_at": self._now()}
        self._notes.put(Notes.WITNESS, told)
        return told

    def _check_list(self, collection: UUID, held: dict[str, Any]) -> bool:
        """The list that this agent has taken is the one that the log speaks of; False while the log does not speak of it yet.

        Of lists that follow each other unlogged the first one tells since when: each newer one is no new hour.
        """
        seen = self._feed.seen(str(collection))
        known: dict[str, dict[str, Any]] = self._notes.get(Notes.LOGGED_LISTS) or {}
        before = known.get(str(collection), {})
        if not seen.head_position or not held["size"] or before.get("logged") == seen.head_position:
            return True
        found = self._client.list_entry(collection, seen.head_position, held["size"])
        if found is None:
            looks, since = int(before.get("looks", 0)) + 1, str(before.get("since", self._now()))
            waits = {"waits": seen.head_position, "since": since, "looks": looks}
            self._notes.put(Notes.LOGGED_LISTS, {**known, str(collection): waits})
            if looks >= UNLOGGED_LOOKS and self._clock() - datetime.fromisoformat(since) > LIST_MUST_BE_LOGGED:
                raise LogRefused(
                    "the list in force has not come into the hub's log within an hour; ask the hub's operator"
                )
            return False
        same = self._compare(collection, seen.head_position, found, held)
        if same:
            self._notes.put(Notes.LOGGED_LISTS, {**known, str(collection): {"logged": seen.head_position}})
        return same

    def _compare(self, collection: UUID, position: int, found: dict[str, Any], held: dict[str, Any]) -> bool:
        text = str(found["text"]).encode()
        try:
            merkle.check_inclusion(
                merkle.leaf_hash(text),
                index=int(found["entry"]),
                size=held["size"],
                proof=found["proof"],
                root=bytes.fromhex(held["root"]),
            )
            entry = merkle.read_entry(text)
        except BadLog as bad:
            self._refuse(
                Trouble.FORK, f"what the hub showed of its log is not in it: {bad.message}", held, text.decode()
            )
        mine = set_digest(self._feed.versions(str(collection)))
        if self._feed.seen(str(collection)).head_position != position:
            return False  # a pull came between; the next look compares
        facts = entry.get("facts")
        facts = facts if isinstance(facts, dict) else {}
        theirs = [facts.get(name) for name in ("position", "count", "sha256", "content")]
        same_thing = (entry.get("action"), entry.get("object_id")) == ("feed.head_published", str(collection))
        if not same_thing or theirs != [position, mine.count, mine.sha256, mine.content]:
            detail = f"the log knows another list {str(collection)[:8]} than the hub has signed for this agent"
            self._refuse(Trouble.CONTRADICTION, detail, held, text.decode())
        return True

    def _refuse(
        self, code: Trouble, detail: str, held: dict[str, Any], offered: str, proof: Iterable[bytes] = ()
    ) -> NoReturn:
        """Keep the evidence, shout, and go on shouting."""
        line = f"the hub's log is refused ({code}): {detail}; keep the evidence, call the other members, then run: "
        line += "skyddsnat agent witness --acknowledge"
        evidence = {
            "code": code.value,
            "since": self._now(),
            "line": line,
            "held": held.get("note"),
            "offered": offered,
            "proof": [base64.b64encode(one).decode("ascii") for one in proof],
        }
        path = self._data_dir / f"evidence-{self._clock():%Y%m%dT%H%M%SZ}.json"
        _write_once(path, orjson.dumps(evidence, option=orjson.OPT_INDENT_2))
        self._notes.put(Notes.LOG_ALARM, {**evidence, "evidence": str(path)})
        self._journal.write("log_refused", code=code.value, evidence=path.name)
        raise LogRefused(line)

    def _signer(self) -> NoteSigner:
        """This agent's own key for cosignatures, made at its first use."""
        path = self._data_dir / "witness.key"
        if path.exists() and not path.stat().st_size:  # what a crash of an earlier release left
            path.unlink()
        if not path.exists():
            _write_once(path, base64.b64encode(Ed25519PrivateKey.generate().private_bytes_raw()) + b"\n")
        try:
            private = Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes()))
        except ValueError:
            raise AgentError(
                f"{path} is no key, expected this witness's own; move it away, and a new one is made"
            ) from None
        return NoteSigner(self._name, private, COSIGNATURE_V1)

    def _now(self) -> str:
        return self._clock().astimezone(UTC).isoformat()


def signer_origin(note: str) -> str:
    """The log's name: the first line of a checkpoint that was checked before."""
    return note.partition("\n")[0]


def _write_once(path: Path, content: bytes) -> None:
    """A file of the agent's own, whole and on the disk before the call returns; one that is there stays."""
    with suppress(FileExistsError):
        write_private(path, content, replace=False)
