"""Procedural pictures, films and sounds, in the formats that the guards have to know.

Everything is random noise behind a format's header, made here; nothing shows anything.
"""

from __future__ import annotations

import gzip
import random
import struct
import zlib
from collections.abc import Callable


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
