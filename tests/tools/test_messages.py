"""The message tools, on a small noun of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import check_messages, messages

pytestmark = pytest.mark.servers  # gettext comes from Debian

CODE = """
from django.utils.translation import gettext as _, ngettext
def words(n):
    return [_("Hello"), ngettext("%(n)d signal", "%(n)d signals", n) % {"n": n}]
"""


@pytest.fixture
def noun(tmp_path: Path) -> Path:
    """A noun with two texts, collected."""
    folder = tmp_path / "greetings"
    folder.mkdir()
    (folder / "views.py").write_text(CODE)
    messages.collect(folder)
    return folder


def translate(noun: Path, *pairs: tuple[str, str]) -> None:
    catalogue = noun / messages.CATALOGUE
    text = catalogue.read_text()
    for before, after in pairs:
        assert before in text
        text = text.replace(before, after)
    catalogue.write_text(text)


COMPLETE = (
    ('msgid "Hello"\nmsgstr ""', 'msgid "Hello"\nmsgstr "Hej"'),
    ('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(n)d signal"\nmsgstr[1] "%(n)d signaler"'),
)


def test_a_complete_and_compiled_catalogue_has_no_fault(noun: Path) -> None:
    translate(noun, *COMPLETE)
    messages.compile_(noun)
    assert list(check_messages.faults_of(noun)) == []


def test_collecting_again_changes_no_byte(noun: Path) -> None:
    translate(noun, *COMPLETE)
    before = (noun / messages.CATALOGUE).read_bytes()
    messages.collect(noun)
    assert (noun / messages.CATALOGUE).read_bytes() == before


def test_an_untranslated_text_is_a_fault(noun: Path) -> None:
    translate(noun, COMPLETE[1])
    messages.compile_(noun)
    (fault,) = check_messages.faults_of(noun)
    assert fault.startswith("1 untranslated")


def test_a_text_that_was_never_collected_is_a_fault(noun: Path) -> None:
    translate(noun, *COMPLETE)
    messages.compile_(noun)
    (noun / "more.py").write_text('from django.utils.translation import gettext as _\n_("New")\n')
    (fault,) = check_messages.faults_of(noun)
    assert "make messages" in fault


def test_a_changed_translation_that_was_not_compiled_is_a_fault(noun: Path) -> None:
    translate(noun, *COMPLETE)
    messages.compile_(noun)
    translate(noun, ("Hej", "God dag"))
    (fault,) = check_messages.faults_of(noun)
    assert "not compiled" in fault


def test_a_translation_that_drops_a_placeholder_is_a_fault(noun: Path) -> None:
    translate(noun, COMPLETE[0], ('msgstr[0] ""\nmsgstr[1] ""', 'msgstr[0] "%(m)d signal"\nmsgstr[1] "%(n)d signaler"'))
    (fault,) = check_messages.faults_of(noun)
    assert "%(m)" in fault or "'m'" in fault or "n" in fault


def test_a_text_that_left_the_code_leaves_the_catalogue(noun: Path) -> None:
    (noun / "views.py").write_text("")
    messages.collect(noun)
    assert not (noun / "locale").exists()
