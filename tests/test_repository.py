"""What must hold for the repository as a whole, whoever changes it."""

from __future__ import annotations

import ast
import re
import subprocess
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest
from django.core.management import call_command

from tools import check_messages, messages
from tools.sbom import PROGRAMS

ROOT = Path(__file__).resolve().parent.parent
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
PIN = re.compile(r"^([a-zA-Z0-9._-]+)(?:\[[^\]]*\])?==(\S+)")
MEDIA = {".png", ".jpg", ".jpeg", ".gif", ".webp", ".avif", ".bmp", ".tif", ".tiff", ".heic", ".mp4", ".webm", ".mov"}
MEDIA |= {".mkv", ".mp3", ".wav", ".ogg", ".zip", ".gz", ".zst", ".7z"}


def tracked() -> list[Path]:
    """Every file that the repository holds."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def pins(lock: Path) -> dict[str, list[str]]:
    """Each pinned package of a lock file with its hashes."""
    found: dict[str, list[str]] = {}
    name = ""
    for line in lock.read_text(encoding="utf-8").splitlines():
        pin = PIN.match(line)
        if pin:
            name = pin[1]
            found[name] = []
        elif "--hash=sha256:" in line:
            found[name].append(line.strip())
    return found


def test_the_lock_files_are_there() -> None:
    assert {lock.stem for lock in LOCKS} >= {"bootstrap", "dev", *PROGRAMS}


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_each_pin_has_a_hash_and_nothing_stands_there_unpinned(lock: Path) -> None:
    found = pins(lock)
    assert found
    assert [name for name, hashes in found.items() if not hashes] == []
    loose = [
        line
        for line in lock.read_text(encoding="utf-8").splitlines()
        if line and not line.startswith((" ", "#")) and not PIN.match(line)
    ]
    assert loose == []


def test_what_fetches_dependencies_names_no_host() -> None:
    files = [*LOCKS, ROOT / "Makefile", ROOT / "pyproject.toml", ROOT / "tools" / "packages", ROOT / ".ci" / "run"]
    files += [path for path in tracked() if path.name in {"package.json", "package-lock.json", ".npmrc"}]
    files += (ROOT / "tools").glob("*.py")
    told = re.compile(r"\w://|--(extra-)?index-url|--find-links|\"resolved\"")
    assert [str(path.relative_to(ROOT)) for path in files if told.search(path.read_text(encoding="utf-8"))] == []


def test_no_lock_file_that_records_its_registry_is_kept() -> None:
    assert not {path.name for path in tracked()} & {"uv.lock", "poetry.lock", "pylock.toml"}


def test_pictures_are_screens_of_our_own_pages_or_their_icons_and_no_other_media_is_kept() -> None:
    here = [path.relative_to(ROOT) for path in tracked() if path.suffix.lower() in MEDIA]
    allowed = ("docs/screens/", "src/skyddsnat/hub/pages/static/")
    assert [str(path) for path in here if not str(path).startswith(allowed) or path.suffix != ".png"] == []


def test_the_licence_is_apache_and_what_we_ship_with_can_be_shipped() -> None:
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    needed = {name for lock in LOCKS if lock.stem in PROGRAMS for name in pins(lock)}
    strict = [name for name in sorted(needed) if re.search(r"(?<!L)(A?GPL)|Affero", licence_of(name))]
    assert strict == []


def licence_of(package: str) -> str:
    """What the package says of its licence; empty where it is not for this system."""
    try:
        told = metadata(package)
    except PackageNotFoundError:
        return ""
    classifiers = [line for line in told.get_all("Classifier") or [] if line.startswith("License")]
    text = " ".join([told.get("License-Expression") or "", *classifiers])
    return text.replace("Lesser General Public License", "LGPL").replace("(LGPLv3)", "LGPL")


@pytest.mark.servers
@pytest.mark.parametrize("noun", messages.nouns(), ids=lambda noun: noun.name)
def test_every_text_is_in_swedish_and_compiled(noun: Path) -> None:
    assert list(check_messages.faults_of(noun)) == []


@pytest.mark.django_db
def test_the_models_have_no_change_without_a_migration() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def made_at_import(source: str) -> list[int]:
    """Lines where a lazy text is filled in as the module is loaded: in the language of whoever happened to load it."""
    if "_lazy" not in source:
        return []
    tree, lazy = ast.parse(source), set()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation":
            lazy |= {one.asname or one.name for one in node.names if one.name.endswith("_lazy")}
    inside = {one for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) for one in ast.walk(node)}
    filled = [node for node in ast.walk(tree) if isinstance(node, ast.BinOp) and node not in inside]
    return [node.lineno for node in filled if {getattr(getattr(node.left, "func", None), "id", "")} & lazy]


def test_no_text_is_filled_in_before_its_reader_is_known() -> None:
    """Django's lazy texts give up being lazy with `%`; `format_lazy` keeps them so."""
    files = [path for path in tracked() if path.suffix == ".py" and path.is_relative_to(ROOT / "src")]
    assert [(str(path), lines) for path in files if (lines := made_at_import(path.read_text(encoding="utf-8")))] == []
    eager = "from django.utils.translation import gettext_lazy as _\nTEXT = _('%d rows') % 4"
    assert made_at_import(eager) == [2]
