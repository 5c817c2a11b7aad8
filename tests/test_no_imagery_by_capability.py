"""There is nowhere to put a picture, nothing to make one with, and no answer that is one: the first layer, before any guard.

Each rule is a function that lists its faults, and each is seen to find a planted one.
"""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.contrib.staticfiles.finders import get_finders
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.files.uploadhandler import MemoryFileUploadHandler
from django.db import models
from django.test import Client
from django.urls import reverse

from skyddsnat.hub.lists.upload import BoundedUpload
from skyddsnat.hub.signals.limits import MOST_BYTES
from skyddsnat.hub.vault.fields import SealedTextField
from tests.cast import Cast
from tests.test_repository import LOCKS, pins
from tools.sbom import PROGRAMS

SOURCE = Path(__file__).resolve().parent.parent / "src" / "skyddsnat"
SHIPPED = [lock for lock in LOCKS if lock.stem in {*PROGRAMS, "bootstrap"}]

# ---- no field

CARRIERS = (models.FileField, models.BinaryField, models.FilePathField)  # an ImageField is a FileField
DIGESTS = {"audit.Entry.salt", "audit.Entry.stamp", "audit.Node.hash", "audit.Checkpoint.root"}
"""Binary columns of the log's tree: digests and salts that the hub works out or draws.  A column that is not named here fails."""

SEALED = {
    "benchmark.Ciphertext.sealed": "as many bytes as the round's specification says, sealed to one party and handed to it alone",
}
"""Bytes that the hub cannot read and shows to nobody, with what bounds them."""

LONGEST = 4_000
"""Characters of a text that a person or a machine writes."""
CODES = "words of a fixed list, ids and counts"
WRITTEN_BY_THE_HUB = {
    "feed.ObjectVersion.raw": "JSON composed from checked columns",
    "accounts.StoredSession.session_data": "what sign-in and the hub's own messages keep",
    "feed.Status.document": "JSON of fixed sentences and ids",
    "audit.Entry.facts": CODES,
    "audit.Checkpoint.note": "the hub's own signed note",
    "audit.Witness.line": "a signature of a known length, kept once it has been verified",
    "members.Proposal.facts": "the arguments of an act that was tried first, with its guards",
    "lists.Export.filters": CODES,
    "lists.Import.expected": "counts by code",
    "lists.Import.became": "counts by code",
    "lists.ImportRow.draft": "one row whose value and note were measured, sealed until it is done with",
    "members.Person.roles": CODES,
    "accounts.ApiToken.scopes": CODES,
    "agents.Agent.positions": "ids of collections and whole numbers, at most 1,000",
    "agents.Agent.resolvers": "names of a bounded form that the guard has read, times and counts",
    "agents.Agent.held": CODES,
    "maturity.SealedAnswer.sealed": "sealed by its member, one of sixteen sizes, read by its own people's browsers as JSON alone",
    "learning.PlanLine.sealed": "the same: sealed by its member, opened by its own people's browsers as JSON alone",
    "benchmark.Round.metrics": CODES,
    "benchmark.Round.spec": "composed by the hub from checked columns and the catalogue",
    "benchmark.Round.release": "numbers and ids of the catalogue, put together from verified shares",
    "benchmark.Submission.envelope": "ids, a number and hashes, read strictly and written anew",
    "benchmark.Submission.receipt": "the same, signed by the hub",
    "benchmark.Statement.text": "a party's statement, read strictly: codes, ids, hashes, shares, sealed positions",
    "benchmark.TranscriptEntry.text": "the above, chained",
    "statistics.Revision.warnings": CODES,
    "statistics.Release.context": CODES,
    "signals.Review.checklist": CODES,
    "signals.FalseStop.kinds": CODES,
    "signals.FalseStop.shapes": "at most five forms of 40 characters, with digits as 0 and letters as a",
    "signals.Event.facts": CODES,
    "signals.SavedFilter.choices": "words of the filter form's choices, and a circle's id",
    "signals.Desk.place": "the same, with a page number and a signal's id",
    "signals.Signal.techniques": CODES,
    "signals.Signal.origins": CODES,
}
"""Columns without a limit, with what alone is ever written there."""


