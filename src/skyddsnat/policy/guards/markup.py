"""Text that carries or calls for a picture by its syntax."""

from __future__ import annotations

import html
import re
from typing import Final

# Each pattern is tried only when one of its words stands in the text, which makes prose cheap.
# All quantifiers are bounded: an unbounded `^\s*P[1-7]` once took half a minute on a page of newlines.
_LINE: Final = r"(?:\A|\n)[ \t>|\"']{0,40}"
_MEDIA: Final = tuple(
    (words.split(), re.compile(pattern))
    for words, pattern in (
        ("data", r"data\s{0,3}:\s{0,3}(?:image|video|audio|application|font)/|data:[^\s,]{0,80};\s{0,3}base64"),
        (
            "<",
            r"<\s{0,3}/?\s{0,3}(?:svg|img|image|iframe|video|audio|picture|object|embed|canvas|foreignobject"
            r"|v:imagedata)[\s/>:]|<~[!-uz\s]{20}|<!doctype\s{1,9}svg",
        ),
        ("![", r"!\[[^\]\n]{0,200}\]\s{0,3}[(\[]"),
        ("xpm", r"/\*\s{0,9}xpm\s{0,9}\*/"),
        ("char", r"static\s{1,9}(?:unsigned\s{1,9})?(?:const\s{1,9})?char\s{1,9}[*\w]{1,60}\s{0,9}\[\d{0,6}\]"),
        (
            "p1 p2 p3 p4 p5 p6 p7",
            _LINE + r"p[1-7][ \t\n]{1,9}(?:#[^\n]{0,200}\n\s{0,9})?\d{1,5}\s{1,9}\d{1,5}\s",
        ),
        ("\\", r"\{\\rtf|\\pict\b|\\includegraphics"),
        ("photo logo", _LINE + r"(?:photo|logo)[;:](?:[^\n]{0,80}(?:base64|encoding=b|data:|http))"),
        ("content-", r"content-transfer-encoding\s{0,9}:\s{0,9}(?:base64|x-uuencode)"),
        ("content-", r"content-type\s{0,9}:\s{0,9}(?:image|video|audio)/"),
        ("begin", _LINE + r"begin(?:-base64)?\s{1,9}[0-7]{3,4}\s|=ybegin\s{1,9}(?:line|part)="),
        ("%!ps %pdf", r"%!ps-adobe|%pdf-\d"),
        ("url", r"(?:background(?:-image)?|content|src)\s{0,9}[:=]\s{0,9}url\s{0,3}\(\s{0,3}[\"']?\s{0,3}data:"),
    )
)
_UU_LINE: Final = re.compile(r"[!-M][ -`]{4,85}")
_POINTS: Final = r"\s{0,3}(?>-?\d{1,5}(?:\.\d{1,6})?[\s,]{0,3}){1,7}+"
_PATH_DATA: Final = re.compile(rf"(?<![0-9A-Za-z])M{_POINTS}(?:[MLHVCSQTAZ]{_POINTS}){{11}}", re.IGNORECASE)
"""A drawn line begins with a move; without that, hexadecimal digits look like one now and then."""
_DRAWN: Final = frozenset("🟥🟧🟨🟩🟦🟪🟫⬛⬜◼◻◾◽■□▪▫🔴🟠🟡🟢🔵🟣🟤⚫⚪●○")
_SQUARES: Final = re.compile(f"[{''.join(sorted(_DRAWN))}▀-▟]")

MAX_SQUARES: Final = 40
PICTURE_LINES: Final = 8
PICTURE_WIDTH: Final = 20


def media_markup(text: str) -> tuple[int, int] | None:
    """Where markup, an image format in text, or an encoding's header stands first, as start and end."""
    found = _markup_in(text)
    if found is None and "&" in text:
        plain = html.unescape(text)
        found = (0, len(text)) if plain != text and _markup_in(plain) else None
    return found


def _markup_in(text: str) -> tuple[int, int] | None:
    lowered = text.lower()
    for words, pattern in _MEDIA:
        if any(word in lowered for word in words):
            found = pattern.search(lowered)
            if found:
                # Lowering can lengthen a text (İ), so a place behind its end is drawn back to it.
                return min(found.start(), len(text)), min(found.end(), len(text))
    path = _PATH_DATA.search(text)
    return path and path.span()


def has_uuencoded_lines(text: str) -> bool:
    """Lines whose first character counts the rest, as uuencode writes them: three, or two full ones."""
    counted = [line for line in text.splitlines() if _UU_LINE.fullmatch(line) and _counts_itself(line)]
    return len(counted) > 2 or sum(line[0] == "M" for line in counted) > 1


def _counts_itself(line: str) -> bool:
    written = (ord(line[0]) - 32 + 2) // 3 * 4
    # Some writers add a check character; a ruled line of few different characters counts nothing.
    return len(line) - 1 in (written, written + 1) and len(set(line)) > 5


def is_drawn(text: str) -> bool:
    """A picture made of characters: mosaics of squares and blocks, or many wide lines of punctuation."""
    if not text.isascii() and len(_SQUARES.findall(text)) > MAX_SQUARES:
        return True
    run = 0
    for line in text.splitlines():
        run = run + 1 if _is_picture_line(line) else 0
        if run >= PICTURE_LINES:
            return True
    return False


def _is_picture_line(line: str) -> bool:
    if len(line) < PICTURE_WIDTH:
        return False
    words = sum(map(str.isalnum, line))
    spread = len(set(line.replace(" ", "")))
    return words <= 0.15 * len(line) or (spread <= 8 and " " not in line.strip() and len(line) >= 2 * spread)
