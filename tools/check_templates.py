"""Hold all templates to what the security policy and two languages demand: `python -m tools.check_templates [FOLDER…]`.

Inline script and style fail only in a browser, where the content security policy stops them, so they are looked for here.
Prints one line a finding, `file:line: what`, and exits with 1 if there is any.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

HUB = Path(__file__).resolve().parent.parent / "src" / "skyddsnat" / "hub"

COMMENT = re.compile(r"{#.*?#}|{%\s*comment\b.*?%}.*?{%\s*endcomment\s*%}", re.DOTALL)
SAID = re.compile(r"{%-?\s*blocktrans(?:late)?\b.*?%}.*?{%\s*endblocktrans(?:late)?\s*%}", re.DOTALL)
TAG = re.compile(r"{%.*?%}|{{.*?}}", re.DOTALL)
CSRF = re.compile(r"{%\s*csrf_token\s*%}")
UNESCAPED = re.compile(r"\|\s*safe\b|{%\s*autoescape\s+off")
LETTERS = re.compile(r"[^\W\d_]{2,}")

CODE_ELEMENTS = frozenset({"code", "kbd", "samp", "pre", "script", "style"})
VISIBLE_ATTRIBUTES = frozenset(
    {"alt", "aria-label", "placeholder", "title", "data-label", "data-copied", "data-shortcut-label"}
)
NAMES = frozenset(  # names stay as they are in every language
    {"Skyddsnät", "TLP", "CLEAR", "Svenska", "English", "CSV", "XLSX", "SDMX", "JSON", "ML"}
)
MARK = "\x00csrf\x00"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that must not stay."""

    path: Path
    line: int
    what: str


class Reader(HTMLParser):
    """Reads one template whose tags have been taken out."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[int, str]] = []
        self._inside_code = 0
        self._form: int | None = None
        self._form_is_safe = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._elements(tag, given)
        for name, value in given.items():
            self._attribute(name, value)
        if tag in CODE_ELEMENTS:
            self._inside_code += 1
        if tag == "form" and given.get("method", "").lower() == "post":
            self._form, self._form_is_safe = self.getpos()[0], False

    def handle_endtag(self, tag: str) -> None:
        if tag in CODE_ELEMENTS:
            self._inside_code -= 1
        if tag == "form" and self._form is not None:
            if not self._form_is_safe:
                self.found.append((self._form, "a form is sent by post without {% csrf_token %}"))
            self._form = None

    def handle_data(self, data: str) -> None:
        if MARK in data:
            self._form_is_safe = True
        words = [word for word in LETTERS.findall(data.replace(MARK, "")) if word not in NAMES]
        if words and not self._inside_code:
            first = data.replace(MARK, "")
            offset = first[: first.index(words[0])].count("\n")
            self.found.append((self.getpos()[0] + offset, f"text without translation: {' '.join(words)[:60]}"))

    def _elements(self, tag: str, given: dict[str, str]) -> None:
        if tag == "script" and "src" not in given:
            self._add("inline script, which the security policy stops: put it into a file")
        if tag == "style":
            self._add("inline style sheet, which the security policy stops: put it into a file")
        if tag == "html" and "lang" not in given:
            self._add("html without lang")
        if tag == "img" and "alt" not in given:
            self._add("img without alt")

    def _attribute(self, name: str, value: str) -> None:
        if name == "style":
            self._add("style attribute, which the security policy stops: use a class")
        if re.fullmatch(r"on[a-z]+", name) or name.startswith("hx-on"):
            self._add(f"{name} attribute, which the security policy stops: listen in a script file")
        if value.strip().lower().startswith("javascript:"):
            self._add(f"javascript: in {name}")
        if name in VISIBLE_ATTRIBUTES and set(LETTERS.findall(value)) - NAMES:
            self._add(f"{name} without translation: {value[:60]}")

    def _add(self, what: str) -> None:
        self.found.append((self.getpos()[0], what))


def check(path: Path) -> Iterator[Finding]:
    """Everything in the template that must not stay."""
    text = path.read_text(encoding="utf-8")
    reader = Reader()
    reader.feed(_without_tags(text))
    reader.close()
    unescaped = [
        (
            text.count("\n", 0, hit.start()) + 1,
            "escaping switched off: make a SafeString in code, where it can be tested",
        )
        for hit in UNESCAPED.finditer(text)
    ]
    for line, what in sorted(reader.found + unescaped):
        yield Finding(path, line, what)


def _without_tags(text: str) -> str:
    """The template as plain HTML; lines stay where they are."""
    text = COMMENT.sub(_newlines, text)
    text = CSRF.sub(MARK, text)
    text = SAID.sub(_newlines, text)
    return TAG.sub(_newlines, text)


def _newlines(match: re.Match[str]) -> str:
    return "\n" * match.group().count("\n")


def templates(folders: list[Path]) -> list[Path]:
    """Every HTML template below the folders."""
    return sorted(path for folder in folders for path in folder.rglob("*.html"))


def main(arguments: list[str]) -> int:
    """Check the templates of the named folders, or all of the hub's."""
    folders = [Path(argument) for argument in arguments] or [HUB]
    paths = templates(folders)
    findings = [finding for path in paths for finding in check(path)]
    for finding in findings:
        print(f"{finding.path}:{finding.line}: {finding.what}")
    if not paths:
        print("no template was found, expected some; name a folder that has them")
        return 1
    if not findings:
        print(f"{len(paths)} templates: ok")
    return 1 if findings else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
