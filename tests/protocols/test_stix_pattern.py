"""Patterns of one comparison."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stix2patterns.v21.pattern import Pattern

from skyddsnat.policy.vocabulary import HashKind, SignalType
from skyddsnat.protocols.stix import BadPattern, Compared, read_pattern, write_pattern
from tests.protocols.examples import VALUES


@pytest.mark.parametrize(("type", "value", "kind"), VALUES)
def test_what_we_write_we_read(type, value, kind):
    assert read_pattern(*write_pattern(type, value, hash_kind=kind)) == Compared(type, value, kind)


@given(st.text(min_size=1, max_size=60))
def test_no_value_can_leave_its_quotes(value):
    pattern_type, pattern = write_pattern(SignalType.URL, value)
    assert read_pattern(pattern_type, pattern) == Compared(SignalType.URL, value)


@given(st.text(alphabet=st.characters(categories=["L", "N", "P", "S"], max_codepoint=0x2FFF), min_size=1, max_size=30))
def test_the_standards_own_parser_reads_the_same_value(value):
    pattern = Pattern(write_pattern(SignalType.URL, value)[1])
    found = []
    pattern.walk(_Values(found))
    assert found == [value]


def _Values(found):
    from stix2patterns.v21.grammars.STIXPatternListener import STIXPatternListener

    class Listener(STIXPatternListener):
        def enterPrimitiveLiteral(self, ctx):
            found.append(ctx.getText()[1:-1].replace("\\'", "'").replace("\\\\", "\\"))

    return Listener()


@pytest.mark.parametrize(
    ("pattern", "kind"),
    [
        ("[file:hashes.'SHA-256' = 'ab']", HashKind.SHA256),
        ("[file:hashes.SHA256 = 'ab']", HashKind.SHA256),
        ("[file:hashes.'SHA-1'='ab']", HashKind.SHA1),
        ("[ file:hashes.MD5 = 'ab' ]", HashKind.MD5),
        ("[file:hashes.'md5' = 'ab']", HashKind.MD5),
        ("[file:hashes.PDQ = 'ab']", HashKind.PDQ),
    ],
)
def test_hash_names_are_read_as_clients_write_them(pattern, kind):
    assert read_pattern("stix", pattern) == Compared(SignalType.HASH, "ab", kind)


@pytest.mark.parametrize(
    "pattern",
    [
        "",
        "name.example",
        "[domain-name:value = 'a.example'] OR [domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example' OR domain-name:value = 'b.example']",
        "[domain-name:value = 'a.example'] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'",
        "[domain-name:value LIKE 'a%']",
        "[domain-name:value != 'a.example']",
        "[domain-name:value = 'a.exa\\mple']",
        "[domain-name:value = 'a.example'']",
        "[domain-name:value = '']",
        "[domain-name:value = 'a.example'",
        "[ipv4-addr:value = '192.0.2.1']",
        "[file:hashes.'SSDEEP' = 'ab']",
        "[file:name = 'a']",
        "[url:value = '" + "a" * 5000 + "']",
    ],
)
def test_what_no_agent_could_enforce_is_refused_without_repeating_it(pattern):
    with pytest.raises(BadPattern) as refusal:
        read_pattern("stix", pattern)
    assert "expected" in refusal.value.message
    assert "a.ex" not in refusal.value.message
    assert "192.0.2.1" not in refusal.value.message


@pytest.mark.parametrize("pattern_type", [None, "", "sigma", "STIX", 1, ["stix"]])
def test_other_languages_of_patterns_are_refused(pattern_type):
    with pytest.raises(BadPattern):
        read_pattern(pattern_type, "[domain-name:value = 'a.example']")


def test_a_trailing_line_feed_is_not_part_of_a_value():
    assert read_pattern("stix", "[domain-name:value = 'a.example']\n").text == "a.example"


@given(st.text(max_size=80))
def test_no_text_breaks_the_reader(text):
    for pattern_type in ("stix", "skyddsnat-term"):
        with contextlib.suppress(BadPattern):
            assert read_pattern(pattern_type, text).text
