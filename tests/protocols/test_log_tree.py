"""The Merkle tree: known answers, another implementation's answers, and proofs that were tampered with."""

from __future__ import annotations

import random
from collections.abc import Sequence
from functools import partial

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from skyddsnat.protocols.log import (
    EMPTY_ROOT,
    BadLog,
    Frontier,
    Place,
    Tree,
    check_consistency,
    check_inclusion,
    leaf_hash,
)
from tests.effort import seed, tries
from tests.figures import figure

# The leaves and roots that certificate transparency's implementations test each other with.
KNOWN_LEAVES = ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
KNOWN_ROOTS = (
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
)


def grow(entries: Sequence[bytes]) -> tuple[Tree, Frontier, dict[Place, bytes]]:
    frontier, kept = Frontier(), dict[Place, bytes]()
    for entry in entries:
        kept |= frontier.append(leaf_hash(entry))
    return Tree(lambda places: {place: kept[place] for place in places if place in kept}), frontier, kept


LARGEST = 130
TREE, WHOLE, _KEPT = grow([str(number).encode() for number in range(LARGEST)])
ROOTS = [TREE.root(size) for size in range(LARGEST + 1)]


def test_the_roots_are_those_that_others_have_published() -> None:
    tree, _, _ = grow([bytes.fromhex(leaf) for leaf in KNOWN_LEAVES])
    assert tuple(tree.root(size).hex() for size in range(1, 9)) == KNOWN_ROOTS
    assert tree.root(0) == EMPTY_ROOT
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


def test_roots_and_proofs_are_those_of_another_implementation() -> None:
    other = InmemoryTree(algorithm="sha256")
    for number in range(LARGEST):
        other.append_entry(str(number).encode())
    for size in range(1, LARGEST + 1, 3):
        assert ROOTS[size] == other.get_root(size)
        for index in {0, size // 2, size - 1}:
            theirs = other.prove_inclusion(index + 1, size).path[1:]
            assert TREE.inclusion(index, size) == theirs


def test_appending_goes_on_from_the_kept_edge() -> None:
    for size in range(1, LARGEST):
        edge = Frontier.of(TREE, size)
        assert edge.root == ROOTS[size]
        edge.append(leaf_hash(str(size).encode()))
        assert edge.root == ROOTS[size + 1]
    assert WHOLE.root == ROOTS[LARGEST]


def test_every_true_proof_is_accepted() -> None:
    for size in range(1, LARGEST + 1, 2):
        for index in range(0, size, 3):
            leaf = leaf_hash(str(index).encode())
            check_inclusion(leaf, index=index, size=size, proof=TREE.inclusion(index, size), root=ROOTS[size])
        for old in range(0, size + 1, 3):
            consistent(old, size, TREE.consistency(old, size))


def consistent(old: int, new: int, proof: Sequence[bytes]) -> None:
    check_consistency(old_size=old, old_root=ROOTS[old], new_size=new, new_root=ROOTS[new], proof=proof)


def test_a_proof_reads_no_more_nodes_than_twice_the_height() -> None:
    read: list[int] = []

    def counted(places):  # type: ignore[no-untyped-def]
        wanted = list(places)
        read.append(len(wanted))
        return dict.fromkeys(wanted, bytes(32))

    size = 10**9 + 7
    Tree(counted).inclusion(123_456_789, size)
    Tree(counted).consistency(size - 1000, size)
    Tree(counted).root(size)
    assert max(read) <= 2 * size.bit_length()
    figure("audit.proof_size", entries=size, inclusion_bytes=32 * len(Tree(counted).inclusion(0, size)))


def test_a_node_that_is_missing_is_named() -> None:
    _, _, kept = grow([b"a", b"b", b"c"])
    del kept[Place(1, 0)]
    with pytest.raises(BadLog, match="node 0 of level 1 is missing"):
        Tree(lambda places: {place: kept[place] for place in places if place in kept}).root(3)


def tampered(proof: list[bytes], rng: random.Random) -> list[bytes]:
    """One change: a bit, a hash gone, one too many, two swapped, one doubled."""
    changed = list(proof)
    kind = rng.randrange(5) if len(changed) > 1 else rng.randrange(3)
    place = rng.randrange(len(changed)) if changed else 0
    if not changed or kind == 1:
        changed.insert(place, rng.randbytes(32))
    elif kind == 0:
        bit = rng.randrange(256)
        changed[place] = (int.from_bytes(changed[place], "big") ^ 1 << bit).to_bytes(32, "big")
    elif kind == 2:
        del changed[place]
    elif kind == 3:
        other = (place + 1) % len(changed)
        changed[place], changed[other] = changed[other], changed[place]
    else:
        changed[place] = changed[(place + 1) % len(changed)]
    return changed


def test_no_tampered_proof_is_accepted() -> None:
    rng = random.Random(seed())
    refused = tried = 0
    for _ in range(tries(short=3000, long=50_000)):
        size = rng.randrange(2, LARGEST + 1)
        index = rng.randrange(size)
        good = TREE.inclusion(index, size)
        leaf, where, proof = leaf_hash(str(index).encode()), index, good
        match rng.randrange(4):
            case 0:
                leaf = leaf_hash(b"x" + str(index).encode())
            case 1:
                where = (index + rng.randrange(1, size)) % size
            case _:
                proof = tampered(good, rng)
        tried += 1
        refused += raises(partial(check_inclusion, leaf, index=where, size=size, proof=proof, root=ROOTS[size]))
        old = rng.randrange(1, size)
        tried += 1
        refused += raises(partial(consistent, old, size, tampered(TREE.consistency(old, size), rng)))
    figure("audit.tampered_proofs", refused=refused, of=tried)
    assert refused == tried


def raises(action) -> bool:  # type: ignore[no-untyped-def]
    try:
        action()
    except BadLog:
        return True
    return False


@settings(max_examples=tries(short=100, long=3000))
@given(
    entries=st.lists(st.binary(max_size=8), min_size=2, max_size=40, unique=True),
    data=st.data(),
)
def test_a_log_that_changes_its_past_cannot_prove_itself(entries: list[bytes], data: st.DataObject) -> None:
    old = data.draw(st.integers(1, len(entries) - 1))
    changed = data.draw(st.integers(0, old - 1))
    forked = [*entries]
    forked[changed] = b"another" + forked[changed]
    before, _, _ = grow(entries)
    after, _, _ = grow(forked)
    with pytest.raises(BadLog):
        check_consistency(
            old_size=old,
            old_root=before.root(old),
            new_size=len(forked),
            new_root=after.root(len(forked)),
            proof=after.consistency(old, len(forked)),
        )


@pytest.mark.parametrize(("old", "new"), [(5, 4), (3, 3), (0, 3)])
def test_a_shorter_log_and_needless_proofs_are_refused(old: int, new: int) -> None:
    with pytest.raises(BadLog):
        consistent(old, new, [bytes(32)])
    with pytest.raises(BadLog):
        check_consistency(old_size=3, old_root=ROOTS[3], new_size=3, new_root=ROOTS[4], proof=[])
