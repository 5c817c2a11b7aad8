"""Headers that negotiate form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.taxii import accepts_gzip, accepts_taxii, is_taxii, matches_etag

GOOD_ACCEPT = [
    None,
    "",
    "  ",
    "application/taxii+json;version=2.1",
    "application/taxii+json; version=2.1",
    "application/taxii+json ; version=2.1",
    'application/taxii+json;version="2.1"',
    "Application/TAXII+JSON;Version=2.1",
    "application/taxii+json",
    "application/taxii+json;version=2.1;q=0.5",
    "*/*",
    "application/*",
    "application/json, text/plain, */*",
    "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
    "application/vnd.oasis.taxii+json; version=2.0, application/taxii+json; version=2.1",
    "text/html;q=0, application/taxii+json",
    "application/taxii+json;q=0, application/taxii+json;version=2.1",
]
BAD_ACCEPT = [
    "application/taxii+json;version=2.0",
    "application/taxii+json;version=2.1.1",
    "application/taxii+json;version=",
    "application/taxii+jsonx",
    "application/xtaxii+json;version=2.1",
    "text/html",
    "text/*",
    "application/json",
    "application/vnd.oasis.taxii+json; version=2.0",
    "application/taxii+json;version=2.1;version=2.0",
    "application/taxii+json;version=2.1;q=0",
    "*/*, application/taxii+json;version=2.1;q=0",
    "*/*;q=0",
    "application/taxii+json;version=2.1;q=7",
    "nonsense",
    ",",
    'application/x;a="application/taxii+json;version=2.1"',
]


@pytest.mark.parametrize("header", GOOD_ACCEPT)
def test_a_client_that_takes_our_answers_is_served(header):
    assert accepts_taxii(header)


@pytest.mark.parametrize("header", BAD_ACCEPT)
def test_a_client_that_does_not_is_told_so(header):
    assert not accepts_taxii(header)


@pytest.mark.parametrize(
    ("header", "taken"),
    [
        ("application/taxii+json;version=2.1", True),
        ("application/taxii+json; version=2.1", True),
        ("application/taxii+json", True),
        ("application/taxii+json;version=2.1;charset=UTF-8", True),
        ("application/taxii+json;version=2.1;charset=latin-1", False),
        ("application/taxii+json;version=2.0", False),
        ("application/json", False),
        ("application/stix+json;version=2.1", False),
        ("*/*", False),
        ("application/*", False),
        ("application/taxii+json, application/taxii+json", False),
        ("", False),
        (None, False),
    ],
)
def test_a_body_must_say_what_it_is(header, taken):
    assert is_taxii(header) is taken


@pytest.mark.parametrize(
    ("header", "asked"),
    [
        ("gzip", True),
        ("gzip, deflate, br", True),
        ("br;q=1.0, gzip;q=0.8", True),
        ("*", True),
        ("GZIP", True),
        ("identity", False),
        ("gzip;q=0", False),
        ("*, gzip;q=0", False),
        ("gzipped", False),
        ("", False),
        (None, False),
    ],
)
def test_gzip_is_given_when_it_is_asked_for(header, asked):
    assert accepts_gzip(header) is asked


@pytest.mark.parametrize(
    ("header", "same"),
    [
        ('W/"abc"', True),
        ('"abc"', True),
        ('"x", W/"abc"', True),
        ("*", True),
        ('W/"abcd"', False),
        ("abc", False),
        ("", False),
        (None, False),
    ],
)
def test_an_etag_is_compared_weakly(header, same):
    assert matches_etag(header, 'W/"abc"') is same


@given(st.text(max_size=200))
def test_no_header_breaks_the_readers(header):
    assert accepts_taxii(header) in {True, False}
    assert is_taxii(header) in {True, False}
    assert accepts_gzip(header) in {True, False}
    assert matches_etag(header, 'W/"abc"') in {True, False}


def test_a_header_of_absurd_length_is_read_as_nothing():
    assert not accepts_taxii("text/html," * 300 + "*/*")
    assert not matches_etag('"x",' * 600 + '"abc"', '"abc"')


@given(st.sampled_from(GOOD_ACCEPT[3:]), st.text(alphabet='ab/;,="\\ *', max_size=20))
def test_rubbish_beside_a_good_type_does_not_hide_it(good, rubbish):
    if '"' not in rubbish:  # an open quote swallows what follows it
        assert accepts_taxii(f"{good}, text/x, {rubbish}") or "*/*" in rubbish or "*" in rubbish
