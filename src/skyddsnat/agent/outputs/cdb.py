"""A constant database (cdb) in one piece: 256 pointers, the records, 256 hash tables.  At most 4 GiB.

dnsdist maps such a file and takes a new one by itself when the file is replaced, so that a list of a million names costs it
neither a restart nor memory of its own.
"""

from __future__ import annotations

import struct
from array import array
from collections.abc import Iterable
from typing import Final

_TABLES: Final = 256
_START: Final = _TABLES * 8
_PAIR: Final = struct.Struct("<II")


def constant_database(rows: Iterable[tuple[bytes, bytes]]) -> bytes:
    """The file that gives each key its value."""
    whole = bytearray(_START)
    wanted = [array("L") for _ in range(_TABLES)]
    for key, value in rows:
        number = _hash(key)
        wanted[number % _TABLES].extend((number, len(whole)))
        whole += _PAIR.pack(len(key), len(value)) + key + value
    for place, records in enumerate(wanted):
        _PAIR.pack_into(whole, 8 * place, len(whole), len(records))
        whole += _table(records)
    return bytes(whole)


def _hash(key: bytes) -> int:
    number = 5381
    for byte in key:
        number = number * 33 & 0xFFFFFFFF ^ byte
    return number


def _table(records: array[int]) -> bytearray:
    """Twice as many slots as records; each record in the first free one from where its hash points.

    records: the hash and the place of each in turn, so that their number is that of the slots too.
    """
    size = len(records)
    table = bytearray(8 * size)
    for index in range(0, size, 2):
        slot = (records[index] >> 8) % size
        while any(table[8 * slot + 4 : 8 * slot + 8]):
            slot = (slot + 1) % size
        _PAIR.pack_into(table, 8 * slot, records[index], records[index + 1])
    return table
