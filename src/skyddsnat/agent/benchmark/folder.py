"""The agent's memory of rounds, below data_dir: pinned keys, receipts, and own values sealed under the member's key.

Receipts and pins may be copied and read by people.  A value is never on the disk in the clear.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Final

import orjson
from cryptography.exceptions import InvalidTag

from skyddsnat.agent.benchmark.entries import Line
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.protocols.benchmark import fields
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys, lock, unlock
from skyddsnat.protocols.benchmark.receipt import Receipt, read
from skyddsnat.site.files import write_private

_RECEIPT: Final = re.compile(r"receipt-([0-9]{1,5})\.json", re.ASCII)
VALUES: Final = "values.sealed"
LOG: Final = "log"


@dataclass(frozen=True, slots=True)
class Own:
    """A value of one's own as it was handed in."""

    value: Decimal
    measured: bool


class RoundFolder:
    """The folder.  Files 0600, folders 0700."""

    def __init__(self, data_dir: Path) -> None:
        self.path = data_dir / "benchmark"

    def pins(self) -> dict[str, str]:
        """Keys as they were first seen, by party id; `log` is the hub's, which signs receipts."""
        found = self._json(self.path / "pins.json") or {}
        if not isinstance(found, dict) or not all(isinstance(key, str) for key in found.values()):
            raise AgentError(f"{self.path / 'pins.json'} was not read, expected keys by name; look who changed it")
        return found

    def pin(self, keys: Mapping[str, str]) -> None:
        """Remember keys that are new."""
        before = self.pins()
        if set(keys) - set(before):
            self._write(self.path / "pins.json", orjson.dumps({**keys, **before}, option=orjson.OPT_INDENT_2))

    def keep_receipt(self, receipt: Receipt) -> Path:
        """Write a receipt; returns where."""
        path = self._round(receipt.envelope.round) / f"receipt-{receipt.envelope.seq}.json"
        self._write(path, orjson.dumps(receipt.wire(), option=orjson.OPT_INDENT_2))
        return path

    def receipt(self, round: str, *, key: str) -> Receipt | None:
        """The newest receipt of a round, its signature checked anew; None if there is none.  Raises BadRound.

        key: the hub's of today (hex); a receipt also counts under an earlier one that was pinned here (`log…`).
        """
        newest = self.last(round)
        if not newest:
            return None
        kept = self._json(self._round(round) / f"receipt-{newest}.json")
        for earlier in (pinned for name, pinned in self.pins().items() if name.startswith(LOG) and pinned != key):
            try:
                return read(kept, key=earlier)
            except BadRound:
                continue
        return read(kept, key=key)

    def last(self, round: str) -> int:
        """The highest number with a receipt here, 0 if there is none."""
        folder = self._round(round)
        names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
        return max((int(found[1]) for name in names if (found := _RECEIPT.fullmatch(name))), default=0)

    def keep_values(self, round: str, lines: list[Line], keys: MemberKeys, *, at: datetime) -> None:
        """Write what was handed in, readable with the member's key alone."""
        values = {
            line.item.id: {"value": format(line.value, "f"), "measured": line.measured}
            for line in lines
            if line.value is not None
        }
        plain = orjson.dumps({"at": at.isoformat(), "values": values})
        self._write(self._round(round) / VALUES, lock(keys.secret("kept"), plain, f"{VALUES}|{round}").encode())

    def values(self, round: str, keys: MemberKeys) -> dict[str, Own]:
        """What was handed in to a round from here; empty if it is not known, or was sealed under another key."""
        found = self._values(round, keys)
        return found[1] if found else {}

    def before(self, round: str, keys: MemberKeys) -> dict[str, Decimal]:
        """The newest own value of each item in other rounds."""
        rounds = [path.name for path in self.path.iterdir() if path.is_dir()] if self.path.is_dir() else []
        kept = [found for name in rounds if name != round and (found := self._values(name, keys))]
        newest: dict[str, Decimal] = {}
        for _, values in sorted(kept, key=lambda each: each[0]):
            newest |= {item: own.value for item, own in values.items()}
        return newest

    def _values(self, round: str, keys: MemberKeys) -> tuple[str, dict[str, Own]] | None:
        try:
            text = (self._round(round) / VALUES).read_text(encoding="ascii")
            found = orjson.loads(unlock(keys.secret("kept"), text, f"{VALUES}|{round}"))
        except (FileNotFoundError, InvalidTag, BadRound, UnicodeDecodeError, orjson.JSONDecodeError):
            return None
        values = {name: Own(Decimal(own["value"]), own["measured"]) for name, own in found["values"].items()}
        return str(found["at"]), values

    def _round(self, round: str) -> Path:
        try:
            return self.path / fields.text(round, fields.IDENTIFIER, what="the round's name")
        except BadRound:
            raise WrongUse(f"no round is called {round[:60]!r}, expected a name such as 2026-q3") from None

    def _json(self, path: Path) -> Any:
        try:
            return orjson.loads(path.read_bytes())
        except FileNotFoundError:
            return None
        except orjson.JSONDecodeError:
            raise AgentError(f"{path} was not read, expected JSON as the agent wrote it") from None

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        write_private(path, content)
