"""No client's address, and no token of one, in anything that the agent writes, prints or hands in."""

from __future__ import annotations

import gzip
import json
import os
import random
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

import pytest
from typer.testing import CliRunner

from skyddsnat.agent.counting import days
from skyddsnat.agent.counting.dnstap import CLIENT_QUERY
from skyddsnat.agent.counting.engine import Engine
from skyddsnat.agent.counting.store import day_number
from skyddsnat.agent.counting.tokens import Tokens
from skyddsnat.cli.agent import app
from tests.agent.counting.conftest import Logs, bind, powerdns, unbound
from tests.agent.counting.test_denominators import CONTROL, frames

DICE = random.Random(20261128)
CLIENTS = [str(IPv4Address(0xC6336400 + DICE.randrange(256))) for _ in range(60)] + [
    str(IPv6Address((0x20010DB8 << 96) + DICE.getrandbits(64))) for _ in range(60)
]


def traces(client: str) -> Iterator[bytes]:
    """What an address looks like: in text, without its dots, and as octets."""
    address = IPv6Address(client) if ":" in client else IPv4Address(client)
    yield client.encode()
    yield address.exploded.encode()
    yield address.packed
    yield address.packed[::-1]
    yield address.packed.hex().encode()
    yield str(int(address)).encode()


def found_in(content: bytes, needles: set[bytes]) -> set[bytes]:
    return {needle for needle in needles if needle in content}


def written(*folders: Path) -> Iterator[tuple[Path, bytes]]:
    for folder in folders:
        for path in folder.rglob("*"):
            if path.is_file():
                yield path, path.read_bytes()


def tapped(logs: Logs) -> bytes:
    """What each client asked, as dnstap has it: the addresses are octets there."""
    return CONTROL + b"".join(
        frames(logs, CLIENT_QUERY, client=(IPv6Address if ":" in client else IPv4Address)(client).packed)
        for client in CLIENTS
    )


