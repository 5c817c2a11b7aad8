"""Collect and compile the hub's texts: `python -m tools.messages [NOUN…]`, all nouns when none is named.

Source strings are English, so Swedish is the only catalogue.  A catalogue holds texts only: no places, no dates and no
left-overs, so that running this again without a change of texts changes no file.
"""

from __future__ import annotations

import contextlib
import gettext
import io
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from django.core.management import call_command
from django.core.management.commands import makemessages

HUB = Path(__file__).resolve().parent.parent / "src" / "skyddsnat" / "hub"
CATALOGUE = Path("locale") / "sv" / "LC_MESSAGES" / "django.po"
HEADER = """\
# Skyddsnät: texts in Swedish.  Collected by `make messages`; translate here.
msgid ""
msgstr ""
"Project-Id-Version: Skyddsnät\\n"
"Language: sv\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=UTF-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"
"""


class Collect(makemessages.Command):
    """Django's collector without guesses: a text without its own translation stays empty, and the check finds it."""

    msgmerge_options = [*makemessages.Command.msgmerge_options, "--no-fuzzy-matching"]


def nouns() -> list[Path]:
    """The folders of the hub that are Django applications."""
    return sorted(path.parent for path in HUB.glob("*/apps.py"))


def collect(noun: Path) -> None:
    """Bring the noun's catalogue up to date with its code and templates."""
    catalogue = noun / CATALOGUE
    catalogue.parent.mkdir(parents=True, exist_ok=True)
    if catalogue.exists():
        os.utime(catalogue, (0, 0))  # Django leaves the file alone, and so old, when the code has no text at all
    said = io.StringIO()
    with _inside(noun):
        call_command(
            Collect(stdout=said, stderr=said),
            locale=["sv"],
            domain="django",
            no_location=True,
            no_wrap=True,
            no_obsolete=True,
            ignore_patterns=["migrations/*", "static/*"],
        )
    if catalogue.exists() and catalogue.stat().st_mtime:
        _, _, texts = catalogue.read_text(encoding="utf-8").partition("\n\n")
        catalogue.write_text(f"{HEADER}\n{texts}", encoding="utf-8")
        return
    catalogue.unlink(missing_ok=True)
    catalogue.with_suffix(".mo").unlink(missing_ok=True)
    with contextlib.suppress(OSError):  # a folder that holds something else stays
        for folder in list(catalogue.relative_to(noun).parents)[:-1]:
            (noun / folder).rmdir()


def compiled(catalogue: Path) -> bytes:
    """The catalogue in the form that programs read.

    Raises subprocess.CalledProcessError, with msgfmt's words in `stderr`, when a translation breaks a placeholder.
    """
    with tempfile.NamedTemporaryFile(suffix=".mo") as target:
        command = ["msgfmt", "--check-format", "-o", target.name, str(catalogue)]
        subprocess.run(command, check=True, capture_output=True, text=True)
        return Path(target.name).read_bytes()


def texts_of(machine: bytes) -> dict[object, str]:
    """Each text with its translation: two compilers may write the same catalogue in different bytes."""
    return dict(gettext.GNUTranslations(io.BytesIO(machine))._catalog)  # type: ignore[attr-defined]


def compile_(noun: Path) -> None:
    """Write the .mo beside the .po, if it says anything new."""
    source = noun / CATALOGUE
    target = source.with_suffix(".mo")
    if not source.exists():
        return
    fresh = compiled(source)
    if not target.exists() or texts_of(target.read_bytes()) != texts_of(fresh):
        target.write_bytes(fresh)


@contextlib.contextmanager
def _inside(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)


def main(names: list[str]) -> int:
    """Collect and compile the nouns named, or all."""
    known = {noun.name: noun for noun in nouns()}
    unknown = [name for name in names if name not in known]
    if unknown:
        print(f"got {', '.join(unknown)}, expected some of {', '.join(known)}", file=sys.stderr)
        return 2
    for name in names or known:
        collect(known[name])
        try:
            compile_(known[name])
        except subprocess.CalledProcessError as broken:
            print(f"{name}: {broken.stderr.strip()}", file=sys.stderr)
            return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
