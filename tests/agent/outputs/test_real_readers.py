"""The outputs in the programs that they are for: Debian's dnsdist and Squid, configured by the samples."""

from __future__ import annotations

import random
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address
from itertools import product
from pathlib import Path
from tempfile import gettempdir

import pytest

from skyddsnat.agent.config import OutputKind
from skyddsnat.agent.outputs.formats import Compiled, make
from skyddsnat.agent.outputs.samples import EDE_BLOCKED, dnsdist_snippet, squid_snippet
from skyddsnat.policy.coverage import Coverage
from skyddsnat.policy.entries import Entries
from skyddsnat.policy.vocabulary import Scope
from skyddsnat.protocols.rpz import Action, Policy, Row, compile_list
from skyddsnat.site.files import replace_file
from tests.servers.dnsdist import LAWFUL_ADDRESS, Dnsdist
from tests.servers.squid import Squid

pytestmark = pytest.mark.servers

NX = Policy()
NASTY = [
    Row("bad.test", Scope.SUBDOMAINS),
    Row("deep.a.b.bad.test", Scope.EXACT),
    Row("only.test", Scope.EXACT),
    Row("x.y.under.test", Scope.SUBDOMAINS),
    Row("xn--rksmrgs-5wao1o.test", Scope.SUBDOMAINS),
    Row("alone", Scope.SUBDOMAINS),
]
ASKED = [
    *("bad.test", "www.bad.test", "deep.a.b.bad.test", "b.bad.test", "xbad.test", "bad.test.test", "BAD.tEst"),
    *("only.test", "OnLy.TeSt", "www.only.test", "under.test", "y.under.test", "x.y.under.test", "w.x.y.under.test"),
    *("xn--rksmrgs-5wao1o.test", "a.alone", "alone", "test", "list", "skyddsnat"),
]


def write(kind: OutputKind, file: Path, rows: Iterable[Row], policy: Policy = NX) -> Entries:
    made = compile_list(rows, now=datetime.now(UTC), policy=policy, zones=("hot.test",))
    one = Compiled(version=made.version, policy=policy, entries=sorted(made.entries))
    replace_file(file, make(kind, one).content, mode=0o644)
    return made.entries


def test_dnsdist_stops_exactly_what_the_list_says_and_takes_each_new_list_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "list.cdb"
    wanted = Coverage(write(OutputKind.DNSDIST, file, NASTY))
    front = Dnsdist.start(tmp_path / "dnsdist", dnsdist_snippet(file))
    try:
        assert {name for name in ASKED if front.stops(name)} == {name for name in ASKED if wanted.blocks(name.lower())}
        assert (front.reason("www.bad.test"), front.reason("ok.test")) == (EDE_BLOCKED, None)
        for rows in (NASTY[1:], NASTY[2:], NASTY[3:]):  # within one second of the file's time
            write(OutputKind.DNSDIST, file, rows)
        until = time.monotonic() + 120
        while front.stops("only.test") and time.monotonic() < until:
            time.sleep(0.05)
        assert [name for name in ("only.test", "bad.test", "deep.a.b.bad.test") if front.stops(name)] == []
        assert front.stops("w.x.y.under.test")
    finally:
        front.stop()


@pytest.mark.parametrize("seed", [1, 2])
def test_dnsdist_stops_exactly_the_listed_names_of_a_small_world_that_is_asked_whole(tmp_path: Path, seed: int) -> None:
    """Names of up to five labels out of three: parents, children and neighbours of listed ones are all among them."""
    dice = random.Random(seed)
    world = [".".join([*parts, "test"]) for depth in range(5) for parts in product("abc", repeat=depth)]
    file = tmp_path / "list.cdb"
    rows = [Row(name, dice.choice([*Scope])) for name in dice.sample(world[4:], 40)]
    wanted = Coverage(write(OutputKind.DNSDIST, file, rows))
    front = Dnsdist.start(tmp_path / "dnsdist", dnsdist_snippet(file))
    try:
        assert {name for name in world if front.stops(name)} == {name for name in world if wanted.blocks(name)}
    finally:
        front.stop()


def test_dnsdist_shows_the_page_and_leaves_no_way_around_it(tmp_path: Path) -> None:
    page = Policy(action=Action.PAGE, ipv4=IPv4Address("192.0.2.80"), ipv6=IPv6Address("2001:db8::80"))
    file = tmp_path / "list.cdb"
    write(OutputKind.DNSDIST, file, NASTY, page)
    front = Dnsdist.start(tmp_path / "dnsdist", dnsdist_snippet(file, policy=page))
    try:
        assert front.addresses("www.bad.test") == ["192.0.2.80"]
        assert front.addresses("www.bad.test", "AAAA") == ["2001:db8::80"]
        assert front.addresses("www.bad.test", "HTTPS") == []
        assert front.addresses("ok.test") == [LAWFUL_ADDRESS]
    finally:
        front.stop()


def test_squid_refuses_a_listed_page_and_a_listed_domain_and_nothing_beside_them(tmp_path: Path) -> None:
    hosts = ["shared.test", "xshared.test", "bad.test", "www.bad.test", "only.test", "www.only.test"]
    domains, urls = tmp_path / "domains", tmp_path / "urls"
    proxy = Squid.make(tmp_path / "squid", names=hosts, snippet=squid_snippet(domains=domains, urls=urls))
    web = f"http://shared.test:{proxy.web_port}"
    listed = [f"{web}/a.b?x=1&y=(2)", f"{web}/$"]
    rows = [*NASTY, *(Row(url, Scope.EXACT) for url in listed)]
    write(OutputKind.SQUID_DOMAINS, domains, rows)
    write(OutputKind.SQUID_URLS, urls, rows)
    folder = tmp_path
    while folder != Path(gettempdir()):
        folder.chmod(0o755)  # Squid reads its files as a user of its own
        folder = folder.parent
    try:
        proxy.start()
        refused = [*listed, listed[0].replace("shared", "SHARED")]
        passed = [
            f"{web}/a.b?x=1",
            f"{web}/aXb?x=1&y=(2)",
            f"{web}/",
            f"{web}/a.b?x=1&y=(2)&z",
            web.replace("sh", "xsh") + "/$",
        ]
        for name, stopped in (("bad.test", 1), ("www.bad.test", 1), ("only.test", 1), ("www.only.test", 0)):
            (refused if stopped else passed).append(f"http://{name}:{proxy.web_port}/any")
        assert {url: proxy.status(url) for url in refused} == dict.fromkeys(refused, 403)
        assert {url: proxy.status(url) for url in passed} == dict.fromkeys(passed, 200)
    finally:
        proxy.stop()