def carriers(found: Iterable[type[models.Model]]) -> list[str]:
    """Columns that could hold a file."""
    return [
        label
        for model in found
        for field in model._meta.local_fields
        if isinstance(field, CARRIERS) and (label := label_of(model, field)) not in DIGESTS | SEALED.keys()
    ]


def unbounded(found: Iterable[type[models.Model]]) -> list[str]:
    """Text columns of ours that could hold more than a free text may."""
    texts = (models.CharField, models.TextField, models.JSONField, SealedTextField)
    return [
        label
        for model in found
        for field in model._meta.local_fields
        if isinstance(field, texts)
        and not 0 < (getattr(field, "max_length", 0) or 0) <= LONGEST
        and (label := label_of(model, field)) not in WRITTEN_BY_THE_HUB
    ]


def label_of(model: type[models.Model], field: Any) -> str:
    return f"{model._meta.app_label}.{model.__name__}.{field.name}"


def ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("skyddsnat.")]


def test_no_model_has_a_field_for_a_file_or_for_bytes() -> None:
    assert len(ours()) > 15
    assert carriers(apps.get_models()) == []


def test_no_text_of_ours_is_without_a_limit_but_what_the_hub_composes() -> None:
    assert unbounded(ours()) == []


def test_a_field_for_a_picture_bytes_or_endless_text_is_seen() -> None:
    class Planted(models.Model):
        picture = models.FileField()
        raw = models.BinaryField()
        story = models.TextField()

        class Meta:
            abstract = True
            app_label = "planted"

    assert carriers([Planted]) == ["planted.Planted.picture", "planted.Planted.raw"]
    assert unbounded([Planted]) == ["planted.Planted.story"]


# ---- no library

MODULES = frozenset(
    """PIL cv2 imageio skimage wand pyvips cairosvg cairo cairocffi fitz pdf2image pypdf PyPDF2 pikepdf pypdfium2
    reportlab weasyprint moviepy ffmpeg av pydub soundfile librosa mutagen tinytag eyed3 torchvision torch
    tensorflow kornia matplotlib imagehash blurhash rawpy tifffile SimpleITK pydicom exifread piexif openpyxl
    xlsxwriter docx pptx magic puremagic easy_thumbnails sorl imagekit pilkit filer rarfile py7zr patoolib
    zstandard pillow_heif pillow_avif moderngl vtk""".split()  # noqa: SIM905
)
"""What reads, makes or shrinks pictures, films and sounds, or opens documents and archives that hold them."""
PACKAGES = frozenset(
    """pillow pillow-simd opencv-python opencv-python-headless opencv-contrib-python imageio scikit-image wand pyvips
    cairosvg pycairo cairocffi pymupdf pdf2image pypdf pypdf2 pikepdf pypdfium2 reportlab weasyprint moviepy
    ffmpeg-python av pydub soundfile librosa mutagen tinytag eyed3 torchvision torch tensorflow kornia
    matplotlib imagehash blurhash rawpy tifffile simpleitk pydicom exifread piexif openpyxl xlsxwriter
    python-docx python-pptx python-magic puremagic easy-thumbnails sorl-thumbnail django-imagekit pilkit
    django-filer rarfile py7zr patool zstandard pillow-heif pillow-avif-plugin moderngl vtk""".split()  # noqa: SIM905
)


distributions = cache(packages_distributions)


def imaging_packages(lock: Iterable[str]) -> list[str]:
    """Packages of a lock, which names the indirect ones too, that can read or make imagery: by name, and by what they install."""
    installed = distributions()
    makers = {name.lower() for module in MODULES for name in installed.get(module, ())}
    return [name for name in lock if name.lower() in PACKAGES | makers]


