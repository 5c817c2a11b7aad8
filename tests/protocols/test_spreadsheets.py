"""A cell stays text in every spreadsheet, whichever sign it takes for the end of a cell."""

from __future__ import annotations

import csv
import io
import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.spreadsheets import safe_cell, write_table

DANGERS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "\u200b=1",
    "\ufeff=1",
    "\u00a0=1",
    "\uff1d1",  # full-width equals sign
    "\uff0b1",
    "\uff0d1",
    "\uff201",
    "\u22121",  # minus sign
    "\u20131",  # en dash
    "=cmd|' /C calc'!A0",
    "%0A=1",
    "|cmd",
    '=HYPERLINK("http://a.test")',
    "a;=1",
    "a,@1",
    "a\t+1",
    "a\n=1",
    'a";=1',
]


def cells_as_any_spreadsheet_sees_them(data: bytes) -> list[str]:
    """The cells under each separator that a spreadsheet may expect, without what cannot be seen."""
    text = data.decode("utf-8-sig")
    found = []
    for separator in ",;\t|":
        for row in csv.reader(io.StringIO(text), delimiter=separator):
            found += row
    return found


def is_a_formula(cell: str) -> bool:
    """Whether any program could take the cell for one; a quotation mark left over by another separator is looked through."""
    bare = cell.lstrip('"')
    first = next((sign for sign in bare if unicodedata.category(sign) not in {"Cc", "Cf", "Zs"}), "")
    return unicodedata.normalize("NFKC", first)[:1] in set("=+-@|%") or unicodedata.category(first or "x") == "Pd"


@pytest.mark.parametrize("text", DANGERS)
def test_nothing_that_begins_like_a_formula_is_left_as_it_was(text: str) -> None:
    data = write_table(["value"], [[text]])
    assert not [cell for cell in cells_as_any_spreadsheet_sees_them(data) if is_a_formula(cell) and cell != ""]


@given(st.text(alphabet=st.sampled_from(list("=+-@|%;,\t\r\n\"' a1\u200b\uff1d\u2212")), max_size=12))
def test_no_mixture_of_signs_gets_through(text: str) -> None:
    (row,) = list(csv.reader(io.StringIO(write_table(["x"], [[text]]).decode("utf-8-sig")), strict=True))[1:] or [[""]]
    assert not any(is_a_formula(part) for part in row)
    assert not any(is_a_formula(part) for part in re.split(r"[;,\t\r\n|]", safe_cell(text)))


@pytest.mark.parametrize(
    "text", ["ett-tva.test", "https://ett.test/a?b=c&d=-1", "a" * 64, "123456", "två ord", "xn--80ak6aa92e.test"]
)
def test_an_ordinary_value_is_not_changed(text: str) -> None:
    assert safe_cell(text) == text


def test_the_check_itself_sees_a_formula() -> None:
    plain = io.StringIO()
    csv.writer(plain).writerow(["=1"])
    assert any(is_a_formula(cell) for cell in cells_as_any_spreadsheet_sees_them(plain.getvalue().encode()))
