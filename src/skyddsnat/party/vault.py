"""The secrets of each round, in a folder of its own: keys, ciphertexts, shares.  Destroyed when the round is over."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import orjson

from skyddsnat.party import private_files
from skyddsnat.party.round_keys import RoundKeys
from skyddsnat.site.journal import sync_folder

KEYS: Final = "keys.json"
SEALED: Final = "sealed.json"
PENDING: Final = "shares.pending.json"
"""Output shares that are stored here, while it is not known whether the two others have stored theirs."""
SHARES: Final = "shares.json"
WORK: Final = "work"
LONGEST: Final = 512 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Vault:
    """All rounds' secrets, each in `folder`/<round id>."""

    folder: Path

    def keys(self, round: str) -> RoundKeys | None:
        """The round's keys, or None."""
        found = self._read(round, KEYS)
        return RoundKeys(**found) if found is not None else None

    def keep_keys(self, round: str, keys: RoundKeys) -> None:
        """Keep them before anything is said of them."""
        facts = {"round_key": keys.round_key, "tls_key": keys.tls_key, "certificate": keys.certificate}
        self._write(round, KEYS, facts)

    def sealed(self, round: str) -> Mapping[str, str] | None:
        """Ciphertexts for this party by member, base64, or None."""
        found: Mapping[str, str] | None = self._read(round, SEALED)
        return found

    def keep_sealed(self, round: str, sealed: Mapping[str, str]) -> None:
        """Keep what belongs to the signed root."""
        self._write(round, SEALED, dict(sealed))

    def pending(self, round: str) -> Mapping[str, Any] | None:
        """Shares of which it is not known whether all three have theirs."""
        found: Mapping[str, Any] | None = self._read(round, PENDING)
        return found

    def keep_pending(self, round: str, result: Mapping[str, Any]) -> None:
        """Keep shares before the worker is told that they are stored."""
        self._write(round, PENDING, dict(result))

    def commit(self, round: str) -> None:
        """All three parties have stored their shares of this attempt: from now on they are the ones to say."""
        place = self._place(round)
        (place / PENDING).replace(place / SHARES)
        sync_folder(place)

    def shares(self, round: str) -> Mapping[str, Any] | None:
        """Shares that all three have stored, or None."""
        found: Mapping[str, Any] | None = self._read(round, SHARES)
        return found

    def forget_shares(self, round: str) -> None:
        """They are said, and sealed to their owners."""
        private_files.destroy(self._place(round) / SHARES)
        private_files.destroy(self._place(round) / PENDING)

    def work(self, round: str) -> Path:
        """An empty folder for one attempt's worker."""
        self.clear_work(round)
        return private_files.make_folder(private_files.make_folder(self._place(round)) / WORK)

    def clear_work(self, round: str) -> None:
        """Overwrite and take away what a worker has left."""
        place = self._place(round) / WORK
        if place.is_dir() and not place.is_symlink():
            for path in place.rglob("*"):
                if path.is_file() and not path.is_symlink():
                    private_files.destroy(path)
            shutil.rmtree(place)

    def destroy(self, round: str) -> None:
        """Everything of this round.  May be called again after a crash in its midst."""
        place = self._place(round)
        self.clear_work(round)
        if not place.is_dir():
            return
        for path in sorted(place.iterdir()):
            private_files.destroy(path)
        place.rmdir()
        sync_folder(self.folder)

    def _place(self, round: str) -> Path:
        return self.folder / round

    def _read(self, round: str, name: str) -> Any:
        try:
            return orjson.loads(private_files.read(self._place(round) / name, longest=LONGEST))
        except FileNotFoundError:
            return None

    def _write(self, round: str, name: str, facts: Mapping[str, Any]) -> None:
        private_files.make_folder(self.folder)
        place = private_files.make_folder(self._place(round))
        private_files.write(place / name, orjson.dumps(facts))
