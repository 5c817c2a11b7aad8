"""Everything that brings a list in or takes one out.

incoming.py  an import as its person decides it      work.py     the hub's own work on it, batch by batch
rows.py      what is done with some rows             upkeep.py   what the clock demands
outgoing.py  a list taken out                        leaks.py    who leaked this list?
"""

from skyddsnat.hub.lists.services.incoming import cancel, confirm, receive
from skyddsnat.hub.lists.services.leaks import Leak, close_alarm, trace
from skyddsnat.hub.lists.services.outgoing import Taken, Wish, exports_left, take_out
from skyddsnat.hub.lists.services.upkeep import tend
from skyddsnat.hub.lists.services.work import Worker

__all__ = [
    "Leak",
    "Taken",
    "Wish",
    "Worker",
    "cancel",
    "close_alarm",
    "confirm",
    "exports_left",
    "receive",
    "take_out",
    "tend",
    "trace",
]
