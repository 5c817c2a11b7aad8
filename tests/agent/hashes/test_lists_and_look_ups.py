"""Hash lists: made from the signed feed, looked up on this machine, saying no more than known or unknown and the entry."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from skyddsnat.agent.assembly import Agent
from skyddsnat.agent.errors import AgentError, WrongUse
from skyddsnat.agent.hashes.list_file import DIGEST, HashList, HashListError, file_name, list_files
from skyddsnat.agent.hashes.lookup import Found, Lookup
from skyddsnat.agent.indicator import parse_indicator
from skyddsnat.cli.agent import app
from skyddsnat.policy.vocabulary import HashKind, SignalType
from skyddsnat.protocols.stix import write_pattern
from skyddsnat.site.database import transaction
from tests.agent.conftest import Site

CONTENT = bytes(random.Random(9).randbytes(5000))
"""A file of random octets, which is no picture of anything."""
PDQ = random.Random(10).randbytes(32).hex()
run = CliRunner()


def folder_of(site: Site) -> Path:
    return site.folder / "hashes"


def with_hashes(site: Site) -> Agent:
    folder_of(site).mkdir(exist_ok=True)
    site.configure(folder='"hashes"')
    return site.agent()


def list_hash(site: Site, kind: HashKind, digits: str, **facts: object) -> str:
    pattern = write_pattern(SignalType.HASH, digits, hash_kind=kind)[1]
    return site.hub.verify("", pattern=pattern, **facts)  # type: ignore[arg-type]


def pull_and_step(agent: Agent) -> None:
    agent.pull()
    agent.step()
    agent.bring_outputs_up()


def ask(site: Site, *words: str, stdin: str | bytes = "") -> tuple[int, str]:
    done = run.invoke(app, ["hash", *words, "--config", str(site.config_file)], input=stdin)
    return done.exit_code, done.output


@settings(deadline=None)
@given(kind=st.sampled_from(HashKind), data=st.data())
def test_a_list_finds_every_digest_with_all_its_entries_and_no_other(
    kind: HashKind, data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    digests = st.binary(min_size=DIGEST[kind], max_size=DIGEST[kind])
    rows = data.draw(st.lists(st.tuples(digests, st.uuids()), max_size=20))
    asked = data.draw(digests)
    path = tmp_path_factory.getbasetemp() / "any.hashes"
    version, files = list_files({kind: [(digest, entry.bytes) for digest, entry in rows]})
    path.write_bytes(files[kind])
    held = HashList(path, kind)
    assert held.version == version
    assert [held[place] for place in range(len(held))] == sorted(digest for digest, _ in rows)
    for one in [asked, *(digest for digest, _ in rows)]:
        assert sorted(held.exact(one)) == sorted(entry for digest, entry in rows if digest == one)


def test_what_the_feed_lists_is_known_by_digest_and_by_file(site: Site, tmp_path: Path) -> None:
    entry = list_hash(site, HashKind.SHA256, hashlib.sha256(CONTENT).hexdigest())
    near = list_hash(site, HashKind.PDQ, PDQ)
    pull_and_step(with_hashes(site))
    file = tmp_path / "some file"
    file.write_bytes(CONTENT)
    assert ask(site, "--file", str(file)) == (1, f"known {entry}\n")
    assert ask(site, hashlib.sha256(CONTENT).hexdigest().upper()) == (1, f"known {entry}\n")
    assert ask(site, f"md5:{'a' * 32}") == (0, "unknown\n")
    changed = (int(PDQ, 16) ^ (2**31 - 1)).to_bytes(32).hex()
    code, said = ask(site, f"pdq:{changed}", "--json")
    assert (code, json.loads(said)) == (1, {"known": True, "entries": [{"entry": near, "distance": 31}]})
    assert ask(site, f"pdq:{(int(PDQ, 16) ^ (2**32 - 1)).to_bytes(32).hex()}") == (0, "unknown\n")
    assert ask(site, "--stdin", stdin=f"{PDQ}\n\n{'b' * 40}\n") == (1, f"known {near}\nunknown\n")
    assert ask(site, "--stdin", stdin=b"\xff\xfe\n")[0] == 2


def test_a_withdrawn_or_ended_hash_is_unknown_and_one_for_information_never_was_known(site: Site) -> None:
    withdrawn = list_hash(site, HashKind.MD5, "1" * 32)
    list_hash(site, HashKind.MD5, "2" * 32)
    list_hash(site, HashKind.MD5, "3" * 32, ceiling="inform")
    list_hash(site, HashKind.MD5, "4" * 32, ceiling="observe")
    agent = with_hashes(site)
    pull_and_step(agent)
    known = [digits for digits in "1234" if Lookup(folder_of(site)).digest(digits * 32)]
    assert known == ["1", "2", "4"]
    site.hub.withdraw(withdrawn)
    site.clock.move(days=91)
    pull_and_step(agent)
    assert not [digits for digits in "1234" if Lookup(folder_of(site)).digest(digits * 32)]


def test_a_list_that_is_replaced_while_it_is_opened_is_stale(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, following = tmp_path / "any.hashes", tmp_path / "next"
    for file, octet in ((path, 1), (following, 2)):
        file.write_bytes(list_files({HashKind.MD5: [(bytes([octet] * 16), bytes(16))]})[1][HashKind.MD5])
    opened = Path.open

    def open_and_replace(self: Path, *mode: str) -> Any:
        file = opened(self, *mode)
        following.replace(path)
        return file

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(Path, "open", open_and_replace)
        held = HashList(path, HashKind.MD5)
    assert (held[0], held.stale) == (bytes([1] * 16), True)


def test_an_open_look_up_sees_the_next_list(site: Site) -> None:
    agent = with_hashes(site)
    pull_and_step(agent)
    lists = Lookup(folder_of(site))
    assert lists.digest(PDQ) == []
    entry = list_hash(site, HashKind.PDQ, PDQ)
    pull_and_step(agent)
    assert lists.digest(PDQ) == [Found(0, entry)]
    said = {HashList(folder_of(site) / file_name(kind), kind).version for kind in HashKind}
    assert said == {agent.status().hashes["version"]}, "all kinds' files say one version"  # type: ignore[index]


def test_hashes_are_no_part_of_the_blocked_list_and_wait_for_nobody(site: Site) -> None:
    for number in range(60):
        list_hash(site, HashKind.SHA1, f"{number + 1:040x}")
    agent = with_hashes(site)
    pull_and_step(agent)
    status = agent.status()
    assert (status.state, status.live and status.live.size) == ("live", 0)
    assert status.hashes is not None
    assert status.hashes["entries"]["SHA-1"] == 60


def test_files_are_written_again_only_when_hashes_have_changed(site: Site) -> None:
    list_hash(site, HashKind.MD5, "1" * 32)
    agent = with_hashes(site)
    pull_and_step(agent)
    path = folder_of(site) / file_name(HashKind.MD5)
    before = path.stat().st_ino
    site.hub.verify("bad.test")
    pull_and_step(agent)
    assert path.stat().st_ino == before
    for spoil in (path.unlink, lambda: path.write_bytes(b"torn")):
        spoil()
        agent.bring_outputs_up()
        assert HashList(path, HashKind.MD5).exact(bytes.fromhex("1" * 32))


def test_more_hashes_than_one_sum_of_their_versions_can_hold(site: Site) -> None:
    """SQLite refuses a sum of whole numbers beyond 64 bits: with five thousand versions in microseconds it is there."""
    agent, collection = with_hashes(site), str(site.hub.collection)
    pull_and_step(agent)
    entry = parse_indicator(site.hub.listings[list_hash(site, HashKind.MD5, "0" * 32)].thing)
    assert entry is not None
    made = [
        replace(entry, stix_id=f"indicator--{UUID(int=number)}", digest=f"MD5:{number:032x}") for number in range(6_000)
    ]
    with transaction(agent.state.connection):
        agent.state.feed.apply(collection, made)
    marks = [agent.state.feed.hash_mark([collection])]
    for change in (
        replace(made[0], live=False, version=made[0].version + 1),
        replace(made[1], version=made[1].version + 1),
        replace(made[2], stix_id=f"indicator--{UUID(int=9_000)}"),
    ):
        agent.state.feed.apply(collection, [change])
        marks.append(agent.state.feed.hash_mark([collection]))
    assert len(set(marks)) == len(marks), "another mark when one went, changed or came"


def test_what_is_no_list_and_no_digest_is_said_in_a_line(site: Site) -> None:
    agent = with_hashes(site)
    pull_and_step(agent)
    lists = Lookup(folder_of(site))
    for text in ("", "zz", "sha-512:" + "a" * 64, "g" * 32, "https://bad.test/"):
        with pytest.raises(WrongUse):
            lists.digest(text)
    with pytest.raises(AgentError, match="cannot be read"):
        lists.file(folder_of(site) / "nothing")
    path = folder_of(site) / file_name(HashKind.SHA1)
    path.write_bytes(path.read_bytes()[:-1] + b"xx")
    with pytest.raises(HashListError, match="no hash list"):
        Lookup(folder_of(site)).digest("a" * 40)
    path.unlink()
    with pytest.raises(HashListError, match="set \\[hashes\\] folder"):
        Lookup(folder_of(site)).digest("a" * 40)


def test_without_a_folder_nothing_is_kept_and_the_command_says_where_to_look(site: Site) -> None:
    list_hash(site, HashKind.MD5, "1" * 32)
    pull_and_step(site.agent())
    assert not list(site.folder.rglob("*.hashes"))
    code, said = ask(site, "1" * 32)
    assert code == 2
    assert "no folder in [hashes]" in said
