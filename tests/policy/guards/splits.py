"""A picture cut into pieces that each pass: over the rows of a file, the cells of a row, the objects of an envelope."""

from __future__ import annotations

import base64
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import batched

from tests.policy.guards.formats import EVERY_FORMAT

type Rows = list[tuple[str, str]]


def pieces(text: str, width: int) -> list[str]:
    return ["".join(some) for some in batched(text, width, strict=False)]


def b64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def b32(data: bytes) -> str:
    return base64.b32encode(data).decode().lower().rstrip("=")


def _domains(data: bytes) -> Rows:
    return [(f"{'.'.join(pieces(piece, 60))}.exempel.test", "") for piece in pieces(b32(data), 120)]


def _short_domains(data: bytes) -> Rows:
    return [(f"{piece}.exempel.test", "") for piece in pieces(b32(data), 24)]


def _domains_hex(data: bytes) -> Rows:
    return [(f"{piece}.test", "") for piece in pieces(data.hex(), 32)]


def _paths(data: bytes) -> Rows:
    return [(f"https://exempel.test/{piece}", "") for piece in pieces(b64(data), 40)]


def _queries(data: bytes) -> Rows:
    return [
        (f"https://exempel.test/bild?nr={number}&d={piece}", "") for number, piece in enumerate(pieces(b64(data), 36))
    ]


def _hosts(data: bytes) -> Rows:
    return [(f"https://sida-{number}.test/{piece}", "") for number, piece in enumerate(pieces(b64(data), 40))]


def _sha256(data: bytes) -> Rows:
    return [(some.ljust(64, "0"), "") for some in pieces(data.hex(), 64)]


def _md5(data: bytes) -> Rows:
    return [(some.ljust(32, "0"), "") for some in pieces(data.hex(), 32)]


def _terms(data: bytes) -> Rows:
    return [(piece, "") for piece in pieces(b64(data), 38)]


def _notes(data: bytes) -> Rows:
    return [(f"sida-{number}.test", f"Sedd {piece} hos oss.") for number, piece in enumerate(pieces(b64(data), 36))]


def _bare_notes(data: bytes) -> Rows:
    return [(f"sida-{number}.test", piece) for number, piece in enumerate(pieces(b64(data), 24))]


def _hex_notes(data: bytes) -> Rows:
    return [(f"sida-{number}.test", f"Ärende {piece}") for number, piece in enumerate(pieces(data.hex(), 40))]


def _number_notes(data: bytes) -> Rows:
    rows = batched(data, 20, strict=False)
    return [(f"sida-{number}.test", " ".join(map(str, some))) for number, some in enumerate(rows)]


def _one_number(data: bytes) -> Rows:
    return [(f"sida-{number}.test", f"Antal: {byte}") for number, byte in enumerate(data[:400])]


def _both_columns(data: bytes) -> Rows:
    cells = [
        f"https://exempel.test/{piece}" if number % 2 == 0 else piece
        for number, piece in enumerate(pieces(b64(data), 36))
    ]
    return [(some[0], some[1] if len(some) > 1 else "") for some in batched(cells, 2, strict=False)]


def _quoted_printable(data: bytes) -> Rows:
    return [
        (f"sida-{number}.test", "".join(f"={byte:02X}" for byte in some))
        for number, some in enumerate(batched(data, 11, strict=False))
    ]


def _percent(data: bytes) -> Rows:
    return [
        (f"https://exempel.test/?d={''.join(f'%{byte:02X}' for byte in some)}", "")
        for some in batched(data, 15, strict=False)
    ]


def _base85(data: bytes) -> Rows:
    return [(f"sida-{n}.test", piece) for n, piece in enumerate(pieces(base64.b85encode(data).decode(), 50))]


def _padded_pieces(data: bytes) -> Rows:
    """Each piece encoded by itself."""
    return [
        (f"sida-{n}.test", base64.b64encode(bytes(some)).decode())
        for n, some in enumerate(batched(data, 25, strict=False))
    ]


def _masked(data: bytes) -> Rows:
    return _notes(bytes(byte ^ 0x5A for byte in data))


def _masked_hashes(data: bytes) -> Rows:
    return _sha256(bytes(byte ^ 0x5A for byte in data))


CUTS: dict[str, Callable[[bytes], Rows]] = {
    "domains, two labels of base32": _domains,
    "domains, short labels of base32": _short_domains,
    "domains, hexadecimal labels": _domains_hex,
    "URLs, path": _paths,
    "URLs, query": _queries,
    "URLs, path on many hosts": _hosts,
    "URLs, percent": _percent,
    "hashes, SHA-256": _sha256,
    "hashes, MD5": _md5,
    "terms": _terms,
    "notes, base64 in a sentence": _notes,
    "notes, base64 alone": _bare_notes,
    "notes, each piece encoded by itself": _padded_pieces,
    "notes, hexadecimal": _hex_notes,
    "notes, base85": _base85,
    "notes, quoted-printable": _quoted_printable,
    "notes, twenty numbers": _number_notes,
    "notes, one number": _one_number,
    "value and note by turns": _both_columns,
}
MASKED: dict[str, Callable[[bytes], Rows]] = {"notes, masked": _masked, "hashes, masked": _masked_hashes}
"""No beginning is left to be recognised."""

ORDERS: dict[str, Callable[[Rows, random.Random], Rows]] = {
    "in order": lambda rows, rng: rows,
    "last first": lambda rows, rng: rows[::-1],
    "after an ordinary row": lambda rows, rng: [("vanlig.test", "En vanlig anmälan."), *rows],
}


@dataclass(frozen=True, slots=True)
class Split:
    """One picture cut up in one way."""

    format: str
    cut: str
    order: str
    rows: Rows


def splits(seed: int, count: int, cuts: dict[str, Callable[[bytes], Rows]] = CUTS) -> Iterator[Split]:
    """Random combinations."""
    rng = random.Random(seed)
    for _ in range(count):
        form, cut, order = rng.choice([*EVERY_FORMAT]), rng.choice([*cuts]), rng.choice([*ORDERS])
        rows = cuts[cut](EVERY_FORMAT[form](rng, rng.choice((12, 16, 24))))
        yield Split(form, cut, order, ORDERS[order](rows, rng))
