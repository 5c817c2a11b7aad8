"""A secret comes from the environment or a file, and is one word."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyddsnat.site.errors import BadConfig
from skyddsnat.site.secret import read_secret

VARIABLE = "SKYDDSNAT_PROV_TOKEN"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "token"


def test_the_environment_counts_before_the_file(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text("skn_in_the_file\n")
    assert read_secret(VARIABLE, file, refusal=BadConfig) == "skn_in_the_file"
    monkeypatch.setenv(VARIABLE, " skn_in_the_environment ")
    assert read_secret(VARIABLE, file, refusal=BadConfig) == "skn_in_the_environment"


def test_where_there_is_none_there_is_none(file: Path) -> None:
    file.write_text(" \n")
    assert read_secret(VARIABLE, file, refusal=BadConfig) is None
    assert read_secret(VARIABLE, None, refusal=BadConfig) is None


@pytest.mark.parametrize("text", ["two words", "one\nanother", "\ufeffskn_with_a_mark", "skn_å"])
def test_more_than_a_word_is_refused_and_not_shown(file: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    file.write_text(text, encoding="utf-8")
    with pytest.raises(BadConfig, match="holds more than a secret") as refused:
        read_secret(VARIABLE, file, refusal=BadConfig)
    assert text not in str(refused.value)
    monkeypatch.setenv(VARIABLE, "two words")
    with pytest.raises(BadConfig, match=VARIABLE):
        read_secret(VARIABLE, file, refusal=BadConfig)


def test_a_file_that_cannot_be_read_is_named_with_what_to_do(file: Path) -> None:
    with pytest.raises(BadConfig, match=r"token cannot be read \(No such file or directory\).*; write it there"):
        read_secret(VARIABLE, file, refusal=BadConfig)
