"""Look-ups of all names: from dnstap, from logs of look-ups, and from the resolvers' own counters."""

from __future__ import annotations

import gzip
from datetime import timedelta

import pytest
from dnstap_pb import Dnstap

from skyddsnat.agent.counting.counters import Reading, read
from skyddsnat.agent.counting.dnstap import CLIENT_QUERY, CLIENT_RESPONSE
from skyddsnat.agent.resolvers.kinds import ResolverKind
from skyddsnat.policy.statistics.words import Gap
from skyddsnat.protocols.rpz import Action
from tests.agent.counting.conftest import LISTED, Logs, bind

CONTROL = bytes(4) + (12).to_bytes(4) + b"START-of-it."
RESOLVER_QUERY = 3


def frames(logs: Logs, *types: int, day: int = 0, client: bytes = b"\xc0\x00\x02\x01") -> bytes:
    found = b""
    for kind in types:
        frame = Dnstap()
        frame.type = 1
        frame.message.type = kind
        frame.message.query_address = client
        frame.message.query_time_sec = int(logs.at(days=day).timestamp())
        payload = frame.SerializeToString()
        found += len(payload).to_bytes(4) + payload
    return found


def with_queries(logs: Logs, pattern: str) -> None:
    text = logs.site.config_file.read_text()
    logs.site.config_file.write_text(
        text.replace('hits = ["logs/bind-1*"]', f'hits = ["logs/bind-1*"]\nqueries = ["{pattern}"]')
    )


@pytest.mark.parametrize("packed", [False, True])
def test_dnstap_counts_what_clients_asked_and_not_what_the_resolver_asked(logs: Logs, packed: bool) -> None:
    with_queries(logs, "logs/*.tap*")
    # This resolver logs queries and answers: each look-up counts once.  One answer's query was dropped.
    types = [CLIENT_QUERY, CLIENT_RESPONSE] * 5 + [RESOLVER_QUERY] * 3 + [CLIENT_RESPONSE]
    content = CONTROL + frames(logs, *types) + frames(logs, CLIENT_QUERY, day=1) + frames(logs, CLIENT_QUERY)[:9]
    (logs.folder / "dns.tap").write_bytes(gzip.compress(content) if packed else content)
    outcome = logs.count()
    assert [day.resolvers[0].queries for day in outcome.days] == [6, 1]
    assert outcome.collected.unfinished == 1


@pytest.mark.parametrize("spoil", ["a frame that is none", "a packed file cut short", "a time that is none"])
def test_a_damaged_dnstap_file_is_told_and_ends_no_run(logs: Logs, spoil: str) -> None:
    with_queries(logs, "logs/*.tap*")
    good = CONTROL + frames(logs, CLIENT_QUERY, CLIENT_QUERY)
    if spoil == "a frame that is none":
        content = good + (4).to_bytes(4) + b"\xff\xff\xff\xff" + frames(logs, CLIENT_QUERY)
    elif spoil == "a time that is none":
        frame = Dnstap()
        frame.type, frame.message.type, frame.message.query_time_sec = 1, CLIENT_QUERY, 2**63
        payload = frame.SerializeToString()
        content = good + len(payload).to_bytes(4) + payload
    else:
        content = gzip.compress(good)[:-9]
    (logs.folder / "dns.tap").write_bytes(content)
    logs.write("bind-1.log", bind(logs.at(), "192.0.2.7", "x.wild.test"))
    outcome = logs.count()
    (day,) = outcome.days
    assert day.resolvers[0].hits == 1
    if spoil != "a packed file cut short":
        assert day.resolvers[0].queries == 2
    if spoil != "a time that is none":
        assert [problem for problem in outcome.collected.problems if "dns.tap was not read to its end" in problem]


def test_logs_of_look_ups_count_without_canaries(logs: Logs) -> None:
    with_queries(logs, "logs/queries.log")
    at = f"{logs.at():%Y-%m-%dT%H:%M:%S}.100Z"
    name = "queries: info: client @0x7f 192.0.2.7#40216 ({0}): query: {0} IN HTTPS +E(0)K (192.0.2.1)"
    canary = name.format("x.canary.hot.rpz.skyddsnat.test")
    logs.write(
        "queries.log", *(f"{at} {name.format('www.lawful.test')}" for _ in range(4)), f"{at} {canary}", f"{at} other"
    )
    assert logs.count().days[0].resolvers[0].queries == 4


