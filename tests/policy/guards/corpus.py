"""The many ways to write a picture, film or sound as text, and random ones of them."""

from __future__ import annotations

import base64
import binascii
import bz2
import codecs
import gzip
import json
import lzma
import quopri
import random
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass

from tests.policy.guards.formats import FORMATS


def _b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _wrapped(text: str, width: int, head: str = "", tail: str = "\n") -> str:
    return "".join(head + text[start : start + width] + tail for start in range(0, len(text), width))


def _uuencoded(data: bytes) -> str:
    return "".join(binascii.b2a_uu(data[start : start + 45]).decode() for start in range(0, len(data), 45))


def _hexdump(data: bytes) -> str:
    rows = []
    for start in range(0, len(data), 16):
        row = data[start : start + 16]
        shown = "".join(chr(byte) if 32 < byte < 127 else "." for byte in row)
        rows.append(f"{start:08x}: {row.hex(' ', 2)}  {shown}")
    return "\n".join(rows)


def _base58(data: bytes) -> str:
    alphabet = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
    number, out = int.from_bytes(b"\1" + data), []
    while number:
        number, digit = divmod(number, 58)
        out.append(alphabet[digit])
    return "".join(reversed(out))


def _in_sentences(data: bytes) -> str:
    pieces = textwrap.wrap(_b64(data), 44)
    return " ".join(f"Del {number} av svaret är {piece} enligt listan." for number, piece in enumerate(pieces))


def _masked(data: bytes) -> bytes:
    """The bytes without any signature left."""
    return bytes(byte ^ 0x5A for byte in data)


def _base36(data: bytes) -> str:
    alphabet = "0123456789abcdefghijklmnopqrstuvwxyz"
    number, out = int.from_bytes(b"\1" + data), []
    while number:
        number, digit = divmod(number, 36)
        out.append(alphabet[digit])
    return "".join(out)


def _numbered(lines: list[str]) -> str:
    return "\n".join(f"{number:03d}: {line}" for number, line in enumerate(lines))


def _as_squares(data: bytes) -> str:
    return "\n".join("".join("⬛⬜"[byte >> bit & 1] for bit in range(8)) for byte in data)


def _as_braille(data: bytes) -> str:
    return "".join(chr(0x2800 + byte) for byte in data)


