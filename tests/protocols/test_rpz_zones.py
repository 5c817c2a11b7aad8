"""Rows, zone files, the two zones and the changes between them."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address

import dns.name
import dns.rdatatype
import dns.tsig
import dns.update
import dns.zone
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.policy.coverage import Listed
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import (
    Action,
    Canary,
    Policy,
    Record,
    ZoneHead,
    changed_text,
    changes_between,
    zone_records,
    zone_text,
)

ZONE = "hot.rpz.skyddsnat.example"
CANARY = Canary("c0ffee", f"canary.{ZONE}")
PAGE = Policy(action=Action.PAGE, ipv4=IPv4Address("192.0.2.80"), ipv6=IPv6Address("2001:db8::80"))
ENTRIES = (Listed("bad.test", Scope.SUBDOMAINS), Listed("host.example", Scope.EXACT))

GOLDEN_NX = """\
$ORIGIN hot.rpz.skyddsnat.example.
$TTL 60
@ SOA localhost. hostmaster.hot.rpz.skyddsnat.example. 7 30 10 1209600 60
@ NS localhost.
*.bad.test CNAME .
*.c0ffee.canary.hot.rpz.skyddsnat.example A 198.18.1.1
bad.test CNAME .
host.example CNAME .
"""


def test_the_zone_file_of_a_known_list_never_changes_a_byte() -> None:
    text = zone_text(ZoneHead(ZONE, 7), zone_records(ENTRIES, policy=Policy(), canary=CANARY))
    assert text == GOLDEN_NX.replace("198.18.1.1", str(CANARY.address))


def test_a_stop_page_is_addresses_and_never_a_name() -> None:
    records = zone_records(ENTRIES, policy=PAGE, canary=CANARY)
    assert Record("bad.test", "A", "192.0.2.80") in records
    assert Record("*.bad.test", "AAAA", "2001:db8::80") in records
    assert not [record for record in records if record.kind == "CNAME"]


def test_a_page_without_an_address_is_refused() -> None:
    with pytest.raises(ValueError, match="address"):
        Policy(action=Action.PAGE)


def test_two_canaries_answer_differently_and_with_an_address_of_nobody() -> None:
    other = Canary("c0ffef", CANARY.domain)
    assert CANARY.address != other.address
    assert all(
        address in range(int(IPv4Address("198.18.0.0")), int(IPv4Address("198.20.0.0")))
        for address in map(int, (CANARY.address, other.address))
    )


def test_dnspython_reads_the_file_as_it_is_meant() -> None:
    zone = dns.zone.from_text(
        zone_text(ZoneHead(ZONE, 7), zone_records(ENTRIES, policy=PAGE, canary=CANARY)), relativize=True
    )
    assert zone.origin == dns.name.from_text(ZONE)
    found = {
        Record(str(name), dns.rdatatype.to_text(data.rdtype), data.to_text())
        for name, _, data in zone.iterate_rdatas()
        if name != dns.name.empty
    }
    assert found == zone_records(ENTRIES, policy=PAGE, canary=CANARY)


LABELS = ("a", "b", "c", "a-b", "a0", "0", "xn--a")
listed = st.builds(
    Listed,
    st.lists(st.sampled_from(["a", "b", "c", "a-b", "a0", "0", "xn--a"]), min_size=1, max_size=3).map(
        lambda parts: ".".join([*parts, "test"])
    ),
    st.sampled_from(Scope),
)
sets = st.frozensets(listed, max_size=20)


@given(
    sets,
    sets,
    st.sampled_from([Policy(), PAGE]),
    st.sampled_from([Policy(), PAGE]),
    st.integers(min_value=1, max_value=200),
)
def test_changes_applied_piece_by_piece_give_the_new_zone(
    old: frozenset[Listed], new: frozenset[Listed], old_policy: Policy, new_policy: Policy, size: int
) -> None:
    before = zone_records(old, policy=old_policy, canary=CANARY)
    after = zone_records(new, policy=new_policy, canary=Canary("c1", CANARY.domain))
    held = set(before)
    for piece in changes_between(before, after).batches(size):
        held -= set(piece.delete)
        for row in piece.add:
            assert row.kind == "CNAME" or Record(row.owner, "CNAME", ".") not in held
            held.add(row)
    assert held == after
    assert not changes_between(after, after)


@given(sets, sets, st.sampled_from([Policy(), PAGE]), st.sampled_from([Policy(), PAGE]))
def test_a_changed_file_is_to_the_byte_the_one_that_all_rows_give(
    old: frozenset[Listed], new: frozenset[Listed], old_policy: Policy, new_policy: Policy
) -> None:
    before = zone_records(old, policy=old_policy, canary=CANARY)
    after = zone_records(new, policy=new_policy, canary=Canary("c1", CANARY.domain))
    text = zone_text(ZoneHead(ZONE, 7), before)
    changed = changed_text(text, ZoneHead(ZONE, 8), changes_between(before, after))
    assert changed == zone_text(ZoneHead(ZONE, 8), after)


def test_a_full_piece_fits_into_a_dns_message() -> None:
    """Names of every length up to the longest, deletions and additions of the widest kind."""
    label = "x" * 50
    entries = [
        Listed(f"{number:05d}{'.'.join([label] * depth)}.test", Scope.SUBDOMAINS)
        for number in range(600)
        for depth in (0, 1, 3)
    ]
    before = zone_records(entries, policy=Policy(), canary=CANARY)
    after = zone_records(entries, policy=PAGE, canary=CANARY)
    pieces = list(changes_between(before, after).batches(60_000))
    assert len(pieces) > 10
    keyring = {dns.name.from_text("agent"): dns.tsig.Key("agent", b"x" * 32, "hmac-sha512")}
    for piece in pieces:
        message = dns.update.UpdateMessage(f"{ZONE}.", keyring=keyring)
        for row in piece.delete:
            message.delete(row.owner, row.kind, row.data)
        for row in piece.add:
            message.add(row.owner, 60, row.kind, row.data)
        assert len(message.to_wire()) <= 65_535
