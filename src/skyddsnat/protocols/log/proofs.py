"""Checking a proof, step by step as RFC 9162 has it.  Each returns nothing, or raises BadLog(bad_proof)."""

from __future__ import annotations

from collections.abc import Sequence

from skyddsnat.protocols.log.errors import BadLog
from skyddsnat.protocols.log.tree import EMPTY_ROOT, node_hash


def check_inclusion(leaf: bytes, *, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """That the leaf hash stands at `index` of the tree of `size` leaves with this root (2.1.3.2)."""
    _expect(0 <= index < size, "an index outside the tree")
    fn, sn, r = index, size - 1, leaf
    for p in proof:
        _expect(sn != 0, "a proof that is too long")
        if fn & 1 or fn == sn:
            r = node_hash(p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = node_hash(r, p)
        fn, sn = fn >> 1, sn >> 1
    _expect(sn == 0, "a proof that is too short")
    _expect(r == root, "another root than the checkpoint's")


def check_consistency(
    *, old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """That the tree of `new_size` leaves begins with the one of `old_size` (2.1.4.2)."""
    _expect(0 <= old_size <= new_size, "a log that has become shorter")
    if old_size in {0, new_size}:
        _expect(not proof, "a proof where none is needed")
        _expect(old_size > 0 or old_root == EMPTY_ROOT, "an empty log with a root")
        _expect(old_size < new_size or old_root == new_root, "two roots of one size")
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    _expect(bool(proof), "a proof that is too short")
    fn, sn = old_size - 1, new_size - 1
    while fn & 1:
        fn, sn = fn >> 1, sn >> 1
    fr = sr = path[0]
    for c in path[1:]:
        _expect(sn != 0, "a proof that is too long")
        if fn & 1 or fn == sn:
            fr, sr = node_hash(c, fr), node_hash(c, sr)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            sr = node_hash(sr, c)
        fn, sn = fn >> 1, sn >> 1
    _expect(sn == 0, "a proof that is too short")
    _expect(fr == old_root, "another past than the one that was signed before")
    _expect(sr == new_root, "another root than the checkpoint's")


def _expect(holds: bool, otherwise: str) -> None:
    if not holds:
        raise BadLog("bad_proof", f"the proof shows {otherwise}, expected one that leads to the signed root")
