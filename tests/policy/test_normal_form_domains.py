"""One spelling for a domain, and a reason for what is none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.normal_form import NotNormal, Reason, defang, normalise, registrable_domain
from skyddsnat.policy.vocabulary import SignalType


def domain(text: str) -> str:
    return normalise(SignalType.DOMAIN, text).value


def refusal(text: str) -> Reason:
    with pytest.raises(NotNormal) as refused:
        domain(text)
    return refused.value.reason


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("example.test", "example.test"),
        ("  Example.TEST.\n", "example.test"),
        ("bad[.]example[.]test", "bad.example.test"),
        ("ｅｘａｍｐｌｅ。test", "example.test"),
        ("RÄKSMÖRGÅS.test", "xn--rksmrgs-5wao1o.test"),
        ("ra\u0308k.test", "xn--rk-via.test"),
        ("XN--RK-VIA.test", "xn--rk-via.test"),
        ("straße.test", "xn--strae-oqa.test"),
        ("exam\u00adple.test", "example.test"),
        ("日本ひらカタabc.test", "xn--abc-0c4bpeui6e2846bdoc.test"),
        ("r3---sn.cdn.test", "r3---sn.cdn.test"),
        # joiners where RFC 5892 appendix A lets them stand: between letters that join, and after a virama
        ("نامه\u200cای.test", "xn--mgba3gch31f060k.test"),
        ("xn--mgba3gch31f060k.test", "xn--mgba3gch31f060k.test"),
        ("क्\u200cष.test", "xn--11b2ezcs70k.test"),
        ("क्\u200dष.test", "xn--11b2ezcw70k.test"),
    ],
)
def test_different_spellings_of_one_domain_become_one(written: str, value: str) -> None:
    assert domain(written) == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("", Reason.EMPTY),
        (" \ufeff\n", Reason.EMPTY),
        ("test", Reason.SINGLE_LABEL),
        ("test.", Reason.SINGLE_LABEL),
        ("a..test", Reason.NOT_A_DOMAIN),
        (".a.test", Reason.NOT_A_DOMAIN),
        ("a.test..", Reason.NOT_A_DOMAIN),
        ("a!b.test", Reason.NOT_A_DOMAIN),
        ("-a.test", Reason.HYPHEN),
        ("a-.test", Reason.HYPHEN),
        ("*.a.test", Reason.WILDCARD),
        ("a_b.test", Reason.UNDERSCORE),
        ("a b.test", Reason.SPACES),
        ("someone@a.test", Reason.EMAIL_GIVEN),
        ("https://a.test", Reason.URL_GIVEN),
        ("hxxps://a[.]test/x", Reason.URL_GIVEN),
        ("a.test/x", Reason.URL_GIVEN),
        ("a.test?x", Reason.URL_GIVEN),
        ("a.test\\x", Reason.URL_GIVEN),
        ("a.test:8080", Reason.PORT_GIVEN),
        ("a\x00b.test", Reason.BAD_CHARACTERS),
        ("a\ud800.test", Reason.BAD_CHARACTERS),
        ("xn--a.test", Reason.IDN_NOT_ALLOWED),
        ("xn--rk-via-.test", Reason.IDN_NOT_ALLOWED),
        ("i❤.test", Reason.IDN_NOT_ALLOWED),
        ("a\u200cb.test", Reason.IDN_NOT_ALLOWED),
        ("a\u200db.test", Reason.IDN_NOT_ALLOWED),
        ("क\u200dष.test", Reason.IDN_NOT_ALLOWED),
        ("نامه\u200c.test", Reason.IDN_NOT_ALLOWED),
        ("क्\u200dа.test", Reason.MIXED_SCRIPT),
        ("a" * 64 + ".test", Reason.TOO_LONG),
        ("ä" * 60 + ".test", Reason.TOO_LONG),
        (".".join(["a" * 60] * 5), Reason.TOO_LONG),
        ("a" * 5000, Reason.TOO_LONG),
    ],
)
def test_what_is_no_domain_is_refused_with_the_reason(written: str, reason: Reason) -> None:
    assert refusal(written) is reason


@pytest.mark.parametrize(
    "written",
    [
        "192.0.2.1",
        "192[.]0[.]2[.]1",
        "１９２．０．２．１",
        "192.0.2.0/24",
        "2001:db8::1",
        "[2001:db8::1]",
        "3221225985",
        "0xc0000201",
        "0300.0.2.1",
        "192.0.513",
        "a.test.1",
        "0x7f.1",
    ],
)
def test_an_ip_address_in_any_spelling_is_not_a_domain(written: str) -> None:
    assert refusal(written) is Reason.IP_GIVEN


@pytest.mark.parametrize("written", ["аpple.test", "аpp1e.test", "εχαmple.test", "тест漢.test", "ไทยabc.test"])
def test_scripts_mixed_in_one_label_are_refused(written: str) -> None:
    assert refusal(written) is Reason.MIXED_SCRIPT


def test_mixed_scripts_are_refused_when_they_come_as_punycode() -> None:
    hidden = "xn--" + "аpple".encode("punycode").decode() + ".test"
    assert refusal(hidden) is Reason.MIXED_SCRIPT


def test_a_mixed_script_is_named_without_the_name() -> None:
    with pytest.raises(NotNormal) as refused:
        domain("аpple.test")
    assert refused.value.detail == "Cyrillic + Latin"
    assert refused.value.__cause__ is None


def test_a_label_that_only_looks_latin_is_accepted_and_flagged_for_the_reviewer() -> None:
    form = normalise(SignalType.DOMAIN, "раураӏ.test")
    assert form.value == "xn--80aa0cbo65f.test"
    assert form.looks_like == "paypal.test"
    assert form.scripts == ("Cyrillic", "Latin")


@pytest.mark.parametrize("honest", ["сайт.test", "räk.test", "example.test", "сор.xn--p1ai"])
def test_an_honest_name_is_not_flagged(honest: str) -> None:
    assert normalise(SignalType.DOMAIN, honest).looks_like is None


def test_people_see_the_readable_form_and_the_registrable_domain_is_known() -> None:
    form = normalise(SignalType.DOMAIN, "a.b.RÄK.co.uk")
    assert form.display == "a.b.räk.co.uk"
    assert registrable_domain(form.value) == "xn--rk-via.co.uk"
    assert form.host == form.value


def test_a_public_suffix_has_no_registrable_domain() -> None:
    assert registrable_domain(domain("github.io")) is None
    assert registrable_domain(domain("a.github.io")) == "a.github.io"


@given(st.one_of(st.text(max_size=80), st.from_regex(r"[\wа-яα-ω.\-\[\]:/@。]{1,70}\.[a-z]{2,6}", fullmatch=True)))
def test_a_domain_in_normal_form_normalises_to_itself_and_nothing_else_gets_through(text: str) -> None:
    try:
        form = normalise(SignalType.DOMAIN, text)
    except NotNormal:
        return
    assert normalise(SignalType.DOMAIN, form.value) == form
    assert normalise(SignalType.DOMAIN, form.display).value == form.value
    assert normalise(SignalType.DOMAIN, defang(form.value)).value == form.value
    assert normalise(SignalType.DOMAIN, form.value.upper() + ".").value == form.value
    assert form.value.isascii()
    assert form.value == form.value.lower()
    assert 3 <= len(form.value) <= 253
    assert all(0 < len(label) < 64 for label in form.value.split("."))