@pytest.mark.parametrize("lock", SHIPPED, ids=lambda lock: lock.stem)
def test_no_library_for_pictures_films_sounds_or_their_containers_is_shipped(lock: Path) -> None:
    assert imaging_packages(pins(lock)) == []


def test_such_a_library_in_a_lock_is_seen() -> None:
    assert imaging_packages(["django", "pillow", "Pillow-Simd", "mutagen"]) == ["pillow", "Pillow-Simd", "mutagen"]


def imported(source: str) -> set[str]:
    """Full names of the modules that a source file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


STANDARD = frozenset({"wave", "colorsys", "tkinter", "turtle", "zipfile", "tarfile", "shelve"})
FETCHES = frozenset({"urllib.request", "http.client", "httpx", "requests", "socket", "aiohttp", "ftplib"})


def reaching(source: str, *, forbidden: frozenset[str]) -> set[str]:
    if not _named(forbidden).search(source):
        return set()  # what is nowhere in the text is not imported by it
    return {name for name in imported(source) if name in forbidden or name.partition(".")[0] in forbidden}


@cache
def _named(modules: frozenset[str]) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(sorted({re.escape(name.partition(".")[0]) for name in modules})) + r")\b")


EXPLAINED = {"agent/benchmark/workbook.py": {"zipfile"}, "protocols/series/workbook.py": {"zipfile"}}
"""A workbook is a ZIP of XML.  The member's own table of values: two parts by name, in memory, at the member; out come numbers.
Released series: written part by part, and never read (see below)."""


def test_no_module_of_ours_imports_one_but_where_it_is_explained() -> None:
    for path in SOURCE.rglob("*.py"):
        explained = EXPLAINED.get(path.relative_to(SOURCE).as_posix(), set())
        assert reaching(path.read_text(encoding="utf-8"), forbidden=MODULES | STANDARD) == explained, path
    assert not [name for name in EXPLAINED if name.startswith("hub/")], "what the hub holds is never unpacked"


def opens_zips(source: str) -> list[str]:
    """How a source opens ZIPs: the modes; "" where none is said, which is reading."""
    calls = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.Call)]
    named = [
        call
        for call in calls
        if isinstance(call.func, ast.Attribute) and call.func.attr in {"ZipFile", "Path", "is_zipfile"}
    ]
    return [
        str(call.args[1].value) if len(call.args) > 1 and isinstance(call.args[1], ast.Constant) else ""
        for call in named
    ]


def test_what_writes_workbooks_for_the_hub_cannot_read_one() -> None:
    assert opens_zips((SOURCE / "protocols/series/workbook.py").read_text(encoding="utf-8")) == ["w"]
    assert opens_zips("import zipfile\nzipfile.ZipFile(x)\nzipfile.ZipFile(x, 'r')") == ["", "r"]


def test_the_hub_fetches_nothing_so_no_signal_is_ever_opened() -> None:
    for path in (SOURCE / "hub").rglob("*.py"):
        assert reaching(path.read_text(encoding="utf-8"), forbidden=FETCHES) == set(), path


def test_such_an_import_is_seen() -> None:
    assert reaching("from PIL import Image\nimport zipfile", forbidden=MODULES | STANDARD) == {
        "PIL",
        "PIL.Image",
        "zipfile",
    }
    assert reaching("from urllib import request", forbidden=FETCHES) == {"urllib.request"}
    assert importlib.util.find_spec("PIL") is None or "pillow" not in {n for lock in SHIPPED for n in pins(lock)}


# ---- no static file but fonts, styles, scripts and three drawings of our own

STATIC = frozenset({".css", ".js", ".woff2", ".json", ""})
DRAWINGS = frozenset({"pages/icons.svg", "pages/favicon.svg", "pages/logo.svg"})


def test_static_files_are_fonts_styles_and_scripts_and_the_only_drawings_are_three_of_ours() -> None:
    names = [name for finder in get_finders() for name, _ in finder.list([]) if not name.startswith("admin/")]
    assert len(names) > 15
    assert [name for name in names if Path(name).suffix not in STATIC and name not in DRAWINGS] == []
    for name in DRAWINGS:
        text = (SOURCE / "hub" / "pages" / "static" / name).read_text(encoding="utf-8")
        assert not re.search(r"<image|<foreignObject|data:|https?://(?!www\.w3\.org/)", text)


# ---- nothing is written to disk

WRITES: list[str] = []
_watching = False


def _watch(event: str, args: tuple[Any, ...]) -> None:
    if not _watching:
        return
    opened = event == "open" and isinstance(args[1], str) and bool(set(args[1]) & set("wax+"))
    if opened or event in {"tempfile.mkstemp", "tempfile.mkdtemp"}:
        WRITES.append(str(args[0]))


@cache
def _listen() -> None:
    """It is called for each `id()` and cannot be taken away again: so it comes when a test asks, and looks only meanwhile."""
    sys.addaudithook(_watch)


@pytest.fixture
def writes(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Files opened for writing during the test, other than the database's and what Python compiles when it is first needed."""
    global _watching
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    _listen()
    WRITES.clear()
    _watching = True
    yield WRITES
    _watching = False


