"""Recognises media, containers and archives by their first bytes."""

from __future__ import annotations

import struct
import zlib
from typing import Final

MIN_FILE: Final = 40
"""Bytes.  Nothing shorter can hold a picture worth the name, and short runs look like anything."""

# Long enough to be no accident wherever they stand.
_ANYWHERE: Final = (
    b"\x89PNG\r\n\x1a\n",
    b"\xff\xd8\xff\xe0\x00\x10JFIF",
    b"\xff\xd8\xff\xe1",
    b"\xff\xd8\xff\xdb\x00",
    b"GIF87a",
    b"GIF89a",
    b"\x00\x00\x00\x0cJXL \r\n",
    b"\x00\x00\x00\x0cjP  \r\n",
    b"7z\xbc\xaf'\x1c",
    b"Rar!\x1a\x07",
    b"\xfd7zXZ\x00",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\x30\x26\xb2\x75\x8e\x66\xcf\x11",
    b"PK\x03\x04",
    b"\x1a\x45\xdf\xa3",
    b"\x00\x00\x01\xba",
    b"\x00\x00\x01\xb3",
    b"AT&TFORM",
    b"farbfeld",
    b"%PDF-",
)
# Short ones count only at the beginning.
_AT_START: Final = (
    b"\xff\xd8\xff",
    b"PK\x05\x06",
    b"PK\x07\x08",
    b"\x1f\x8b\x08",
    b"\x28\xb5\x2f\xfd",
    b"\x04\x22\x4d\x18",
    b"BZh",
    b"II*\x00",
    b"MM\x00*",
    b"II+\x00",
    b"8BPS",
    b"qoif",
    b"DDS ",
    b"\x76\x2f\x31\x01",
    b"gimp xcf",
    b"OggS",
    b"fLaC",
    b"ID3",
    b"MThd",
    b"#!AMR",
    b".snd",
    b"FLV\x01",
    b"FWS",
    b"CWS",
    b"%!PS",
    b"{\\rtf",
    b"<svg",
    b"SIMPLE  =",
)
_RIFF: Final = (b"WEBP", b"WAVE", b"AVI ", b"RMID", b"ACON")
_PNM: Final = (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7")
_SEARCHED: Final = 512

BEGINNINGS: Final = (
    *(_ANYWHERE + _AT_START + _PNM),
    *(b"RIFF", b"RIFX", b"FORM", b"BM", b"\0\0\0", b"\0\0\1\0"),
    *(b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"),
)
"""What a file can begin with that `is_media` knows; a place to look at, no proof."""


def is_media(data: bytes) -> bool:
    """Whether the bytes are a picture, film, sound, document or archive (which can hold one)."""
    if len(data) <= MIN_FILE:
        return False
    head = data[:_SEARCHED]
    return (
        head.startswith(_AT_START)
        or any(signature in head for signature in _ANYWHERE)
        or _is_boxed(head)
        or _is_bitmap(data)
        or _is_zlib(head)
    )


def is_text(data: bytes) -> str | None:
    """The bytes as text when they are readable UTF-8, else None."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return text if all(char.isprintable() or char in "\t\r\n" for char in text) else None


def _is_boxed(head: bytes) -> bool:
    """Formats whose mark stands a few bytes in: RIFF, ISO media (mp4, mov, heic, avif), IFF, icons, tar, TS."""
    return (
        (head[:4] in (b"RIFF", b"RIFX") and head[8:12] in _RIFF)
        or (head[4:8] in (b"ftyp", b"moov", b"mdat", b"wide") and head[:2] == b"\x00\x00")
        or (head[:4] == b"FORM" and head[8:12] in (b"ILBM", b"AIFF", b"AIFC", b"8SVX"))
        or (head[:4] in (b"\x00\x00\x01\x00", b"\x00\x00\x02\x00") and 0 < head[4] < 64 and head[5] == head[9] == 0)
        or head[257:262] == b"ustar"
        or (head[0] == 0x47 and len(head) > 376 and head[188] == head[376] == 0x47)
        or (head[:2] in _PNM and head[2:3].isspace() and head[3:4] in b"#0123456789W")
    )


def _is_bitmap(data: bytes) -> bool:
    """BMP: two letters are little, so the fields that follow must make sense too."""
    if data[:2] != b"BM" or len(data) < 26:
        return False
    offset, header = struct.unpack_from("<II", data, 10)
    return data[6:10] == b"\0\0\0\0" and 14 < offset < 4096 and header in (12, 40, 52, 56, 64, 108, 124)


def _is_zlib(head: bytes) -> bool:
    """A zlib stream: the header's check bits, then a trial; chance data soon points back before its beginning."""
    if head[0] != 0x78 or int.from_bytes(head[:2]) % 31:
        return False
    try:
        return len(zlib.decompressobj().decompress(head, 65536)) > 0
    except zlib.error:
        return False
