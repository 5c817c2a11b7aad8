"""The log and the tree over it.

entry.py  one row for each change and each reveal
tree.py   the Merkle tree's nodes, signed checkpoints, witnesses
"""

from skyddsnat.hub.audit.models.entry import AppendOnly, Entry, EntryQuerySet
from skyddsnat.hub.audit.models.tree import Checkpoint, LogState, Node, Witness

__all__ = ["AppendOnly", "Checkpoint", "Entry", "EntryQuerySet", "LogState", "Node", "Witness"]