def _as_characters(data: bytes) -> str:
    shades = " .:-=+*#%@"
    return _wrapped("".join(shades[byte * 10 // 256] for byte in data), 32)


ENCODINGS: dict[str, Callable[[bytes], str]] = {
    "as it is, latin-1": lambda data: data.decode("latin-1"),
    "base64": _b64,
    "base64, 76 columns": lambda data: _wrapped(_b64(data), 76, tail="\r\n"),
    "base64, 64 columns": lambda data: _wrapped(_b64(data), 64),
    "base64, 20 columns": lambda data: _wrapped(_b64(data), 20),
    "base64, url-safe": lambda data: base64.urlsafe_b64encode(data).decode().rstrip("="),
    "base64, reversed": lambda data: _b64(data)[::-1],
    "base64, reversed lines": lambda data: _wrapped(_b64(data)[::-1], 72),
    "base64, quoted mail": lambda data: _wrapped(_b64(data), 72, head="> "),
    "base64, list of strings": lambda data: _wrapped(_b64(data), 60, head='    "', tail='",\n'),
    "base64, concatenated": lambda data: _wrapped(_b64(data), 60, head='x += "', tail='";\n'),
    "base64, groups of ten": lambda data: _wrapped(_b64(data), 10, tail=" "),
    "base64, groups of four": lambda data: _wrapped(_b64(data), 4, tail=" "),
    "base64, escaped newlines": lambda data: _wrapped(_b64(data), 76, tail="\\n"),
    "base64, in sentences": _in_sentences,
    "base64, twice": lambda data: _b64(_b64(data).encode()),
    "base64 of gzip": lambda data: _b64(gzip.compress(data, mtime=0)),
    "base64 of zlib": lambda data: _b64(zlib.compress(data)),
    "base64 of bzip2": lambda data: _b64(bz2.compress(data)),
    "base64 of xz": lambda data: _b64(lzma.compress(data)),
    "base64 of hex": lambda data: _b64(data.hex().encode()),
    "data URI": lambda data: f"data:image/png;base64,{_b64(data)}",
    "markdown": lambda data: f"![a](data:image/png;base64,{_b64(data)})",
    "html": lambda data: f'<IMG alt="a" src="data:;base64,{_b64(data)}">',
    "base32": lambda data: base64.b32encode(data).decode(),
    "base32, 60 columns": lambda data: _wrapped(base64.b32encode(data).decode().lower(), 60),
    "base58": _base58,
    "base85": lambda data: base64.b85encode(data).decode(),
    "base85, 70 columns": lambda data: _wrapped(base64.b85encode(data).decode(), 70),
    "ascii85": lambda data: base64.a85encode(data).decode(),
    "ascii85, marked": lambda data: base64.a85encode(data, adobe=True, wrapcol=72).decode(),
    "hex": lambda data: data.hex(),
    "hex, capitals": lambda data: data.hex().upper(),
    "hex, 60 columns": lambda data: _wrapped(data.hex(), 60),
    "hex, reversed": lambda data: data.hex()[::-1],
    "hex, spaced": lambda data: data.hex(" "),
    "hex, colons": lambda data: data.hex(":"),
    "hex, groups of four": lambda data: data.hex(" ", 2),
    "hex, groups of eight": lambda data: data.hex(" ", 4),
    "hex dump": _hexdump,
    "escapes \\x": lambda data: "".join(f"\\x{byte:02x}" for byte in data),
    "escapes \\u": lambda data: "".join(f"\\u{byte:04x}" for byte in data),
    "escapes, octal": lambda data: "".join(f"\\{byte:03o}" for byte in data),
    "C array": lambda data: ", ".join(f"0x{byte:02X}" for byte in data),
    "percent": lambda data: "".join(f"%{byte:02X}" for byte in data),
    "entities": lambda data: "".join(f"&#{byte};" for byte in data),
    "decimal": lambda data: ", ".join(map(str, data)),
    "decimal, spaced": lambda data: " ".join(map(str, data)),
    "decimal, a line each": lambda data: "\n".join(map(str, data)),
    "decimal, unbroken": lambda data: "".join(f"{byte:03d}" for byte in data),
    "binary": lambda data: " ".join(f"{byte:08b}" for byte in data),
    "python bytes": repr,
    "quoted-printable": lambda data: quopri.encodestring(data).decode("ascii"),
    "uuencoded": lambda data: "begin 644 a\n" + _uuencoded(data) + "`\nend\n",
    "uuencoded, bare": _uuencoded,
    "JSON bytes": lambda data: json.dumps({"a": list(data)}),
    "JSON pixels": lambda data: json.dumps([list(data[start : start + 16]) for start in range(0, len(data), 16)]),
    "JSON strings": lambda data: json.dumps(textwrap.wrap(_b64(data), 30)),
    "JSON text": lambda data: json.dumps({"note": {"text": _b64(data)}}),
    "base64, masked": lambda data: _b64(_masked(data)),
    "base64, masked, bullets": lambda data: _wrapped(_b64(_masked(data)), 40, head=" - "),
    "base64, rot13": lambda data: codecs.encode(_b64(data), "rot13"),
    "base64, dotted": lambda data: ".".join(_b64(data)),
    "base64, numbered lines": lambda data: _numbered(textwrap.wrap(_b64(data), 48)),
    "base64, in a query": lambda data: f"https://example.test/?d={base64.urlsafe_b64encode(data).decode()}",
    "base36": _base36,
    "hex, masked": lambda data: _masked(data).hex(),
    "hex, numbered lines": lambda data: _numbered(textwrap.wrap(data.hex(), 48)),
    "numbers with a sign": lambda data: ", ".join(str(byte - 128) for byte in data),
    "fractions": lambda data: ", ".join(f"{byte / 255:.3f}" for byte in data),
    "half bytes as letters": lambda data: "".join(chr(97 + half) for byte in data for half in (byte >> 4, byte & 15)),
    "emoji": lambda data: "".join(chr(0x1F400 + byte % 200) for byte in data),
    "squares": _as_squares,
    "braille": _as_braille,
    "characters": _as_characters,
}

WRAPPERS: dict[str, Callable[[str], str]] = {
    "alone": lambda text: text,
    "in prose": lambda text: (
        f"Hej! Vi fick in det här i går kväll:\n\n{text}\n\nHör av er om ni vill veta mer. /Vakten"
    ),
    "in a sentence": lambda text: f"The answer was {text} and nothing else came.",
    "in code": lambda text: f"```\npayload = '{text}'\n```",
    "in a table": lambda text: f"id;value;note\n17;{text};from the desk\n",
}


@dataclass(frozen=True, slots=True)
class Disguise:
    """One picture in one disguise."""

    format: str
    encoding: str
    wrapper: str
    text: str


def disguises(
    seed: int,
    count: int,
    *,
    sides: tuple[int, ...] = (12, 16, 24),
    formats: dict[str, Callable[[random.Random, int], bytes]] = FORMATS,
) -> list[Disguise]:
    """Random combinations of format, encoding and wrapper.  sides: of the picture, in pixels."""
    rng = random.Random(seed)
    found = []
    for _ in range(count):
        form, encoding, wrapper = rng.choice([*formats]), rng.choice([*ENCODINGS]), rng.choice([*WRAPPERS])
        data = formats[form](rng, rng.choice(sides))
        found.append(Disguise(form, encoding, wrapper, WRAPPERS[wrapper](ENCODINGS[encoding](data))))
    return found
