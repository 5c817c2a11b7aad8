"""Procedural pictures, films and sounds, and the many ways to write them as text.

Everything is random noise behind a format's header, made here; nothing shows anything.
"""

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
import struct
import textwrap
import zlib
from collections.abc import Callable
from dataclasses import dataclass


def _noise(rng: random.Random, size: int) -> bytes:
    return rng.randbytes(size)


def _png(rng: random.Random, side: int) -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    rows = b"".join(b"\0" + _noise(rng, 3 * side) for _ in range(side))
    head = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


def _jpeg(rng: random.Random, side: int) -> bytes:
    app0 = b"\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    tables = b"\xff\xdb\x00\x43\x00" + _noise(rng, 64)
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", side, side) + b"\x01\x01\x11\0"
    return (
        b"\xff\xd8"
        + app0
        + tables
        + frame
        + b"\xff\xda\0\x08\x01\x01\0\0\x3f\0"
        + _noise(rng, side * side)
        + b"\xff\xd9"
    )


def _gif(rng: random.Random, side: int) -> bytes:
    return (
        b"GIF89a"
        + struct.pack("<HHBBB", side, side, 0x91, 0, 0)
        + _noise(rng, 12)
        + b","
        + _noise(rng, side * side)
        + b";"
    )


def _bmp(rng: random.Random, side: int) -> bytes:
    pixels = _noise(rng, 3 * side * side)
    head = struct.pack("<IHHI", 54 + len(pixels), 0, 0, 54)
    return b"BM" + head + struct.pack("<IiiHHIIiiII", 40, side, side, 1, 24, 0, len(pixels), 2835, 2835, 0, 0) + pixels


def _webp(rng: random.Random, side: int) -> bytes:
    body = b"WEBPVP8L" + struct.pack("<I", side * side) + b"\x2f" + _noise(rng, side * side)
    return b"RIFF" + struct.pack("<I", len(body)) + body


def _pnm(rng: random.Random, side: int) -> bytes:
    return f"P6 {side} {side} 255\n".encode() + _noise(rng, 3 * side * side)


def _tiff(rng: random.Random, side: int) -> bytes:
    return b"II*\0" + struct.pack("<I", 8) + _noise(rng, 3 * side * side)


def _icon(rng: random.Random, side: int) -> bytes:
    size = 4 * side * side
    return (
        b"\0\0\1\0\1\0"
        + bytes([side % 256, side % 256, 0, 0])
        + struct.pack("<HHII", 1, 32, size, 22)
        + _noise(rng, size)
    )


def _mp4(rng: random.Random, side: int) -> bytes:
    return (
        struct.pack(">I", 24)
        + b"ftypisom\0\0\2\0isomavc1"
        + struct.pack(">I", side * side)
        + b"mdat"
        + _noise(rng, side * side)
    )


def _webm(rng: random.Random, side: int) -> bytes:
    return b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01" + _noise(rng, side * side)


def _wav(rng: random.Random, side: int) -> bytes:
    sound = _noise(rng, 2 * side * side)
    head = struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8)
    return (
        b"RIFF"
        + struct.pack("<I", len(sound) + 36)
        + b"WAVEfmt "
        + head
        + b"data"
        + struct.pack("<I", len(sound))
        + sound
    )


def _mp3(rng: random.Random, side: int) -> bytes:
    return b"ID3\4\0\0\0\0\0\x0a" + b"\0" * 10 + b"\xff\xfb\x90\x00" + _noise(rng, side * side)


def _mp3_bare(rng: random.Random, side: int) -> bytes:
    """Frames without a tag before them: MPEG-2 layer III, 32 kbit/s at 22.05 kHz, 104 bytes each."""
    frame = b"\xff\xf3\x40\xc4"
    return b"".join(frame + _noise(rng, 100) for _ in range(max(2, side * side // 104)))


def _ogg(rng: random.Random, side: int) -> bytes:
    return (
        b"OggS\0\2"
        + bytes(8)
        + _noise(rng, 4)
        + bytes(4)
        + _noise(rng, 4)
        + b"\1\x1e\x01vorbis"
        + _noise(rng, side * side)
    )


def _flac(rng: random.Random, side: int) -> bytes:
    return b"fLaC\0\0\0\x22\x10\0\x10\0" + _noise(rng, side * side)


def _heic(rng: random.Random, side: int) -> bytes:
    return (
        struct.pack(">I", 24)
        + b"ftypheic\0\0\0\0mif1heic"
        + struct.pack(">I", side * side)
        + b"meta"
        + _noise(rng, side * side)
    )


def _avif(rng: random.Random, side: int) -> bytes:
    return (
        struct.pack(">I", 28)
        + b"ftypavif\0\0\0\0avifmif1miaf"
        + struct.pack(">I", side)
        + b"meta"
        + _noise(rng, side * side)
    )


def _pdf(rng: random.Random, side: int) -> bytes:
    return b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Length 99 >>\nstream\n" + _noise(rng, side * side)


def _zip(rng: random.Random, side: int) -> bytes:
    body = _noise(rng, side * side)
    head = struct.pack("<HHHHHIIIHH", 20, 0, 0, 0, 0, zlib.crc32(body), len(body), len(body), 5, 0)
    return b"PK\x03\x04" + head + b"a.bin" + body


def _gzip(rng: random.Random, side: int) -> bytes:
    return gzip.compress(_png(rng, side), mtime=0)


def _zstd(rng: random.Random, side: int) -> bytes:
    return b"\x28\xb5\x2f\xfd\x24" + _noise(rng, side * side)


def _svg(rng: random.Random, side: int) -> bytes:
    boxes = "".join(
        f'<rect x="{rng.randrange(side)}" y="{rng.randrange(side)}" width="1" height="1" fill="#{rng.randrange(4096):03x}"/>'
        for _ in range(side)
    )
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}">{boxes}</svg>'.encode()


FORMATS: dict[str, Callable[[random.Random, int], bytes]] = {
    "png": _png,
    "jpeg": _jpeg,
    "gif": _gif,
    "bmp": _bmp,
    "webp": _webp,
    "pnm": _pnm,
    "tiff": _tiff,
    "icon": _icon,
    "mp4": _mp4,
    "webm": _webm,
    "wav": _wav,
    "mp3": _mp3,
    "svg": _svg,
}
MORE_FORMATS: dict[str, Callable[[random.Random, int], bytes]] = {
    "mp3 frames": _mp3_bare,
    "ogg": _ogg,
    "flac": _flac,
    "heic": _heic,
    "avif": _avif,
    "pdf": _pdf,
    "zip": _zip,
    "gzip": _gzip,
    "zstd": _zstd,
}
"""Thought of after the first thirteen; apart, so that what a seed drew before it draws again."""
EVERY_FORMAT = FORMATS | MORE_FORMATS


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
