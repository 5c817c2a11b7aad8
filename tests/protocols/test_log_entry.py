"""An entry's text, and the commitment that lets personal details be erased."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.log import BadLog, Personal, commitment, entry_text, leaf_hash, read_entry

PUBLIC = {"id": 1, "action": "signal.revealed", "facts": {"reason": "review", "roles": ["å", "b"]}}
PERSON = Personal("1c3f", None, {})
SALT = bytes(range(32))


def test_the_text_is_known_byte_by_byte() -> None:
    assert entry_text({"id": 1, "action": "å"}, "ab") == (
        'skyddsnat/log-entry/1\n{"action":"å","id":1,"personal":"ab"}\n'.encode()
    )
    assert commitment(PERSON, SALT) == "b7f2336f3ab351a56ef1a509009ff8713234aef886a91a309dfc9086e3181e98"
    assert leaf_hash(entry_text(PUBLIC, "")) != leaf_hash(entry_text(PUBLIC, commitment(PERSON, SALT)))


json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.text(min_size=1, max_size=8).filter(lambda key: key != "personal"), json_values, max_size=5))
def test_what_is_written_is_read_back(public: dict[str, object]) -> None:
    assert read_entry(entry_text(public, "c0")) == {**public, "personal": "c0"}


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"skyddsnat/log-entry/2\n{}\n",
        b"skyddsnat/log-entry/1\n{}",
        b'skyddsnat/log-entry/1\n{"b":1, "a":2}\n',
        b'skyddsnat/log-entry/1\n{"a":1,"a":1}\n',
        b"skyddsnat/log-entry/1\n[]\n",
        b'skyddsnat/log-entry/1\n{"a":NaN}\n',
        b"skyddsnat/log-entry/1\n" + b'{"a":' * 100_000,
    ],
)
def test_a_text_in_another_form_is_refused(text: bytes) -> None:
    with pytest.raises(BadLog):
        read_entry(text)


def test_a_commitment_tells_two_people_apart_and_hides_both() -> None:
    other = Personal("9a77", None, {})
    assert commitment(PERSON, SALT) != commitment(other, SALT)
    assert commitment(PERSON, SALT) != commitment(PERSON, bytes(32)), "the same person twice must not look the same"
    assert commitment(Personal(None, "1c3f", {}), SALT) != commitment(PERSON, SALT)
