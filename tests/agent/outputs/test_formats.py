"""Each form of the list stops what the signals say and nothing else, as far as it can; what it cannot is counted."""

from __future__ import annotations

import re
import struct
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.agent.config import OutputKind
from skyddsnat.agent.outputs.formats import VERSION_KEY, Compiled, make
from skyddsnat.policy.coverage import Coverage, Listed, is_url
from skyddsnat.policy.normal_form import normalise
from skyddsnat.policy.vocabulary import Scope, SignalType
from skyddsnat.protocols.rpz import Action, Policy, Row, compile_list

NOW = datetime(2026, 11, 24, tzinfo=UTC)
NX = Policy()
PAGE = Policy(action=Action.PAGE, ipv4=IPv4Address("192.0.2.80"), ipv6=IPv6Address("2001:db8::80"))

labels = st.sampled_from(["a", "b", "c", "xn--rksmrgs-5wao1o", "a-b"])
domains = st.lists(labels, min_size=1, max_size=3).map(lambda parts: ".".join([*parts, "test"]))
paths = st.text(st.sampled_from("ab.?=&()[]+*$^|{}~%/-å"), max_size=8).map(lambda text: text.replace("%", "%25"))
urls = st.builds(
    lambda scheme, host, port, path: normalise(SignalType.URL, f"{scheme}://{host}{port}/{path}").value,
    st.sampled_from(["http", "https"]),
    domains | st.just("192.0.2.9"),
    st.sampled_from(["", ":8080"]),
    paths,
)
rows = st.builds(Row, domains, st.sampled_from(Scope), st.none()) | st.builds(
    Row, urls, st.just(Scope.EXACT), st.none()
)


def compiled(found: list[Row], policy: Policy = NX) -> Compiled:
    made = compile_list(found, now=NOW, policy=policy, zones=("hot.test",))
    return Compiled(version=made.version, policy=policy, entries=sorted(made.entries))


lists = st.lists(rows, max_size=12).map(compiled)


def text_lines(kind: OutputKind, one: Compiled) -> list[str]:
    """The lines, of which the first says the version."""
    first, _, *rest = make(kind, one).content.decode("ascii").splitlines()
    assert first == f"# skyddsnat list {one.version}"
    return rest


def near(one: Compiled) -> set[str]:
    """Names that are listed, or nearly."""
    found = {"test", "other.test"}
    for name, _ in one.entries:
        host = name.split("/")[2].partition(":")[0] if is_url(name) else name
        found |= {host, f"x.{host}", f"x{host}", host.partition(".")[2], f"www.{host}"}
    return found - {""}


@given(lists)
def test_plain_and_proxy_domains_stop_exactly_the_listed_domains(one: Compiled) -> None:
    wanted = Coverage(one.entries)
    plain = set(text_lines(OutputKind.DOMAINS, one))
    proxy = text_lines(OutputKind.SQUID_DOMAINS, one)
    for name in near(one):
        above = [name.split(".", count)[-1] for count in range(1, name.count(".") + 1)]
        assert (name in plain or any(f"*.{one}" in plain for one in above)) == wanted.blocks(name)
        by_proxy = any(name == line or (line[0] == "." and f".{name}".endswith(line)) for line in proxy)
        assert by_proxy == wanted.blocks(name)


@given(lists)
def test_a_hosts_file_stops_no_more_than_the_list_and_says_what_it_narrows(one: Compiled) -> None:
    made = make(OutputKind.HOSTS, one)
    stopped = {line.split()[1] for line in text_lines(OutputKind.HOSTS, one)}
    assert stopped == {name for name, _ in one.entries if not is_url(name)}
    assert made.narrowed == sum(scope is Scope.SUBDOMAINS for _, scope in one.entries)
    assert made.entries + made.left_out == len(one.entries)


@given(lists)
def test_url_lists_match_the_listed_urls_and_none_beside_them(one: Compiled) -> None:
    listed = [name for name, _ in one.entries if is_url(name)]
    assert text_lines(OutputKind.URLS, one) == listed
    patterns = [re.compile(line) for line in text_lines(OutputKind.SQUID_URLS, one)]
    for url in listed:
        host = url.split("/")[2]
        others = {f"{url}x", url[:-1], url.replace(".", "x"), url.swapcase(), f"x{url}", host, f"{host}:443"} - {
            *listed
        }
        assert any(pattern.search(url) for pattern in patterns)
        assert not [other for other in others if any(pattern.search(other) for pattern in patterns)]


@given(lists)
def test_the_constant_database_answers_as_the_list_does(one: Compiled) -> None:
    table = read_database(make(OutputKind.DNSDIST, one).content)
    assert table.pop(VERSION_KEY) == one.version.encode()
    wanted = Coverage(one.entries)
    for name in near(one):
        parts = name.split(".")
        suffixes = [wire(parts[place:]) for place in range(len(parts))]
        assert (name.encode() in table or any(suffix in table for suffix in suffixes)) == wanted.blocks(name)


@given(lists)
def test_json_says_the_whole_list(one: Compiled) -> None:
    said = orjson.loads(make(OutputKind.JSON, one).content)
    entries = [Listed(each["name"], Scope(each["scope"])) for each in said["domains"]]
    assert sorted([*entries, *(Listed(url, Scope.EXACT) for url in said["urls"])]) == list(one.entries)
    assert (said["version"], said["action"], said["addresses"]) == (one.version, "nx", [])


@pytest.mark.parametrize("kind", [kind for kind in OutputKind if not kind.takes_urls])
def test_a_url_leaves_no_trace_where_urls_cannot_be_told_apart(kind: OutputKind) -> None:
    made = make(kind, compiled([Row("https://shared.test/bad", Scope.EXACT), Row("bad.test", Scope.SUBDOMAINS)]))
    assert b"shared" not in made.content
    assert (made.entries, made.left_out) == (1, 1)


def test_where_a_page_is_shown_the_hosts_file_points_at_it() -> None:
    one = compiled([Row("bad.test", Scope.EXACT)], PAGE)
    assert text_lines(OutputKind.HOSTS, one) == ["192.0.2.80 bad.test", "2001:db8::80 bad.test"]
    assert orjson.loads(make(OutputKind.JSON, one).content)["addresses"] == ["192.0.2.80", "2001:db8::80"]


def wire(parts: list[str]) -> bytes:
    return b"".join(bytes([len(part)]) + part.encode() for part in parts) + b"\0"


def read_database(content: bytes) -> dict[bytes, bytes]:
    """Every record, each found again the way that readers look: by its hash, from its table, up to the first empty slot."""
    pointers = struct.unpack_from("<512I", content)
    place, end, found = 2048, min([*pointers[::2]]), {}
    while place < end:
        key_length, length = struct.unpack_from("<II", content, place)
        key = content[place + 8 : place + 8 + key_length]
        found[key] = content[place + 8 + key_length : place + 8 + key_length + length]
        assert look_up(content, key) == place
        place += 8 + key_length + length
    return found


def look_up(content: bytes, key: bytes) -> int | None:
    number = 5381
    for byte in key:
        number = ((number << 5) + number & 0xFFFFFFFF) ^ byte
    table, size = struct.unpack_from("<II", content, 8 * (number & 255))
    for step in range(size):
        held, place = struct.unpack_from("<II", content, table + 8 * ((number // 256 + step) % size))
        if not place:
            return None
        if held == number and content[place + 8 :].startswith(key):
            return place
    return None
