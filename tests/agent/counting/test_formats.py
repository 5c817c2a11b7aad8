"""Lines of each resolver, true ones and nasty ones."""

from __future__ import annotations

from pathlib import Path

import pytest

from skyddsnat.agent.counting.formats import BIND, FORMATS, KNOT_RESOLVER, POWERDNS, UNBOUND, Hit
from skyddsnat.agent.resolvers.kinds import ResolverKind

SAMPLES = Path(__file__).parent / "samples"
FILES = {ResolverKind.BIND: "bind.log", ResolverKind.UNBOUND: "unbound.log", ResolverKind.KNOT_RESOLVER: "kresd.log"}


def hits(kind: ResolverKind) -> list[Hit | None]:
    form = FORMATS[kind]
    lines = (SAMPLES / FILES[kind]).read_bytes().splitlines()
    return [form.read(line.decode()) for line in lines if form.mark in line]


@pytest.mark.parametrize(
    ("kind", "lines", "blocked"),
    [
        # The same look-ups gave 16, 20 and 17 lines (the last three of Unbound's file are from another hour): Unbound also
        # logs what it lets pass (2), and asked for three names that BIND resolved through the hole of a wildcard; Knot
        # Resolver does not see a blocked target behind an alias, nor a CNAME to a target.
        (ResolverKind.BIND, 16, 16),
        (ResolverKind.UNBOUND, 20 + 3, 18 + 3),
        (ResolverKind.KNOT_RESOLVER, 17, 17),
    ],
)
def test_every_hit_line_of_the_reference_is_read(kind: ResolverKind, lines: int, blocked: int) -> None:
    found = hits(kind)
    assert len(found) == lines
    assert all(found), "a marked line was not read"
    assert sum(1 for hit in found if hit and not hit.passed) == blocked


@pytest.mark.parametrize(
    "line",
    [
        'Nov 28 19:09:33 msg="skyddsnat-hit 2026-11-28T19:09:33Z 2001:db8::9 www.WiLd.test 2" subsystem="lua"',
        "Nov 28 19:09:33 dns4 pdns_recursor[7]: skyddsnat-hit 2026-11-28T19:09:33Z 2001:db8::9 www.WiLd.test 2",
        '{"level": "0", "msg": "skyddsnat-hit 2026-11-28T19:09:33Z 2001:db8::9 www.WiLd.test 2", "prio": "Notice"}',
    ],
)
def test_what_our_script_logs_at_powerdns_is_read_in_whatever_form_its_log_has(line: str) -> None:
    assert POWERDNS.read(line) == Hit("2026-11-28T19:09:33Z", "2001:db8::9", "www.wild.test", passed=False)


def test_the_target_of_a_chain_is_counted_and_not_the_alias() -> None:
    line = (
        "2026-11-24T15:08:11.783 rpz: info: client @0x7f27a7719000 127.0.0.1#40216 (chain.ok.test): rpz QNAME NXDOMAIN rewrite "
        "target.block.test/A/IN via target.block.test.rpz.skyddsnat.test"
    )
    assert BIND.read(line) == Hit("2026-11-24T15:08:11.783", "127.0.0.1", "target.block.test", passed=False)


@pytest.mark.parametrize(
    ("line", "client", "name"),
    [
        (
            "24-Nov-2026 15:08:11.783 client @0x7f27a7719000 2001:db8::53#40216 (NX.BlOcKeD.TeSt): view inner: rpz QNAME "
            "NXDOMAIN rewrite NX.BlOcKeD.TeSt/HTTPS/IN via NX.BlOcKeD.TeSt.rpz.test",
            "2001:db8::53",
            "nx.blocked.test",
        ),
        (
            "2026-11-24T15:08:11.783101+00:00 dns1 named[812]: client @0x7f27a7719000 192.0.2.7#1 (a\\(b.test): rpz QNAME "
            "Local-Data rewrite a\\(b.test/A/IN via a\\(b.test.rpz.test",
            "192.0.2.7",
            "a\\(b.test",
        ),
        (
            "Nov  4 15:08:11 dns1 named[812]: rpz: info: client 192.0.2.7#1/key inner (x.test): rpz QNAME NODATA rewrite "
            "0/25.x.test/AAAA/IN via x.test.rpz.test",
            "192.0.2.7",
            "0/25.x.test",
        ),
    ],
)
def test_bind_writes_in_many_ways(line: str, client: str, name: str) -> None:
    found = BIND.read(line)
    assert found is not None
    assert (found.client, found.name, found.passed) == (client, name, False)


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-24T15:08:11.783Z client @0x1 192.0.2.7#1 (x.test): disabled rpz QNAME NXDOMAIN rewrite x.test/A/IN via x.test.z",
        "2026-11-24T15:08:11.783Z client @0x1 192.0.2.7#1 (x.test): rpz QNAME PASSTHRU rewrite x.test/A/IN via x.test.z",
    ],
)
def test_what_bind_only_would_have_blocked_is_not_counted(line: str) -> None:
    found = BIND.read(line)
    assert found is not None
    assert found.passed


