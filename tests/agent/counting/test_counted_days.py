"""What is counted, and that nothing is counted twice, whatever becomes of the files."""

from __future__ import annotations

import errno
import gzip
import os
import resource
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.agent.config import load
from skyddsnat.agent.counting import collect, engine, files
from skyddsnat.agent.counting.collect import Stopped
from skyddsnat.agent.counting.days import BEGINNING, count
from skyddsnat.agent.counting.files import LONGEST_LINE, find
from skyddsnat.agent.counting.store import CountStore, day_number
from skyddsnat.agent.errors import AgentError
from skyddsnat.agent.state import State
from skyddsnat.policy.statistics.words import Gap, Share
from tests.agent.counting.conftest import CANARY, Logs, bind, kresd, unbound

ANNA, BO, MONITOR = "192.0.2.101", "2001:db8::b0", "192.0.2.53"


def test_a_client_asking_for_one_entry_within_five_minutes_counts_once(logs: Logs) -> None:
    logs.write(
        "bind-1",
        bind(logs.at("10:00:01"), ANNA, "wild.test"),
        bind(logs.at("10:00:02"), ANNA, "WILD.TeSt", "AAAA"),
        bind(logs.at("10:04:59"), ANNA, "a.b.wild.test", "HTTPS"),
        bind(logs.at("10:05:00"), ANNA, "wild.test"),
        bind(logs.at("10:00:01"), BO, "wild.test"),
    )
    logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups, counts.entries, counts.clients) == (5, 3, 1, 2)


def test_a_client_that_asks_two_resolvers_counts_once(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at("10:00:01"), ANNA, "wild.test"))
    logs.write("unbound-1", unbound(logs.at("10:00:03"), ANNA, "wild.test"))
    logs.count()
    assert (logs.counts().hits, logs.counts().lookups) == (2, 1)


def test_a_resolver_that_tells_no_client_counts_queries_alone_and_says_so(logs: Logs) -> None:
    logs.write("kresd-1", kresd(logs.at("10:00:01"), "wild.test"), kresd(logs.at("10:00:01"), "wild.test", "AAAA"))
    outcome = logs.count()
    assert (logs.counts().hits, logs.counts().lookups) == (2, 0)
    assert Gap.NO_CLIENTS in logs.counts().gaps
    (resolver,) = (one for one in outcome.days[0].resolvers if one.resolver == "kresd-1")
    assert resolver.lookups is None


def test_what_is_no_customer_s_look_up_is_left_out_and_shown(logs: Logs) -> None:
    logs.write(
        "unbound-1",
        unbound(logs.at(), ANNA, "wild.test"),
        unbound(logs.at(), ANNA, CANARY),
        unbound(logs.at(), MONITOR, "wild.test"),
        unbound(logs.at(), "2001:db8:53::17", "wild.test"),
        unbound(logs.at(), ANNA, "wild.test", action="rpz-passthru"),
        unbound(logs.at(), ANNA, "malware-of-another-policy.test"),
        unbound(logs.at(), ANNA, "under.only.shop.test"),
        unbound(logs.at(), ANNA, "notwild.test"),
    )
    logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups) == (1, 1)
    assert (counts.read, counts.canaries, counts.ignored, counts.passed, counts.elsewhere) == (8, 1, 2, 1, 3)


def test_what_unbound_looks_up_by_itself_nobody_has_asked_for(logs: Logs) -> None:
    """With `prefetch` it asks before an answer grows old, and logs the stopped end of an alias without a client."""
    line = unbound(logs.at(), ANNA, "wild.test")
    logs.write("unbound-1", line, line.replace(f"{ANNA}@5353", ""))
    outcome = logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.ignored, counts.unparsed, outcome.ok) == (1, 1, 0, True)


def test_a_line_that_is_not_understood_is_counted_and_shown(logs: Logs) -> None:
    logs.write(
        "bind-1",
        f"{logs.at():%Y-%m-%dT%H:%M:%SZ} rpz: info: client @0x1 {ANNA}#1 (x.test): rpz QNAME rewrite x.test failed",
        "general: info: an ordinary line",
        bind(logs.at(), ANNA, "wild.test"),
    )
    outcome = logs.count()
    assert (outcome.unparsed, outcome.ok) == (1, False)
    assert (logs.counts().unparsed, logs.counts().hits) == (1, 1)
    assert Gap.LINES_UNREAD in logs.counts().gaps


