"""The member's key file: made, opened, and refused when others can read it."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from skyddsnat.protocols.benchmark import keyfile
from skyddsnat.protocols.benchmark.errors import BadRound
from skyddsnat.protocols.benchmark.keyfile import MemberKeys
from skyddsnat.protocols.benchmark.signing import fingerprint
from tests.agent.benchmark.conftest import ALFA, PASSPHRASE, ROUND, Desk, secret


def code_of(thing: object, words: str = PASSPHRASE) -> str:
    with pytest.raises(BadRound) as refused:
        keyfile.read(thing, words)
    return refused.value.code


def test_a_key_file_opens_with_its_passphrase_alone_and_only_whole() -> None:
    file = keyfile.document(ALFA, PASSPHRASE)
    assert keyfile.read(json.loads(json.dumps(file)), PASSPHRASE) == ALFA
    assert keyfile.read(file, "en la\u030ang och trygg mening") == ALFA, "however the machine spells its letters"
    assert code_of(file, "en annan mening") == "wrong_passphrase"
    assert code_of(file | {"sealed": file["sealed"][:-8] + "AAAAAAA="}) == "wrong_passphrase"
    other = replace(ALFA, seed=bytes(32))
    for wrong in (
        file | {"opening_key": other.opening_key},
        file | {"signing_key": other.signing_key},
        file | {"iterations": 99_999},
        file | {"iterations": 10_000_001},
        file | {"format": "skyddsnat/bench/key/v2"},
        file | {"salt": "?"},
        file | {"sealed": "AA.AA"},
        file | {"seed": "x"},
        [file],
    ):
        assert code_of(wrong) == "malformed"
    assert ALFA.seed.hex() not in repr(ALFA)


def test_the_command_makes_a_key_that_submit_can_use(desk: Desk) -> None:
    made = desk.facts("benchmark-key", "--member", "alfa", "--out", str(desk.folder / "new.json"))
    path = desk.folder / "new.json"
    assert path.stat().st_mode & 0o777 == 0o600
    keys = keyfile.read(json.loads(path.read_text()), PASSPHRASE)
    assert (made["signing_key"], made["opening_key"]) == (keys.signing_key, keys.opening_key)
    assert made["fingerprint"] == fingerprint(keys.signing_key, keys.opening_key)
    assert keys != MemberKeys("alfa", ALFA.seed)
    before = path.read_bytes()
    assert "exists; move it away" in desk.line(2, "benchmark-key", "--member", "alfa", "--out", str(path))
    assert path.read_bytes() == before
    assert not path.with_name("new.json.new").exists()
    assert "no member is called" in desk.line(2, "benchmark-key", "--member", "Alfa!", "--out", str(path) + "2")
    secret(desk.folder / "words", "kort")
    assert "expected at least 16" in desk.line(2, "benchmark-key", "--member", "alfa", "--out", str(path) + "2")


def test_a_key_that_is_open_to_others_wrong_or_missing_is_told_in_a_line(desk: Desk) -> None:
    words = ("submit", desk.table("MQ-A1,1\n"), "--round", ROUND)
    key = desk.folder / "key.json"
    key.chmod(0o640)
    assert "open to others (mode 640)" in desk.line(2, *words)
    key.chmod(0o600)
    secret(desk.folder / "words", "en annan mening, lika lång")
    assert "the passphrase does not open the key file" in desk.line(1, *words)
    (desk.folder / "words").chmod(0o644)
    assert "open to others (mode 644)" in desk.line(2, *words)
    settings = desk.folder / "agent.toml"
    settings.write_text(settings.read_text().replace('passphrase_file = "words"\n', ""))
    assert "nobody to ask" in desk.line(2, *words)
    key.write_text("{")
    assert "was not read" in desk.line(2, *words)
    settings.write_text(settings.read_text().replace('key_file = "key.json"\n', ""))
    assert "no key_file in [benchmark]" in desk.line(2, *words)
    assert desk.hub.asked == []
