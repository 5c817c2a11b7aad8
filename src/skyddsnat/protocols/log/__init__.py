"""The accountable log: a Merkle tree, signed checkpoints, cosignatures of witnesses, an entry's text (docs/security/log.md).

tree.py        RFC 6962 hashes; which kept nodes a proof needs, and the proof from them
proofs.py      checking a proof (RFC 9162, 2.1.3.2 and 2.1.4.2)
note.py        C2SP signed notes and their keys
checkpoint.py  C2SP tlog-checkpoint and cosignature/v1
entry.py       an entry's text, and the salted commitment to personal details
"""

from skyddsnat.protocols.log.checkpoint import (
    Checkpoint,
    Cosignature,
    cosign,
    read_checkpoint,
    read_cosignature,
    sign_checkpoint,
)
from skyddsnat.protocols.log.entry import Personal, commitment, entry_text, read_entry
from skyddsnat.protocols.log.errors import BadLog
from skyddsnat.protocols.log.note import Note, NoteKey, NoteSigner
from skyddsnat.protocols.log.proofs import check_consistency, check_inclusion
from skyddsnat.protocols.log.tree import EMPTY_ROOT, Frontier, Place, Tree, leaf_hash, node_hash

__all__ = [
    "EMPTY_ROOT",
    "BadLog",
    "Checkpoint",
    "Cosignature",
    "Frontier",
    "Note",
    "NoteKey",
    "NoteSigner",
    "Personal",
    "Place",
    "Tree",
    "check_consistency",
    "check_inclusion",
    "commitment",
    "cosign",
    "entry_text",
    "leaf_hash",
    "node_hash",
    "read_checkpoint",
    "read_cosignature",
    "read_entry",
    "sign_checkpoint",
]