def test_hits_without_a_time_belong_to_no_day_and_are_told(logs: Logs) -> None:
    logs.write("kresd-1", "[policy][46655.00]   DENY_MSG applied for wild.test. A")
    outcome = logs.count()
    assert (outcome.collected.undated, outcome.ok, logs.counts().hits) == (1, False, 0)


def test_idn_and_exact_entries(logs: Logs) -> None:
    logs.write(
        "unbound-1",
        unbound(logs.at(), ANNA, "www.XN--RKSMRGS-5wao1o.test"),
        unbound(logs.at(), ANNA, "only.shop.test"),
    )
    logs.count()
    assert (logs.counts().hits, logs.counts().entries) == (2, 2)


def test_counting_again_changes_nothing(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"), bind(logs.at(), BO, "wild.test"))
    logs.count()
    once = logs.counts()
    logs.count()
    logs.count(again_from=logs.day)
    assert logs.counts() == once


def test_a_file_that_two_resolvers_of_a_kind_write_to_counts_once_and_is_told(logs: Logs) -> None:
    """Two BINDs behind one syslog cannot be told apart.  BIND and Unbound in one file can."""
    with logs.site.config_file.open("a") as out:
        out.write('[[count.log]]\nresolver = "bind-2"\nhits = ["logs/bind-1"]\n')
        out.write('[[resolver]]\nname = "bind-2"\nkind = "bind"\naddress = "192.0.2.9"\n')
    (logs.folder / "unbound-1").unlink()
    (logs.folder / "unbound-1").symlink_to(logs.folder / "bind-1")
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"), unbound(logs.at(), BO, "wild.test"))
    outcome = logs.count()
    assert (logs.counts().hits, logs.counts().lookups) == (2, 2)
    assert [problem.partition("; ")[2] for problem in outcome.collected.problems] == [
        "it was read for bind-1 alone, give each resolver its own file"
    ]


def test_more_logs_than_the_usual_limit_of_open_files_are_all_counted(logs: Logs) -> None:
    """Logs by the hour, kept for months: what could not be opened would be missing from days that are counted for good."""
    for number in range(60):
        logs.write(f"bind-1.{number}", bind(logs.at(f"12:00:{number:02}"), f"192.0.2.{number + 100}", "wild.test"))
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    there = len(os.listdir("/proc/self/fd"))
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (there + 40, hard))
        outcome = logs.count()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    assert (outcome.collected.problems, logs.counts().hits) == ([], 60)


def test_logs_beyond_all_limits_end_the_run_and_count_no_day_for_good(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.EMFILE, "Too many open files")

    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("skyddsnat.agent.counting.files._open", full)
        with pytest.raises(AgentError, match="LimitNOFILE"):
            logs.count()
    logs.count()
    assert logs.counts().hits == 1


