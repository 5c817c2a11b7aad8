"""RPZ compiler: from verified names to the text of two response policy zones.  Pure: no I/O, no clock, no randomness.

compile.py  names in, one deterministic list with its content hash out
records.py  the list as portable RPZ rows (the only forms that BIND, Unbound, PowerDNS and Knot Resolver all honour)
zone.py     rows as the text of a zone file
split.py    one list over two zones: a small hot one for speed, a large base one for the rest
passthru.py what of base hot lets through, until base has followed
changes.py  the difference between two zones, as DNS UPDATE will carry it
"""

from skyddsnat.protocols.rpz.changes import Changes, changes_between
from skyddsnat.protocols.rpz.compile import BlockList, Compiler, Dropped, Row, compile_list, list_version
from skyddsnat.protocols.rpz.passthru import passthru_rows, proof_of_order
from skyddsnat.protocols.rpz.records import Action, Canary, Policy, Record, zone_records
from skyddsnat.protocols.rpz.split import ZoneSets, split_zones
from skyddsnat.protocols.rpz.zone import ZoneHead, changed_text, zone_text

__all__ = [
    "Action",
    "BlockList",
    "Canary",
    "Changes",
    "Compiler",
    "Dropped",
    "Policy",
    "Record",
    "Row",
    "ZoneHead",
    "ZoneSets",
    "changed_text",
    "changes_between",
    "compile_list",
    "list_version",
    "passthru_rows",
    "proof_of_order",
    "split_zones",
    "zone_records",
    "zone_text",
]