UNBOUND = """
total.num.queries=120
num.rpz.action.rpz-nxdomain=15
num.rpz.action.rpz-passthru=3
num.rpz.action.rpz-local-data=4
"""
POWERDNS = """
questions\t90
policy-result-nxdomain\t15
policy-result-custom\t4
policy-result-noaction\t2
policy-result-nodata\t1
"""
BIND = """
++ Incoming Requests ++
   70 QUERY
   16 response policy zone rewrites
++ Incoming Requests ++
   80 QUERY
   18 response policy zone rewrites
"""


@pytest.mark.parametrize(
    ("kind", "text", "action", "expected"),
    [
        (ResolverKind.UNBOUND, UNBOUND, Action.NX, Reading(19, 120)),
        (ResolverKind.POWERDNS, POWERDNS, Action.NX, Reading(16, 90)),
        (ResolverKind.POWERDNS, POWERDNS, Action.PAGE, Reading(20, 90)),
        (ResolverKind.BIND, BIND, Action.NX, Reading(18, 80)),
        (ResolverKind.BIND, '{"opcodes":{"QUERY":80},"nsstats":{"RPZRewrites":18}}', Action.NX, Reading(18, 80)),
        (ResolverKind.UNBOUND, "nothing of that kind", Action.NX, Reading(None, None)),
    ],
)
def test_counters_are_read(kind: ResolverKind, text: str, action: Action, expected: Reading) -> None:
    assert read(kind, text, action=action) == expected


def test_days_that_only_counters_tell_of_have_their_list_so_that_the_month_can_be_handed_in(logs: Logs) -> None:
    told = logs.folder / "told"
    with logs.site.config_file.open("a") as out:
        out.write('[[resolver]]\nname = "pdns-1"\nkind = "powerdns"\naddress = "192.0.2.9"\n')
        out.write(f'[[count.log]]\nresolver = "pdns-1"\ncounters = ["cat", "{told}"]\n')
    for number, hits in enumerate((1000, 1030)):
        told.write_text(f"policy-result-nxdomain\t{hits}\n")
        logs.count(now=logs.at("12:00:00") + number * timedelta(hours=1))
    counts = logs.counts()
    assert (counts.hits, counts.days, counts.versions, counts.entries_mean) == (30, 1, 1, len(LISTED))
    assert counts.version
    assert counts.lookups == 0
    assert Gap.DAYS_MISSING in counts.gaps
    logs.write("bind-1", bind(logs.at("12:30:00"), "192.0.2.101", "wild.test"))
    logs.count(now=logs.at("14:00:00"))
    assert (logs.counts().hits, logs.counts().days) == (31, 1), "a log that comes later has its say"


def test_powerdns_is_counted_by_what_its_counters_rose(logs: Logs) -> None:
    told = logs.folder / "told"
    with logs.site.config_file.open("a") as out:
        out.write('[[resolver]]\nname = "pdns-1"\nkind = "powerdns"\naddress = "192.0.2.9"\n')
        out.write(f'[[count.log]]\nresolver = "pdns-1"\ncounters = ["cat", "{told}"]\n')
    hour = timedelta(hours=1)
    # The first look tells nothing yet; then 30 more; after a restart what it shows is all that is known.
    for number, (hits, queries) in enumerate([(1000, 9000), (1030, 9500), (7, 80), (7, 80)]):
        told.write_text(f"policy-result-nxdomain\t{hits}\nquestions\t{queries}\n")
        logs.count(now=logs.at("12:00:00") + number * hour)
    assert (logs.counts().hits, logs.counts().queries) == (37, 580)
    told.write_text("no counter here")
    outcome = logs.count(now=logs.at("18:00:00"))
    assert any("counters of pdns-1 were not found" in problem for problem in outcome.collected.problems)