def test_a_run_that_may_not_open_all_logs_lets_go_of_those_it_opened(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or the agent could not even open its journal to tell."""
    for resolver in ("bind-1", "bind-1.1", "unbound-1"):
        logs.write(resolver, bind(logs.at(), ANNA, f"{resolver}.test"))
    opened, really = [], files._open

    def until_full(path: Path, *rest: Any) -> Any:
        if path.name == "unbound-1":
            raise OSError(errno.EMFILE, "Too many open files")
        opened.append(really(path, *rest))
        return opened[-1]

    monkeypatch.setattr("skyddsnat.agent.counting.files._open", until_full)
    with pytest.raises(AgentError, match="LimitNOFILE"):
        logs.count()
    assert [file.raw.closed for file in opened if file] == [True, True]


def test_where_the_limit_of_open_files_may_not_be_raised_logs_are_counted_within_it(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError(errno.EPERM, "Operation not permitted")

    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    monkeypatch.setattr(resource, "setrlimit", forbidden)
    logs.count()
    assert logs.counts().hits == 1


def test_rotated_compressed_and_copied_logs_count_once(logs: Logs) -> None:
    live = logs.write("bind-1", *(bind(logs.at(f"10:{minute:02}:00"), ANNA, "wild.test") for minute in range(30)))
    during = logs.at("12:00:00")
    logs.count(now=during)
    assert logs.counts().hits == 30
    # Rotation by rename, then by copy, then compression beside the original; and one more line in the new log.
    rotated = live.rename(live.with_name("bind-1.1"))
    logs.write("bind-1", bind(logs.at("13:00:00"), BO, "wild.test"))
    (logs.folder / "bind-1.1.gz").write_bytes(gzip.compress(rotated.read_bytes()))
    (logs.folder / "bind-1.copy").write_bytes(rotated.read_bytes()[:2000].rpartition(b"\n")[0] + b"\n")
    os.link(rotated, logs.folder / "bind-1.link")
    logs.count(now=during)
    assert logs.counts().hits == 31
    for name in ("bind-1.1", "bind-1.link", "bind-1.copy"):
        (logs.folder / name).unlink()
    logs.count(now=during)
    assert (logs.counts().hits, logs.counts().lookups) == (31, 7)


def test_what_is_written_while_a_log_is_read_waits_for_the_next_run(tmp_path: Path) -> None:
    """A busy resolver writes as fast as the agent reads: without an end the run would have none."""
    log = tmp_path / "rpz.log"
    log.write_text("one\ntwo\n")
    (found,) = find(["rpz.log"], folder=tmp_path, since=BEGINNING).files
    read = []
    for line in found.lines():
        read.append(line)
        assert len(read) < 10
        with log.open("a") as out:
            out.write("more\n")
    found.close()
    assert read == [b"one\n", b"two\n"]


def test_a_last_line_that_is_being_written_waits_for_its_end(logs: Logs) -> None:
    whole = bind(logs.at(), ANNA, "wild.test")
    logs.write("bind-1", whole, whole[:90], end="")
    outcome = logs.count(now=logs.at("13:00:00"))
    assert (outcome.collected.unfinished, outcome.unparsed, logs.counts().hits) == (1, 0, 1)
    logs.write("bind-1", whole[90:])
    logs.count(now=logs.at("13:00:00"))
    assert logs.counts().hits == 2


def test_a_day_whose_logs_have_partly_gone_keeps_its_figures(logs: Logs) -> None:
    log = logs.write("bind-1", bind(logs.at("10:00:00"), ANNA, "wild.test"), bind(logs.at("11:00:00"), BO, "wild.test"))
    logs.count(now=logs.at("12:00:00"))
    log.write_text(bind(logs.at("12:00:00"), BO, "wild.test") + "\n")
    outcome = logs.count(now=logs.at("13:00:00"))
    assert outcome.kept == [logs.day]
    assert logs.counts().hits == 2


def test_a_settled_day_is_not_read_again(logs: Logs) -> None:
    log = logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count(now=logs.at("02:00:00", days=1))
    long_ago = logs.at("23:00:00").timestamp()
    os.utime(log, (long_ago, long_ago))
    outcome = logs.count(now=logs.at("02:00:00", days=2))
    assert (outcome.days, logs.counts().hits) == ([], 1)
    assert logs.counts().gaps >= {Gap.DAYS_MISSING}


@pytest.mark.parametrize("cut", [40, -10])
def test_a_damaged_archive_is_told(logs: Logs, cut: int) -> None:
    lines = "".join(bind(logs.at(f"10:00:{second:02}"), ANNA, "wild.test") + "\n" for second in range(60))
    (logs.folder / "bind-1.2.gz").write_bytes(gzip.compress(lines.encode())[:cut])
    outcome = logs.count()
    assert not outcome.ok
    assert any("bind-1.2.gz was not read to its end" in problem for problem in outcome.collected.problems)


def test_a_file_that_is_no_log_and_a_pattern_without_a_file_are_told(logs: Logs) -> None:
    (logs.folder / "bind-1.bin").write_bytes(bytes(range(256)))
    (logs.folder / "unbound-1").unlink()
    problems = logs.count().collected.problems
    assert any("neither text nor gzip" in problem for problem in problems)
    assert any("matches no file; check it in [[count.log]]" in problem for problem in problems)


def test_what_is_no_file_stops_nobody_s_counting(logs: Logs) -> None:
    """A pipe would be waited for without an end, and a line without an end would take all memory."""
    os.mkfifo(logs.folder / "bind-1.pipe")
    for name, content in (
        ("bind-1.long", b"x" * (LONGEST_LINE + 2)),
        ("bind-1.gz", gzip.compress(b"y" * (LONGEST_LINE + 2))),
    ):
        (logs.folder / name).write_bytes(content)
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    problems = logs.count().collected.problems
    assert any("bind-1.pipe cannot be read" in problem for problem in problems)
    assert sum("a line of more than" in problem for problem in problems) == 2
    assert logs.counts().hits == 1


def test_a_disk_that_fails_in_the_middle_of_a_log_is_told(logs: Logs, monkeypatch: pytest.MonkeyPatch) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))

    def broken(_: object) -> Iterator[bytes]:
        yield bind(logs.at(), ANNA, "wild.test").encode() + b"\n"
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(files._UpTo, "__iter__", broken)
    problems = logs.count().collected.problems
    assert any("bind-1 was not read to its end: Input/output error" in problem for problem in problems)


def test_a_folder_and_a_log_that_the_account_may_not_read_are_told_with_what_to_do(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    (logs.folder / "bind-1.d").mkdir()
    assert any("expected a log; check [[count.log]]" in problem for problem in logs.count().collected.problems)

    def forbidden(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr("skyddsnat.agent.counting.files._open", forbidden)
    assert any("sudo -u" in problem for problem in logs.count().collected.problems)


def test_a_clock_that_ran_ahead_for_one_run_leaves_no_day_uncounted(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count(now=logs.at(days=500))
    logs.write("bind-1", bind(logs.at(days=1), ANNA, "wild.test"))
    logs.count(now=logs.at(days=3))
    logs.write("bind-1", bind(logs.at(days=4), ANNA, "wild.test"))
    logs.count(now=logs.at(days=6))
    config = load(logs.site.config_file)
    with closing(CountStore.open(config.data_dir)) as store:
        first = day_number(logs.day)
        assert [one.day - first for one in store.days(first, first + 10)] == [0, 1, 4]


def test_names_that_somebody_makes_up_below_an_entry_fill_no_memory_and_change_no_figure(
    logs: Logs, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A client may ask for as many names below a listed one as it likes: each is another hit until it is its entry's."""
    flood = [unbound(logs.at(), ANNA, f"x{number}.wild.test") for number in range(40)]
    others = [
        *(unbound(logs.at("12:06:00"), ANNA, "wild.test"), unbound(logs.at(), BO, "only.shop.test")),
        *(unbound(logs.at(), BO, "under.only.shop.test"), unbound(logs.at(), BO, "elsewhere.test")),
    ]
    logs.write("unbound-1", *flood[:20], *others, *flood[20:])
    left: list[int] = []
    squeeze = engine.Engine.squeeze

    def watched(self: engine.Engine, expression: Any) -> None:
        squeeze(self, expression)
        left.extend(self._db.execute("SELECT count(*) FROM hits").fetchone() or ())

    with monkeypatch.context() as small:
        small.setattr(collect, "AT_ONCE", 5)
        small.setattr(engine, "MANY", 10)
        small.setattr(engine.Engine, "squeeze", watched)
        logs.count()
    counts = logs.counts()
    assert (counts.hits, counts.lookups, counts.clients, counts.elsewhere, counts.entries) == (42, 3, 2, 2, 2)
    assert len(left) > 2
    assert max(left) <= 4
    logs.count(again_from=logs.day)
    assert logs.counts() == counts


def test_a_stopped_run_keeps_nothing(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    config = load(logs.site.config_file)
    state, store = State.open(config.data_dir), CountStore.open(config.data_dir)

    def look(_read: int, _size: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        count(config, state.lists, store, now=datetime.now(UTC), look=look)
    assert store.horizon() is None
    state.close()
    store.close()
    logs.count()
    assert logs.counts().hits == 1


def test_the_context_of_a_figure(logs: Logs) -> None:
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count()
    counts = logs.counts()
    assert (counts.versions, counts.entries_mean, counts.resolvers) == (1, 3, Share.SOME)
    assert counts.gaps >= {Gap.RESOLVERS_MISSING, Gap.DAYS_MISSING}


def test_a_name_withdrawn_since_is_still_counted_for_the_days_it_was_listed(logs: Logs) -> None:
    site = logs.site
    site.clock.move(days=-1)
    for listing in [*site.hub.listings]:
        site.hub.withdraw(listing)
    agent = site.agent()
    agent.pull()
    agent.step()
    agent.close()
    site._open.clear()
    site.clock.move(days=1)
    logs.write("bind-1", bind(logs.at(), ANNA, "wild.test"))
    logs.count()
    assert logs.counts().hits == 1
    assert timedelta(days=9) < datetime.now(UTC) - logs.at() < timedelta(days=12)
