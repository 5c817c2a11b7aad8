"""Reads of the log.

reading.py   who reads which entries: every read starts at `visible_to`
tree.py      roots, proofs and checkpoints
witnesses.py who has cosigned, and what is settled by it
paging.py    long tables by keyset
verifying.py the whole log, looked through for a row that does not fit
"""

from skyddsnat.hub.audit.queries.reading import choices, filtered, visible_to, waiting_entries

__all__ = ["choices", "filtered", "visible_to", "waiting_entries"]