@pytest.fixture
def counted(
    logs: Logs, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> Iterator[tuple[Logs, list[str], set[bytes]]]:
    """A month with 120 clients, counted and handed in from a folder of its own; with all that was printed."""
    logs.day = (logs.day.replace(day=1) - timedelta(days=1)).replace(day=20)
    elsewhere = tmp_path / "elsewhere"
    for name, folder in {"TMPDIR": "tmp", "HOME": "home", "XDG_CACHE_HOME": "cache"}.items():
        (elsewhere / folder).mkdir(parents=True)
        monkeypatch.setenv(name, str(elsewhere / folder))
    monkeypatch.chdir(elsewhere)
    with logs.site.config_file.open("a") as out:
        out.write('[[resolver]]\nname = "powerdns-1"\nkind = "powerdns"\naddress = "192.0.2.9"\n')
        out.write('[[count.log]]\nresolver = "powerdns-1"\nhits = ["logs/powerdns-1*"]\n')
    text = logs.site.config_file.read_text()
    for resolver, queries in (("bind-1", "queries.log"), ("unbound-1", "dns.tap")):
        hits = f'hits = ["logs/{resolver}*"]'
        text = text.replace(hits, f'{hits}\nqueries = ["logs/{queries}*"]')
    logs.site.config_file.write_text(text)
    keys: list[bytes] = []

    def random_key(size: int) -> bytes:
        keys.append(os.urandom(size))
        return keys[-1]

    monkeypatch.setattr(days, "Tokens", lambda: Tokens(random_key))
    logs.write("bind-1", *(bind(logs.at(), client, "wild.test") for client in CLIENTS))
    logs.write("unbound-1", *(unbound(logs.at(), client.upper(), "a.wild.test") for client in CLIENTS))
    logs.write(
        "unbound-1", f"{logs.at():%Y-%m-%dT%H:%M:%SZ} unbound[1:0] info: rpz: applied {CLIENTS[0]}@5 not understood"
    )
    logs.write("powerdns-1", *(powerdns(logs.at(), client, "b.wild.test") for client in CLIENTS))
    logs.write("powerdns-1", f"skyddsnat-hit {CLIENTS[1]} not understood")
    asked = "queries: info: client @0x7f {0}#40216 (www.lawful.test): query: www.lawful.test IN A +E(0)K (192.0.2.1)"
    logs.write("queries.log", *(f"{logs.at():%Y-%m-%dT%H:%M:%S}.100Z {asked.format(client)}" for client in CLIENTS))
    (logs.folder / "dns.tap.1.gz").write_bytes(gzip.compress(tapped(logs)))
    said = []
    settings = ["--config", str(logs.site.config_file)]
    for arguments in (
        ["count", *settings],
        ["count", *settings, "--json", "--again-from", logs.day.isoformat()],
        ["submit", *settings, "--period", str(logs.period)],
        ["status", *settings],
    ):
        done = CliRunner().invoke(app, arguments)
        assert done.exception is None or isinstance(done.exception, SystemExit), done.output
        said.append(done.output)
    needles = {trace for client in CLIENTS for trace in traces(client)} | set(keys)
    day = day_number(logs.day)
    for key in keys:
        known = Tokens(lambda _size, key=key: key)
        for client in CLIENTS:
            token = known.token(client, day=day)
            needles |= {str(token).encode(), token.to_bytes(8, signed=True), token.to_bytes(8, "little", signed=True)}
    return logs, said, needles


def test_no_client_in_any_file_that_the_agent_writes(
    counted: tuple[Logs, list[str], set[bytes]], tmp_path: Path
) -> None:
    logs, said, needles = counted
    counts = logs.counts()
    assert (counts.hits, counts.lookups) == (3 * len(CLIENTS), len(set(CLIENTS)))
    assert counts.queries == 2 * len(CLIENTS), "of all names, from a log and from dnstap"
    data = logs.site.folder / "data"
    files = dict(written(data, tmp_path / "elsewhere", logs.site.folder / "zones"))
    assert {path.name for path in files} >= {"counts.sqlite", "state.sqlite", "journal.jsonl"}
    for path, content in files.items():
        assert not found_in(content, needles), path
    for text in said:
        assert not found_in(text.encode(), needles)
    assert logs.site.hub.figures
    assert not found_in(json.dumps(logs.site.hub.figures).encode(), needles)


def test_the_search_finds_what_it_looks_for(counted: tuple[Logs, list[str], set[bytes]]) -> None:
    """A planted address is found, or the search above would say nothing."""
    logs, _, needles = counted
    assert any(found_in(content, needles) for _, content in written(logs.folder))
    planted = logs.site.folder / "data" / "spill.tmp"
    planted.write_bytes(b"\x00\x01" + IPv4Address(CLIENTS[3]).packed + b"\xff")
    assert any(found_in(content, needles) for _, content in written(planted.parent))


@pytest.mark.parametrize(
    "statement",
    [
        "COPY hits TO 'spill.csv'",
        "SET temp_directory = '.'",
        "ATTACH 'other.duckdb'",
        "SET enable_external_access = true",
    ],
)
def test_the_engine_cannot_touch_a_disk(statement: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    monkeypatch.chdir(tmp_path)
    engine = Engine()
    with pytest.raises(duckdb.Error, match=r"(?i)disabled|configuration|cannot"):
        engine._db.execute(statement)
    engine.close()
    assert [*tmp_path.iterdir()] == []


def test_a_new_run_makes_other_tokens() -> None:
    first, second = Tokens(), Tokens()
    assert first.token("192.0.2.1", day=1) == first.token("192.0.2.1", day=1)
    assert first.token("2001:DB8::1", day=1) == first.token("2001:db8::1", day=1)
    assert (
        len({first.token("192.0.2.1", day=1), first.token("192.0.2.1", day=2), second.token("192.0.2.1", day=1)}) == 3
    )
