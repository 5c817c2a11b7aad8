"""One spelling for hashes and terms."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.normal_form import NotNormal, Reason, normalise
from skyddsnat.policy.vocabulary import HashKind, SignalType


def refusal(type: SignalType, text: str, hash_kind: HashKind | None = None) -> Reason:
    with pytest.raises(NotNormal) as refused:
        normalise(type, text, hash_kind=hash_kind)
    return refused.value.reason


@pytest.mark.parametrize(("digits", "kind"), [(32, HashKind.MD5), (40, HashKind.SHA1)])
def test_the_length_tells_the_kind_where_it_can(digits: int, kind: HashKind) -> None:
    form = normalise(SignalType.HASH, " " + "aB" * (digits // 2))
    assert (form.value, form.hash_kind) == ("ab" * (digits // 2), kind)


def test_sixty_four_digits_need_to_be_told_apart() -> None:
    assert refusal(SignalType.HASH, "ab" * 32) is Reason.HASH_KIND_NEEDED
    for kind in (HashKind.SHA256, HashKind.PDQ):
        assert normalise(SignalType.HASH, "ab" * 32, hash_kind=kind).hash_kind is kind


@pytest.mark.parametrize("digits", [31, 33, 39, 41, 63, 65, 128])
def test_a_hash_of_another_length_is_refused(digits: int) -> None:
    assert refusal(SignalType.HASH, "a" * digits) is Reason.BAD_HASH_LENGTH


@pytest.mark.parametrize("kind", HashKind)
def test_a_hash_has_the_length_of_the_kind_it_is_said_to_be(kind: HashKind) -> None:
    assert refusal(SignalType.HASH, "a" * 50, kind) is Reason.BAD_HASH_LENGTH


def test_a_hash_has_only_hexadecimal_digits() -> None:
    assert refusal(SignalType.HASH, "g" * 32) is Reason.BAD_HASH_ALPHABET
    assert refusal(SignalType.HASH, "٣" * 32) is Reason.BAD_HASH_ALPHABET


def test_the_hash_of_an_empty_file_or_a_blank_picture_is_no_signal() -> None:
    assert refusal(SignalType.HASH, "d41d8cd98f00b204e9800998ecf8427e") is Reason.HASH_OF_NOTHING
    assert refusal(SignalType.HASH, "0" * 64, HashKind.PDQ) is Reason.HASH_OF_NOTHING


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("  Two   Words\t", "two words"),
        ("ＷＩＤＥ word", "wide word"),
        ("hid\u200bden", "hidden"),
        ("Straße", "strasse"),
        ("Å\u030a"[0] + "ngström", "ångström"),
        ("🍒 x", "🍒 x"),
    ],
)
def test_different_spellings_of_one_term_become_one(written: str, value: str) -> None:
    assert normalise(SignalType.TERM, written).value == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("a", Reason.TOO_SHORT),
        ("\u200b\u200b\u200b", Reason.TOO_SHORT),
        ("word " * 41, Reason.TOO_LONG),
        ("see http://a.test", Reason.ADDRESS_GIVEN),
        ("see hxxp://a", Reason.ADDRESS_GIVEN),
        ("www.a.test", Reason.ADDRESS_GIVEN),
        ("a.test", Reason.ADDRESS_GIVEN),
        ("a[.]test/x", Reason.ADDRESS_GIVEN),
        ("someone@a.test", Reason.ADDRESS_GIVEN),
        ("192.0.2.1", Reason.ADDRESS_GIVEN),
        ("2001:db8::1", Reason.ADDRESS_GIVEN),
        ("a\x07b", Reason.BAD_CHARACTERS),
    ],
)
def test_what_is_no_term_is_refused_with_the_reason(written: str, reason: Reason) -> None:
    assert refusal(SignalType.TERM, written) is reason


@given(st.text(max_size=60))
def test_a_term_in_normal_form_normalises_to_itself(text: str) -> None:
    try:
        form = normalise(SignalType.TERM, text)
    except NotNormal:
        return
    assert normalise(SignalType.TERM, form.value) == form


@given(st.sampled_from(SignalType), st.text(max_size=200), st.sampled_from([None, *HashKind]))
def test_whatever_is_written_the_answer_is_a_form_or_a_reason_and_the_reason_quotes_nothing(
    type: SignalType, text: str, kind: HashKind | None
) -> None:
    refusals: list[NotNormal] = []
    try:
        normalise(type, text, hash_kind=kind)
    except NotNormal as refused:
        refusals.append(refused)
    assert all(refused.code == refused.reason.value for refused in refusals)
    assert all(len(text.strip()) < 8 or text.strip() not in str(refused) for refused in refusals)
