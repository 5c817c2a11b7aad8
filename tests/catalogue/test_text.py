"""A text in two languages."""

from __future__ import annotations

import pytest

from skyddsnat.catalogue.text import Text

TEXT = Text("Stoppsida med klagomålsväg", "Stop page with appeal")


@pytest.mark.parametrize(
    ("language", "said"),
    [("sv", TEXT.sv), ("sv-SE", TEXT.sv), ("SV", TEXT.sv), ("en", TEXT.en), ("en-gb", TEXT.en), ("fi", TEXT.en)],
)
def test_a_language_gets_its_text_and_an_unknown_one_english(language: str, said: str) -> None:
    assert TEXT.get(language) == said


@pytest.mark.parametrize("words", ["stoppsida", "KLAGOMÅL", "stop page"])
def test_words_are_found_in_either_language_whatever_their_case(words: str) -> None:
    assert TEXT.contains(words)


def test_words_that_are_not_there_are_not_found() -> None:
    assert not TEXT.contains("hash")
