"""What a digest is known as: entries of the coalition, and never more than their ids."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.hashes.list_file import DIGEST, HEAD, HashList, file_name
from skyddsnat.policy.normal_form import NotNormal, Reason, normalise
from skyddsnat.policy.vocabulary import HashKind, SignalType
from skyddsnat.protocols.stix.pattern import hash_kind

if TYPE_CHECKING:
    from skyddsnat.agent.hashes.near import NearIndex

_OF_A_FILE: Final = {HashKind.MD5: "md5", HashKind.SHA1: "sha1", HashKind.SHA256: "sha256"}
_EXPECTED: Final = "a digest of 32, 40 or 64 hexadecimal digits; for a file use --file"
_PIECE: Final = 1 << 20


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """A listed hash.  distance: differing bits, 0 for the very same.  entry: id of the coalition's indicator."""

    distance: int
    entry: str


class Lookup:
    """The lists of one folder, each opened when it is asked for and again when the agent has written another."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._open: dict[HashKind, HashList] = {}
        self._near: NearIndex | None = None

    def digest(self, text: str) -> list[Found]:
        """Look up a digest in hexadecimal, its kind in front or not (`pdq:…`); without one, 64 digits are tried as both.

        Raises WrongUse for what is no digest, AgentError if a list is not there.
        """
        return self._among([(kind, digest) for kind, digest in _read(text)])

    def file(self, path: Path) -> list[Found]:
        """Look up a file's exact digests, worked out here.  Raises AgentError."""
        return self._among(list(_digests(path)))

    def _among(self, asked: list[tuple[HashKind, bytes]]) -> list[Found]:
        return sorted({found for kind, digest in asked for found in self._one(kind, digest)})

    def _one(self, kind: HashKind, digest: bytes) -> Iterator[Found]:
        held = self._list(kind)
        if kind is not HashKind.PDQ:
            yield from (Found(0, f"indicator--{entry}") for entry in held.exact(digest))
        elif len(held):
            self._near = self._near or _near_index(held)
            for distance, place in self._near.near(digest):
                yield Found(distance, f"indicator--{held.entry(place)}")

    def _list(self, kind: HashKind) -> HashList:
        held = self._open.get(kind)
        if held is None or held.stale:
            held = self._open[kind] = HashList(self._folder / file_name(kind), kind)
            if kind is HashKind.PDQ:
                self._near = None
        return held


def _read(text: str) -> Iterator[tuple[HashKind, bytes]]:
    name, colon, digits = text.strip().rpartition(":")
    wanted = hash_kind(name) if colon else None
    if len(digits) not in {2 * octets for octets in DIGEST.values()}:
        raise WrongUse(f"{len(digits)} characters, expected {_EXPECTED}")
    if colon and wanted is None:
        raise WrongUse("a digest of an unknown kind, expected md5:, sha-1:, sha-256: or pdq: in front of it, or none")
    for kind in [wanted] if wanted else [kind for kind, octets in DIGEST.items() if 2 * octets == len(digits)]:
        try:
            yield kind, bytes.fromhex(normalise(SignalType.HASH, digits, hash_kind=kind).value)
        except NotNormal as refusal:
            if refusal.reason is not Reason.HASH_OF_NOTHING:
                raise WrongUse(f"no digest ({refusal.reason}), expected {_EXPECTED}") from refusal


def _digests(path: Path) -> Iterator[tuple[HashKind, bytes]]:
    makers = {kind: hashlib.new(name, usedforsecurity=False) for kind, name in _OF_A_FILE.items()}
    try:
        with path.open("rb") as file:
            while piece := file.read(_PIECE):
                for maker in makers.values():
                    maker.update(piece)
    except OSError as error:
        raise AgentError(
            f"a file cannot be read ({type(error).__name__}), expected one that this user may read"
        ) from error
    for kind, maker in makers.items():
        yield kind, maker.digest()


def _near_index(held: HashList) -> NearIndex:
    try:
        from skyddsnat.agent.hashes.near import NearIndex
    except ModuleNotFoundError as missing:
        raise WrongUse(
            f'look-ups of PDQ need the library {missing.name}, which is not installed; run: pip install "skyddsnat[agent,hashes]"'
        ) from missing
    whole = memoryview(held.octets)
    return NearIndex(whole[HEAD.size : HEAD.size + len(held) * DIGEST[HashKind.PDQ]])
