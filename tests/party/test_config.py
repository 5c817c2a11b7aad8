"""party.toml: every problem in one line each; what init writes loads."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.party.config import load, parse
from skyddsnat.party.errors import ConfigError
from skyddsnat.party.sample_toml import PartySample, party_toml

DEPLOY = Path(__file__).parents[2] / "deploy" / "party"
KEY = "ab" * 32


def sample(**changes: Any) -> PartySample:
    facts: dict[str, Any] = {
        "id": "solros",
        "address": "party.solros.example:7710",
        "data_dir": Path("/var/lib/skyddsnat/party"),
        "key_file": Path("/etc/skyddsnat-party/party-keys/party.key"),
        "hub_url": "https://hub.skyddsnat.example",
        "token_file": Path("/etc/skyddsnat-party/party.token"),
    }
    return PartySample(**facts | changes)


def problems(text: str) -> list[str]:
    with pytest.raises(ConfigError) as failure:
        parse(tomllib.loads(text), path=Path("/etc/skyddsnat-party/party.toml"))
    return failure.value.problems


def test_what_init_writes_loads() -> None:
    text = party_toml(sample(peers=[("zonen", KEY)], listen="10.0.0.7", poll_seconds=2))
    config = parse(tomllib.loads(text), path=Path("/etc/skyddsnat-party/party.toml"))
    assert (config.id, config.address, config.listen) == ("solros", "party.solros.example:7710", "10.0.0.7")
    assert (config.peers, config.hub.poll_seconds) == ({"zonen": KEY}, 2)
    assert (config.limits.memory_mb, config.limits.attempts) == (4096, 3)


def test_every_setting_of_the_comments_is_one() -> None:
    lines = [
        line[2:] if line.startswith("# ") and " = " in line else line for line in party_toml(sample()).splitlines()
    ]
    whole = "\n".join(lines).replace("# [[peer]]", "[[peer]]").replace('id = ""', 'id = "zonen"')
    whole = whole.replace('signing_key = ""', f'signing_key = "{KEY}"').replace('log_public_key = ""', "")
    assert parse(tomllib.loads(whole), path=Path("/etc/skyddsnat-party/party.toml")).hub.ca_file is not None


def test_the_example_is_what_init_would_write() -> None:
    assert (DEPLOY / "party.toml.example").read_text() == party_toml(sample())
    assert load(DEPLOY / "party.toml.example").id == "solros"


def test_every_problem_is_told_at_once() -> None:
    text = party_toml(sample(id="Sol Ros", address="nowhere", hub_url="http://hub.example"))
    found = problems(text + "memory_mb = 1\nmemmory = 2\n")
    assert len(found) == 5
    assert [word for word in ("id:", "address:", "url:", "memory_mb:", "memmory:") if word not in " ".join(found)] == []


@pytest.mark.parametrize("address", ["host", "host:0", "host:70000", "[::1:77", "a b:77", "host:77/x", ":77"])
def test_an_address_that_peers_could_not_use_is_a_problem(address: str) -> None:
    assert "address" in problems(party_toml(sample(address=address)))[0]


def test_a_file_that_is_not_there_tells_of_init(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="party init"):
        load(tmp_path / "party.toml")


def test_the_unit_lets_the_party_write_only_its_own_place() -> None:
    unit = (DEPLOY / "skyddsnat-party.service").read_text()
    config = load(DEPLOY / "party.toml.example")
    for line in ("ProtectSystem=strict", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "UMask=0077", "LimitCORE=0"):
        assert line in unit.splitlines()
    assert f"StateDirectory={config.data_dir.relative_to('/var/lib')}" in unit
    assert "--approve-all" not in unit
    assert "ReadWritePaths" not in unit
