"""One spelling for a web address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.normal_form import NotNormal, Reason, defang, normalise, registrable_domain
from skyddsnat.policy.vocabulary import SignalType


def url(text: str) -> str:
    return normalise(SignalType.URL, text).value


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("http://example.test", "http://example.test/"),
        ("HTTPS://Example.TEST.:443/", "https://example.test/"),
        ("http://example.test:80/", "http://example.test/"),
        ("http://example.test:0080/", "http://example.test/"),
        ("http://example.test:/", "http://example.test/"),
        ("https://example.test:80/", "https://example.test:80/"),
        ("hxxps://bad[.]example[.]test/a.b", "https://bad.example.test/a.b"),
        ("http://example.test/a/./b/../c", "http://example.test/a/c"),
        ("http://example.test/a/%2e%2E/c", "http://example.test/c"),
        ("http://example.test/../../c/..", "http://example.test/"),
        ("http://example.test/%7euser/%c3%a5", "http://example.test/~user/%C3%A5"),
        ("http://example.test/å?q=å", "http://example.test/%C3%A5?q=%C3%A5"),
        ("http://example.test/100%", "http://example.test/100%25"),
        ("http://example.test/%%341", "http://example.test/%2541"),
        ("http://example.test/A?b=2&a=1#part", "http://example.test/A?b=2&a=1"),
        ("http://example.test?x", "http://example.test/?x"),
        ("http://räk.test/", "http://xn--rk-via.test/"),
        ("http://192.0.2.1/x", "http://192.0.2.1/x"),
        ("http://[2001:DB8:0::1]:8080/", "http://[2001:db8::1]:8080/"),
        ("http://example.test/a|b", "http://example.test/a%7Cb"),
    ],
)
def test_different_spellings_of_one_url_become_one(written: str, value: str) -> None:
    assert url(written) == value


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("example.test/x", Reason.SCHEME_MISSING),
        ("//example.test/x", Reason.SCHEME_MISSING),
        ("example.test:8080/x", Reason.SCHEME_MISSING),
        ("ftp://example.test/", Reason.SCHEME_NOT_WEB),
        ("javascript:alert(1)", Reason.SCHEME_NOT_WEB),
        ("data:text/plain,x", Reason.SCHEME_NOT_WEB),
        ("http://name:word@example.test/", Reason.USERINFO),
        ("http://example.test:70000/", Reason.BAD_PORT),
        ("http://example.test:0/", Reason.BAD_PORT),
        ("http://example.test:x/", Reason.NOT_A_URL),
        ("http:///x", Reason.NOT_A_URL),
        ("http://example.test/\\x", Reason.NOT_A_URL),
        ("http://example.test/a b", Reason.SPACES),
        ("http://0x7f.1/", Reason.IP_FORM),
        ("http://3221225985/", Reason.IP_FORM),
        ("http://[fe80::1%25eth0]/", Reason.IP_FORM),
        ("http://[nonsense]/", Reason.IP_FORM),
        ("http://localhost/", Reason.SINGLE_LABEL),
        ("http://аpple.test/", Reason.MIXED_SCRIPT),
        ("http://example.test/" + "a" * 2000, Reason.TOO_LONG),
        ("http://example.test/" + "å" * 400, Reason.TOO_LONG),
    ],
)
def test_what_is_no_web_address_is_refused_with_the_reason(written: str, reason: Reason) -> None:
    with pytest.raises(NotNormal) as refused:
        url(written)
    assert refused.value.reason is reason


def test_a_url_knows_its_host_and_registrable_domain() -> None:
    form = normalise(SignalType.URL, "https://a.b.RÄK.co.uk/x")
    assert (form.host, registrable_domain(str(form.host))) == ("a.b.xn--rk-via.co.uk", "xn--rk-via.co.uk")
    assert form.display == "https://a.b.räk.co.uk/x"


def test_a_url_on_an_ip_address_has_no_domain() -> None:
    form = normalise(SignalType.URL, "http://192.0.2.1/")
    assert form.host is None


_tail = st.text(st.sampled_from("abcÅå./%2eE3?#&=[]|~ \\:@'\"é漢"), max_size=40)
_host = st.sampled_from(
    ["Example.TEST", "räk.test", "192.0.2.1", "[2001:DB8::1]", "a[.]test", "b.test:443", "c.test:81"]
)


@given(
    st.one_of(
        st.text(max_size=60),
        st.builds(lambda s, h, t: f"{s}://{h}/{t}", st.sampled_from(["http", "hxxps"]), _host, _tail),
    )
)
def test_a_url_in_normal_form_normalises_to_itself(text: str) -> None:
    try:
        form = normalise(SignalType.URL, text)
    except NotNormal:
        return
    assert normalise(SignalType.URL, form.value) == form
    assert normalise(SignalType.URL, form.display).value == form.value
    assert normalise(SignalType.URL, defang(form.value)).value == form.value
    assert form.value.isascii()
    assert form.value.startswith(("http://", "https://"))
    assert "#" not in form.value
