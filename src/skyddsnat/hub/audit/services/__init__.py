"""Everything that changes the log.

entries.py     the only way into the log
sequencing.py  entries get their place in the tree, and the hub signs what came of it
clerk.py       sequences behind the requests, about once a second
old_rows.py    entries from before there was a tree
erasure.py     personal details leave the log, the tree stays whole
witnesses.py   what agents cosign
"""

from skyddsnat.hub.audit.services.entries import Deed, entries_of, record
from skyddsnat.hub.audit.services.erasure import erase_person_details
from skyddsnat.hub.audit.services.old_rows import take_in_old_rows
from skyddsnat.hub.audit.services.sequencing import LogRefusal, adopt_restored, fault_of_log, sequence
from skyddsnat.hub.audit.services.witnesses import WitnessRefusal, forget_witness, take_cosignature

__all__ = [
    "Deed",
    "LogRefusal",
    "WitnessRefusal",
    "adopt_restored",
    "entries_of",
    "erase_person_details",
    "fault_of_log",
    "forget_witness",
    "record",
    "sequence",
    "take_cosignature",
    "take_in_old_rows",
]
