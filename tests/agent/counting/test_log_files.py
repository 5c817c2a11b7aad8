"""That all logs are read, and each line once, whatever becomes of the files."""

from __future__ import annotations

import errno
import gzip
import os
import resource
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.agent.counting import files
from skyddsnat.agent.counting.days import BEGINNING
from skyddsnat.agent.counting.files import LONGEST_LINE, find
from skyddsnat.agent.errors import AgentError
from tests.agent.counting.conftest import Logs, bind, unbound

ANNA, BO, MONITOR = "192.0.2.101", "2001:db8::b0", "192.0.2.53"


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
