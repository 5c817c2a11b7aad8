"""What a client asks of a collection."""

from __future__ import annotations

import contextlib
from urllib.parse import parse_qs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.errors import ProtocolError
from skyddsnat.protocols.stix import read_moment
from skyddsnat.protocols.taxii import BadQuery, PageQuery, VersionFilter, read_cursor, read_query, write_cursor
from skyddsnat.protocols.taxii.query import DEFAULT_LIMIT, MOST


def read(text):
    return read_query(parse_qs(text, keep_blank_values=True))


@given(st.integers(0, 36**12 - 1))
def test_a_cursor_gives_back_its_position(position):
    assert read_cursor(write_cursor(position)) == position


@pytest.mark.parametrize("text", ["", "-1", "A", "å", "1 ", "1\n", "1.0", "z" * 13])
def test_a_next_that_we_never_gave_is_refused(text):
    with pytest.raises(ProtocolError):
        read_cursor(text)


def test_nothing_asked_is_the_newest_version_of_everything():
    assert read("") == PageQuery(after=-1, limit=DEFAULT_LIMIT, versions=VersionFilter(last=True))
    assert read("added_after=&limit=&next=") == read("")


def test_the_position_is_the_greater_of_next_and_added_after():
    moment = read_moment("2026-11-24T12:00:00Z")
    both = f"added_after=2026-11-24T12:00:00Z&next={write_cursor(moment + 5000)}"
    assert read(both).after == moment + 5000
    assert read(f"added_after=2026-11-24T12:00:01Z&next={write_cursor(moment)}").after == moment + 1_000_000
    assert read(f"next={write_cursor(7)}").after == 7


@pytest.mark.parametrize(
    "text",
    [
        "2026-11-24T12:00:00Z",
        "2026-11-24T12:00:00%2B00:00",
        "2026-11-24T12:00:00+00:00",  # the plus arrives as a blank
        "2026-11-24T13:00:00.000%2B01:00",
        "2026-11-24T12:00:00.000000000Z",
    ],
)
def test_added_after_takes_every_spelling_of_a_moment(text):
    assert read(f"added_after={text}").after == read_moment("2026-11-24T12:00:00Z")


@pytest.mark.parametrize(("text", "limit"), [("1", 1), ("0050", 50), ("10000", MOST), ("999999999", MOST)])
def test_a_limit_above_the_maximum_is_cut(text, limit):
    assert read(f"limit={text}").limit == limit


@pytest.mark.parametrize(
    "text",
    [
        "limit=0",
        "limit=-1",
        "limit=ten",
        "limit=1.5",
        "limit=٥",
        "limit=1&limit=2",
        "added_after=2026-13-01",
        "added_after=yesterday",
        "next=%00",
        "next=UPPER",
        "match[name]=x",
        "match[]=x",
        "match[valid_until-gte]=2026-01-01T00:00:00Z",
        "match[version]=newest",
        "match[version]=last,yesterday",
        "match[id]=" + ",".join(f"x{n}" for n in range(501)),
    ],
)
def test_what_cannot_be_answered_is_refused_in_words(text):
    with pytest.raises(BadQuery) as refusal:
        read(text)
    assert "expected" in refusal.value.message


def test_commas_mean_or():
    found = read("match[type]=indicator,sighting&match[id]=a,b&match[spec_version]=2.1&match[version]=first,last")
    assert found.types == {"indicator", "sighting"}
    assert found.ids == {"a", "b"}
    assert found.spec_versions == {"2.1"}
    assert found.versions == VersionFilter(first=True, last=True)


def test_versions_are_named_by_word_or_moment():
    assert read("match[version]=all").versions.all
    moments = read("match[version]=2026-11-24T12:00:00Z,2026-11-24T12:00:00.5Z").versions.moments
    assert {b - a for a in moments for b in moments} == {0, 500_000, -500_000}


def test_parameters_of_others_are_ignored():
    assert read("utm_source=x&foo[bar]=1") == read("")


@given(st.text(max_size=80))
def test_no_query_breaks_the_reader(text):
    with contextlib.suppress(BadQuery):
        assert 1 <= read(text).limit <= MOST
    for name in ("limit", "next", "added_after", "match[version]", "match[id]"):
        with contextlib.suppress(BadQuery):
            assert 1 <= read_query({name: [text]}).limit <= MOST
