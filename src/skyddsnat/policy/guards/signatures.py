"""Recognises media, containers and archives by their first bytes."""

from __future__ import annotations

import re
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
TAR_MARK: Final = 257
"""Bytes before the mark of a tar archive, the only one that stands that far in."""
_LONG_MARKS: Final = tuple(mark for mark in (*_ANYWHERE, *_AT_START) if len(mark) > 3)
_RIFF: Final = (b"WEBP", b"WAVE", b"AVI ", b"RMID", b"ACON")
_PNM: Final = (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7")
_SEARCHED: Final = 512

BEGINNINGS: Final = (
    *(_ANYWHERE + _AT_START + _PNM),
    *(b"RIFF", b"RIFX", b"FORM", b"BM", b"\0\0\0", b"\0\0\1\0"),
    *(b"\xff\xfb", b"\xff\xf3", b"\xff\xfa", b"\xff\xf2"),
    *(b"\x78\x01", b"\x78\x5e", b"\x78\x9c", b"\x78\xda"),
)
"""What a file can begin with that `is_media` knows; a place to look at, no proof."""
_FIRST_FOUR: Final = tuple({beginning[:4] for beginning in BEGINNINGS} | {b"G", b"x", b"\xff", b"\0\0"})
OPENINGS: Final = frozenset(
    int.from_bytes(first)
    for known in _FIRST_FOUR
    for first in ([known[:2]] if known[1:] else [known + bytes([n]) for n in range(256)])
)
"""The first two bytes, as a number, of all that `may_begin`."""


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
        or _is_sound_frames(head)
    )


def is_surely_media(data: bytes) -> bool:
    """The same where much is looked at that is random by nature, such as a list of hashes: no mark shorter than 32 bits counts.

    A short mark counts only with the fields that must follow it.
    """
    if len(data) <= MIN_FILE:
        return False
    head = data[:_SEARCHED]
    return (
        head.startswith(_LONG_MARKS)
        or _JPEG_START.match(head) is not None
        or _MP3_START.match(head) is not None
        or (_is_boxed(head) and head[:2] not in _PNM)
        or _PNM_START.match(head) is not None
        or (_is_bitmap(data) and data[26:28] in (b"\x01\0", b"\0\0"))
        or (_is_zlib(head) and _inflates(head, zlib.MAX_WBITS))
        or (head.startswith(b"\x1f\x8b\x08") and head[3] < 32 and _inflates(head, zlib.MAX_WBITS | 16))
        or _BZIP_START.match(head) is not None
        or _is_sound_frames(head)
    )


def may_begin(head: bytes) -> bool:
    """Whether four bytes or more can be the beginning of what `is_surely_media` knows, but for a tar archive.  No proof."""
    return head.startswith(_FIRST_FOUR)


_JPEG_START: Final = re.compile(
    rb"\xff\xd8\xff(?:[\xe0-\xef\xfe][\x00-\x20]|\xdb\x00[\x43\x84\xc5]|\xc0\x00[\x0b\x11])", re.DOTALL
)
_PNM_START: Final = re.compile(rb"P[1-7]\s{1,9}\d{1,5}\s{1,9}\d{1,5}\s")
_MP3_START: Final = re.compile(rb"ID3[\x02-\x04]\x00.[\x00-\x7f]{4}", re.DOTALL)
_BZIP_START: Final = re.compile(rb"BZh[1-9]1AY&SY")


def _inflates(head: bytes, window: int) -> bool:
    """Whether some of the stream can be read: chance data soon points back before its beginning."""
    try:
        return len(zlib.decompressobj(window).decompress(head, 65536)) >= MIN_FILE
    except zlib.error:
        return False


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
        or head[TAR_MARK : TAR_MARK + 5] == b"ustar"
        or (head[0] == 0x47 and len(head) > 376 and head[188] == head[376] == 0x47)
        or (head[:2] in _PNM and head[2:3].isspace() and head[3:4] in b"#0123456789W")
    )


_KBITS: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_HERTZ: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}


def _is_sound_frames(head: bytes) -> bool:
    """MPEG layer III without a tag: a frame's header says how long it is, and another of its kind stands there."""
    if head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return False
    version, kbits, hertz = head[1] >> 3 & 3, head[2] >> 4, head[2] >> 2 & 3
    if version == 1 or not 0 < kbits < 15 or hertz == 3:
        return False
    samples = 144 if version == 3 else 72
    length = samples * _KBITS[3 if version == 3 else 2][kbits] * 1000 // _HERTZ[version][hertz] + (head[2] >> 1 & 1)
    return head[length : length + 2] == head[:2]


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