def a_list(rows: int) -> bytes:
    """A CSV file with one column that no signal has."""
    return ("value,ballast\n" + "".join(f"fil-{n}.test,ballast-{n}-{'x' * 40}\n" for n in range(rows))).encode()


def hand_in(cast: Cast, client: Client, data: bytes) -> Any:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    facts = {"circle": str(cast.circle.pk), "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "exact"}
    return client.post(reverse("lists:import"), {**facts, "file": SimpleUploadedFile("lista.csv", data)})


def test_a_large_file_is_parsed_to_rows_and_never_touches_the_disk(
    cast: Cast, client: Client, writes: list[str]
) -> None:
    answer = hand_in(cast, client, a_list(50) + b"#" * MOST_BYTES)
    assert answer.status_code == 200
    answer = client.get(hand_in(cast, client, a_list(50)).headers["Location"])
    assert answer.context["made"].expected == {"created": 50, "guessed": 50, "guessed:domain": 50}
    assert b"ballast" not in answer.content, "a column that no signal has is dropped, not carried along"
    assert writes == []


def test_of_a_file_only_typed_rows_are_kept(cast: Cast, client: Client) -> None:
    where = hand_in(cast, client, a_list(5)).headers["Location"]
    assert client.post(f"{where}confirm/").status_code == 302
    kept = [
        str([getattr(row, field.attname) for field in model._meta.concrete_fields])  # sealed cells opened
        for model in apps.get_models()
        for row in model._default_manager.all()
    ]
    assert sum("fil-3.test" in row for row in kept) >= 1
    assert [row for row in kept if "ballast" in row or "lista.csv" in row] == []


def test_a_handler_that_spools_to_disk_is_seen(cast: Cast, client: Client, writes: list[str], settings: Any) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.TemporaryFileUploadHandler"]
    hand_in(cast, client, a_list(5))
    assert writes != []


def test_uploads_have_no_place_on_disk(settings: Any) -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["skyddsnat.hub.lists.upload.BoundedUpload"]
    assert issubclass(BoundedUpload, MemoryFileUploadHandler)
    assert settings.STORAGES["default"]["BACKEND"].endswith("InMemoryStorage")
    assert not settings.MEDIA_ROOT


@pytest.mark.parametrize(
    "data",
    [
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        b"%PDF-1.7\n" + b"x" * 100,
        b"PK\x03\x04" + b"\x14\0" * 60,
        "value\n".encode("utf-16"),
    ],
)
def test_a_file_that_is_no_text_is_refused(cast: Cast, client: Client, data: bytes) -> None:
    answer = hand_in(cast, client, data)
    assert answer.status_code == 200
    assert answer.context["form"].errors
