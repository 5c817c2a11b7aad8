"""The search box of the catalogue."""

from __future__ import annotations

import logging

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.knowledge.search import Found, find
from tests.cast import Cast


@pytest.fixture
def reader(cast: Cast, client: Client) -> Client:
    """An analyst of an operator, signed in and reading English."""
    client = cast.sign_in(client, cast.person("alfa", "analyst"))
    client.cookies["language"] = "en"
    return client


def search(reader: Client, words: str) -> str:
    response = reader.post(reverse("knowledge:search"), {"words": words})
    assert response.status_code == 200
    return response.content.decode()


@pytest.mark.parametrize(
    ("words", "kind", "found"),
    [
        ("stoppsida", Found.MEASURE, "SKM-NET-05"),
        ("STOP PAGE", Found.MEASURE, "SKM-NET-05"),
        ("TEC-COE-02", Found.TECHNIQUE, "TEC-COE-02"),
        ("hopping domains", Found.TECHNIQUE, "TEC-ACC-04"),
        ("unblocking", Found.METRIC, "MET-LST-03"),
        ("konkurrensrätten", Found.QUESTION, "MQ-A4"),
        ("Norway", Found.ENTRY, "KB-017"),
        ("disputed", Found.WORD, "state-disputed"),
        ("interpol", Found.SOURCE, "SRC-IWOL"),
    ],
)
def test_words_of_either_language_find_every_kind(words: str, kind: Found, found: str) -> None:
    assert (kind, found) in {(hit.kind, hit.id) for hit in find(words)}


def test_every_word_must_be_there() -> None:
    one, both = find("police"), find("police encryption")
    assert 0 < len(both) < len(one)
    assert find("police zzzz") == ()


def test_no_words_find_nothing() -> None:
    assert find("   ") == ()


@given(st.text(max_size=40))
def test_any_words_are_searched_without_a_fault(words: str) -> None:
    hits = find(words)
    assert len(hits) == len(set(hits))


@given(st.sampled_from(sorted(load_catalogue().measures)), st.sampled_from(["sv", "en"]))
def test_a_measure_is_found_by_its_own_name(measure: str, language: str) -> None:
    name = load_catalogue().measures[measure].name.get(language)
    assert measure in {hit.id for hit in find(name)}


def test_hits_are_linked_and_counted(reader: Client) -> None:
    html = search(reader, "overblocking")
    assert reverse("knowledge:measure", args=["SKM-NET-08"]) in html
    assert "hits" in html


def test_nothing_found_says_what_to_do_next(reader: Client) -> None:
    html = search(reader, "qqqqq")
    assert "Nothing has all of these words" in html
    assert "Try fewer words" in html


def test_a_word_of_one_letter_is_refused_with_a_reason(reader: Client) -> None:
    html = search(reader, "a")
    assert "at least 2 characters" in html
    assert "Nothing has all of these words" not in html


def test_what_was_typed_comes_back_escaped(reader: Client) -> None:
    html = search(reader, "<script>alert(1)</script>")
    assert "<script>alert(1)" not in html


def test_what_was_typed_is_in_no_address_title_or_log(reader: Client, caplog: pytest.LogCaptureFixture) -> None:
    """Someone may paste a listed address into any search box."""
    with caplog.at_level(logging.DEBUG):
        html = search(reader, "d1.example-1.test")
    assert "d1.example-1.test" not in caplog.text
    assert "d1.example-1.test" not in html[: html.index("</head>")]
    assert 'method="post"' in html


def test_words_in_an_address_are_not_searched(reader: Client) -> None:
    html = reader.get(reverse("knowledge:search") + "?words=dns").content.decode()
    assert 'value="dns"' not in html
    assert reverse("knowledge:measure", args=["SKM-NET-01"]) not in html
