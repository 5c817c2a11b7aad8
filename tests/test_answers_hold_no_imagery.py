"""What of an answer of the hub could show or fetch imagery, and that each planted fault is seen.

Every route is walked in tests/hub/pages/test_headers.py, which asks this and the headers of each answer.
"""

from __future__ import annotations

import html
import io
import re
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from django.http import HttpResponse

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.policy.guards.signatures import is_media
from skyddsnat.protocols.series import PARQUET, XLSX, Sheet, write_workbook

TEXTS = {"text/html", "text/plain", "text/csv", "application/json", "application/jsonl", "application/taxii+json"}
TEXTS |= {f"application/vnd.sdmx.{kind}" for kind in ("data+csv", "data+json", "structure+json", "structure+xml")}
PARTS = {"[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml"}
SHEET = re.compile(r"xl/worksheets/sheet[0-9]{1,2}\.xml")
FOREIGN = re.compile(
    rb"<(?:video|audio|source|track|picture|object|embed|iframe|frame|canvas|image|portal|feimage)[\s/>]"
    rb"|\bsrcset\s*=|\bposter\s*=|url\(|src\s*=\s*[\"']?\s*(?:\w+:|//)|href\s*=\s*[\"']?\s*(?:data|blob|javascript|ftp)?:?//",
    re.IGNORECASE,
)
"""Markup that shows or fetches what is not ours."""
LINKS = re.compile(rb"href\s*=\s*[\"']?\s*(https?:[^\s\"'>]*)", re.IGNORECASE)
IMAGES = re.compile(rb"<img[^>]*\ssrc=\"([^\"]*)\"", re.IGNORECASE)


CATALOGUE = load_catalogue()
SOURCES = {str(source.url) for source in CATALOGUE.sources.values()}
"""The published sources of the catalogue: the only addresses elsewhere that a page links to."""


def faults(answer: HttpResponse) -> list[str]:
    """Why an answer could show or fetch imagery."""
    found = []
    kind = answer.get("Content-Type", "").partition(";")[0].strip().lower()
    body = b"" if answer.streaming else answer.content
    if kind in TABLES:
        return found + TABLES[kind](body)
    if kind not in TEXTS and (body or kind):
        found.append(f"content type {kind}")
    if answer.streaming:
        found.append("a streamed file")
    if is_media(body):
        found.append("a body that begins as media does")
    if kind == "text/html":
        found += [f"markup {match[0]!r}" for match in FOREIGN.finditer(body)]
        found += [f"link {url!r}" for url in LINKS.findall(body) if html.unescape(url.decode()) not in SOURCES]
        found += [f"picture {src!r}" for src in IMAGES.findall(body) if not src.startswith(b"/static/pages/")]
        policy = dict(
            part.split(None, 1) for part in answer.get("Content-Security-Policy", "").split(";") if part.split()[1:]
        )
        if (
            policy.get("img-src") != "'self'"
            or policy.get("default-src") != "'none'"
            or {"media-src", "frame-src"} & policy.keys()
        ):
            found.append("a policy that lets imagery in")
        if answer.get("X-Content-Type-Options") != "nosniff":
            found.append("a type that may be guessed")
    return found


def in_workbook(body: bytes) -> list[str]:
    """What of a workbook is more than its sheets: a picture would be a part of its own, or a drawing that points at one."""
    with zipfile.ZipFile(io.BytesIO(body)) as book:
        more = [name for name in book.namelist() if name not in PARTS and not SHEET.fullmatch(name)]
        return more + [name for name in book.namelist() if b"<drawing" in book.read(name) or is_media(book.read(name))]


def in_parquet(body: bytes) -> list[str]:
    """Columns that could hold bytes: each is a text, a number or a day."""
    kinds = pq.read_table(io.BytesIO(body)).schema.types
    return [str(kind) for kind in kinds if str(kind) not in {"string", "int64", "double", "date32[day]"}]


TABLES = {XLSX: in_workbook, PARQUET: in_parquet}
"""Files that are no text and are looked into."""


def test_a_picture_in_a_workbook_and_bytes_in_a_table_are_seen() -> None:
    body = io.BytesIO(write_workbook([Sheet("x", ["a"], [["b"]])]))
    assert in_workbook(body.getvalue()) == []
    with zipfile.ZipFile(body, "a") as book:
        book.writestr("xl/media/image1.png", b"x")
    assert in_workbook(body.getvalue()) == ["xl/media/image1.png"]
    raw = io.BytesIO()
    pq.write_table(pa.table({"a": [b"x"]}), raw)
    assert in_parquet(raw.getvalue()) == ["binary"]


GOOD = "default-src 'none'; img-src 'self'"


@pytest.mark.parametrize(
    ("kind", "body", "policy"),
    [
        ("image/png", b"x", GOOD),
        ("text/html", b"\x89PNG\r\n\x1a\n" + b"\0" * 60, GOOD),
        ("text/html", b"<img alt='' src=\"/media/1\">", GOOD),
        ("text/html", b"<a href='https://elsewhere.test/'>x</a>", GOOD),
        ("text/html", b"<img src=data:x>", GOOD),
        ("text/html", b"<video src=x></video>", GOOD),
        ("text/html", b"x", "default-src 'none'; img-src 'self' data:"),
        ("text/html", b"x", "default-src 'none'; img-src 'self'; media-src 'self'"),
    ],
)
def test_an_answer_that_shows_imagery_is_seen(kind: str, body: bytes, policy: str) -> None:
    assert faults(answer_of("text/html", b"x", GOOD)) == []
    assert faults(answer_of(kind, body, policy)) != []


def answer_of(kind: str, body: bytes, policy: str) -> HttpResponse:
    headers = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": policy}
    return HttpResponse(body, content_type=kind, headers=headers)
