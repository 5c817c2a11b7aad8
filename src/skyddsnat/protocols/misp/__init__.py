"""MISP as members' own tools write it: events read, events written.  Nothing here fetches anything from anywhere.

files.py       from the files that a person chose to events: one event, a list, a search's answer, a feed with its manifest
attributes.py  from an event to rows, each with its value or the reason why it is not taken
tags.py        TLP tags
write.py       signals as one event
"""

from skyddsnat.protocols.misp.attributes import Found, rows_of
from skyddsnat.protocols.misp.files import BadFile, File, Opened, looks_like_misp, open_files
from skyddsnat.protocols.misp.tags import TLP_TAGS, read_tags
from skyddsnat.protocols.misp.write import Listed, write_event

__all__ = [
    "TLP_TAGS",
    "BadFile",
    "File",
    "Found",
    "Listed",
    "Opened",
    "looks_like_misp",
    "open_files",
    "read_tags",
    "rows_of",
    "write_event",
]
