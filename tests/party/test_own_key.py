"""The long-term key: made once, for this user alone, and refused when others can reach it."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from skyddsnat.party import identity, private_files
from skyddsnat.party.errors import PartyError, WrongUse
from skyddsnat.party.store import Store


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    path = tmp_path / "keys" / "party.key"
    identity.create(path)
    return path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_it_is_made_for_this_user_alone_whatever_the_umask(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        made = identity.create(tmp_path / "keys" / "party.key")
    finally:
        os.umask(before)
    assert (mode(tmp_path / "keys"), mode(tmp_path / "keys" / "party.key")) == (0o700, 0o600)
    assert identity.load(tmp_path / "keys" / "party.key").public == made.public


def test_it_is_never_made_over_another(key_file: Path) -> None:
    before = key_file.read_bytes()
    with pytest.raises(WrongUse, match="another identity"):
        identity.create(key_file)
    assert key_file.read_bytes() == before


@pytest.mark.parametrize("loose", [0o640, 0o604, 0o622, 0o644])
def test_a_key_that_others_can_reach_is_refused(key_file: Path, loose: int) -> None:
    key_file.chmod(loose)
    with pytest.raises(WrongUse, match="chmod 600"):
        identity.load(key_file)


def test_a_folder_that_others_can_enter_is_refused(key_file: Path) -> None:
    key_file.parent.chmod(0o750)
    with pytest.raises(WrongUse, match="chmod 700"):
        identity.load(key_file)


def test_a_link_to_a_key_is_refused(key_file: Path) -> None:
    kept = key_file.rename(key_file.with_name("elsewhere"))
    key_file.symlink_to(kept)
    with pytest.raises(OSError, match="symbolic"):
        identity.load(key_file)


def test_what_is_no_key_of_ours_is_refused(key_file: Path) -> None:
    other = X25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    for content in (b"", b"hello", other):
        private_files.write(key_file, content)
        with pytest.raises(WrongUse, match="Ed25519"):
            identity.load(key_file)
    key_file.unlink()
    with pytest.raises(WrongUse, match="party init"):
        identity.load(key_file)


def test_another_users_key_is_refused(key_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skyddsnat.party.private_files.os.geteuid", lambda: os.getuid() + 1)
    with pytest.raises(WrongUse, match="another user"):
        identity.load(key_file)


def test_a_memory_in_an_open_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir(mode=0o755)
    with pytest.raises(WrongUse, match="chmod 700"):
        Store.open(tmp_path / "data")


def test_a_damaged_memory_or_one_of_a_newer_program_is_told(tmp_path: Path) -> None:
    place = private_files.make_folder(tmp_path / "data")
    store = Store.open(place)
    store._db.execute("PRAGMA user_version=99")
    store.close()
    with pytest.raises(PartyError, match="newer"):
        Store.open(place)
    (place / "party.sqlite").write_bytes(b"no database at all" * 300)
    for beside in place.glob("party.sqlite-*"):
        beside.unlink()
    with pytest.raises(PartyError, match="damaged"):
        Store.open(place)


def test_what_is_destroyed_is_overwritten_first(tmp_path: Path) -> None:
    path = tmp_path / "secret"
    private_files.write(path, b"share" * 100)
    with path.open("rb") as still_open:
        private_files.destroy(path)
        assert not path.exists()
        assert still_open.read() == bytes(500)
    private_files.destroy(path)  # again, as after a crash
