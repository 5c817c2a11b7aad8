"""The words on each page of a PDF that Chromium has printed: enough of the format to read what Skia writes, and no more."""

from __future__ import annotations

import re
import zlib

OBJECT = re.compile(rb"(\d+) 0 obj\n(.*?)\nendobj", re.DOTALL)
STREAM = re.compile(rb"stream\n(.*?)\nendstream", re.DOTALL)
SHOWN = re.compile(rb"/(F\d+) [\d.]+ Tf|<([0-9A-Fa-f]+)> Tj|\[((?:<[0-9A-Fa-f]+>|[\s\d.-])+)\] TJ")
PAIR = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n")
RANGE = re.compile(rb"<([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)> <([0-9A-Fa-f]+)>\n")


def pages_of(pdf: bytes) -> list[str]:
    """The text of each page without its spaces, in the order of the pages."""
    objects = {int(number): body for number, body in OBJECT.findall(pdf)}
    kids = next(body for body in objects.values() if b"/Type /Pages" in body and b"/Parent" not in body)
    return [_page(objects, number) for number in _leaves(objects, kids)]


def _leaves(objects: dict[int, bytes], pages: bytes) -> list[int]:
    found: list[int] = []
    for number in re.findall(rb"(\d+) 0 R", re.search(rb"/Kids \[(.*?)\]", pages, re.DOTALL)[1]):  # type: ignore[index]
        body = objects[int(number)]
        found += _leaves(objects, body) if b"/Kids" in body else [int(number)]
    return found


def _page(objects: dict[int, bytes], number: int) -> str:
    page = objects[number]
    fonts = {
        name: _letters(objects, int(font))
        for name, font in re.findall(rb"/(F\d+) (\d+) 0 R", _resources(objects, page))
    }
    content = _stream(objects[int(re.search(rb"/Contents (\d+) 0 R", page)[1])])  # type: ignore[index]
    text, letters = "", {}
    for font, single, many in SHOWN.findall(content):
        if font:
            letters = fonts.get(font, {})
        for run in [single] if single else re.findall(rb"<([0-9A-Fa-f]+)>", many):
            text += "".join(letters.get(int(run[i : i + 4], 16), "") for i in range(0, len(run), 4))
    return text.replace(" ", "")


def _resources(objects: dict[int, bytes], page: bytes) -> bytes:
    found = re.search(rb"/Resources (\d+) 0 R", page)
    return objects[int(found[1])] if found else page


def _letters(objects: dict[int, bytes], font: int) -> dict[int, str]:
    found = re.search(rb"/ToUnicode (\d+) 0 R", objects[font])
    if not found:
        return {}
    table, letters = _stream(objects[int(found[1])]), {}
    for part in re.findall(rb"beginbfchar\n(.*?)endbfchar", table, re.DOTALL):
        letters |= {int(code, 16): _text(word) for code, word in PAIR.findall(part)}
    for part in re.findall(rb"beginbfrange\n(.*?)endbfrange", table, re.DOTALL):
        for low, high, word in RANGE.findall(part):
            first = int(low, 16)
            letters |= {code: chr(int(word, 16) + code - first) for code in range(first, int(high, 16) + 1)}
    return letters


def _text(word: bytes) -> str:
    return bytes.fromhex(word.decode()).decode("utf-16-be")


def _stream(body: bytes) -> bytes:
    found = STREAM.search(body)
    assert found, "got an object without a stream, expected one"
    return zlib.decompress(found[1]) if b"/FlateDecode" in body else found[1]