@pytest.mark.parametrize(
    ("line", "client", "name", "passed"),
    [
        (
            "2026-11-24T15:19:52.786+00:00 unbound[763:0] info: rpz: applied [hot] *.new.test. rpz-nxdomain 2001:db8::9@55371 "
            "B0.new.test. A IN",
            "2001:db8::9",
            "b0.new.test",
            False,
        ),
        (
            "[1764000000] unbound[763:0] info: rpz: applied [hot] nsdname ns.q.test. rpz-nodata 192.0.2.1@5 q.test. TYPE65 IN",
            "192.0.2.1",
            "q.test",
            False,
        ),
        (
            "2026-11-24T15:19:52+00:00 ns unbound[763]: [763:0] info: rpz: applied x.test. rpz-disabled 192.0.2.1@5 x.test. A IN",
            "192.0.2.1",
            "x.test",
            True,
        ),
        (  # it asks by itself, ahead of its clients
            "2026-11-29T18:59:58.953+00:00 unbound[7:0] info: rpz: applied [hot] target.test. rpz-nxdomain  target.test. A IN",
            "",
            "target.test",
            False,
        ),
    ],
)
def test_unbound_writes_in_many_ways(line: str, client: str, name: str, passed: bool) -> None:
    found = UNBOUND.read(line)
    assert found is not None
    assert (found.client, found.name, found.passed) == (client, name, passed)


def test_knot_resolver_has_the_time_of_whoever_wrote_it_down() -> None:
    line = "2026-11-24T15:08:09.711+00:00 dns3 kresd[9]: [policy][46655.00]   ANSWER (nodata) applied for page.blocked.test. AAAA"
    assert KNOT_RESOLVER.read(line) == Hit("2026-11-24T15:08:09.711+00:00", "", "page.blocked.test", passed=False)
    bare = KNOT_RESOLVER.read(line.partition(": ")[2])
    assert bare is not None
    assert bare.time is None


@pytest.mark.parametrize(
    "line",
    [
        "2026-11-24T15:08:11.783Z client @0x1 192.0.2.7#1 (x.test): rpz QNAME rewrite x.test via x.test.z stop on failed",
        "2026-11-24T15:08:11.783Z client @0x1 192.0.2.7#1 (x.test): rpz QNAME NXDOMAIN rewrite x.te",
    ],
)
def test_a_line_that_ought_to_be_a_hit_and_is_not_understood_is_no_hit(line: str) -> None:
    assert BIND.mark in line.encode()
    assert BIND.read(line) is None


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("filled", [" ", "[", "(", "): ", " info: ", ": query: ", " applied for ", "skyddsnat-hit "])
def test_a_line_that_was_made_to_be_slow_is_not(kind: ResolverKind, filled: str) -> None:
    """A line may have a megabyte: where each letter is looked at anew for each other one, this takes minutes."""
    beginning = {
        ResolverKind.BIND: "24-Nov-2026 15:08:09.711 client @0x1 192.0.2.1#1 ",
        ResolverKind.UNBOUND: "Nov 24 15:08:09 unbound[1:0] info: rpz: applied ",
        ResolverKind.KNOT_RESOLVER: "[policy][1.0]",
        ResolverKind.POWERDNS: "",
    }[kind]
    line = beginning + filled * (200_000 // len(filled))
    for end in ("", " rewrite ", " applied for", "\x00"):
        assert FORMATS[kind].read(line + end) is None
    if (query := FORMATS[kind].query) is not None:
        query.match(line)
