"""What `init` writes into a file is what its reader gets, whatever was typed."""

from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.site.config_table import toml_text
from skyddsnat.site.errors import BadConfig


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_every_text_comes_back_as_it_was(text: str) -> None:
    assert tomllib.loads(f"value = {toml_text(text)}") == {"value": text}


def test_bytes_of_another_alphabet_are_refused_and_told() -> None:
    """As a terminal in Latin-1 gives them."""
    with pytest.raises(BadConfig, match="expected text in UTF-8"):
        toml_text(b"Sm\xe5bolaget".decode("utf-8", "surrogateescape"))
