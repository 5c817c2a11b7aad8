"""The key ring: made once, its owner's alone, and told at once when it is missing or the wrong one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from skyddsnat.hub.vault.errors import BadKeyRing
from skyddsnat.hub.vault.keys import ensure_ring, fault_of_keys, note_keys
from skyddsnat.hub.vault.models import Key
from skyddsnat.hub.vault.ring import add_key, drop_key, make, new_ring, parse, ring

pytestmark = pytest.mark.django_db


@pytest.fixture
def file(tmp_path: Path, settings: Any) -> Path:
    """A hub of its own, whose database is sealed with the keys in this file."""
    settings.VAULT_KEYS, settings.VAULT_KEYS_FILE = "", tmp_path / "vault.keys"
    Key.objects.all().delete()
    ensure_ring()
    note_keys()
    return settings.VAULT_KEYS_FILE


def test_the_first_ring_is_its_owners_alone_and_is_never_replaced(file: Path) -> None:
    before = file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    ensure_ring()
    make(file)
    assert file.read_text() == before
    assert fault_of_keys() is None


def test_a_lost_file_is_told_and_no_new_one_is_made(file: Path) -> None:
    file.unlink()
    assert "cannot be read" in (fault_of_keys() or "")
    with pytest.raises(BadKeyRing, match="restore the file from its copy"):
        ensure_ring()
    assert not file.exists()


def test_another_hubs_file_is_told(file: Path) -> None:
    file.write_text(new_ring())
    assert "key 1 of the vault's keys is not the one" in (fault_of_keys() or "")


def test_another_index_key_is_told(file: Path) -> None:
    mine, others = file.read_text().splitlines(), new_ring().splitlines()
    file.write_text(
        "\n".join(line if line.startswith("seal") else other for line, other in zip(mine, others, strict=True))
    )
    assert "the index key is not the one" in (fault_of_keys() or "")


def test_a_file_that_others_can_read_is_refused(file: Path) -> None:
    file.chmod(0o640)
    assert f"run: chmod 600 {file}" in (fault_of_keys() or "")


@pytest.mark.parametrize(
    "text",
    ["", "index 1 AAAA", "hej", "seal 1 " + "A" * 43 + "=", new_ring() + "seal 0 " + "A" * 43 + "=",
     new_ring() + new_ring().splitlines()[-1], new_ring() + "seal x y", new_ring() + "seal 2"],
)  # fmt: skip
def test_a_broken_file_is_refused_without_a_word_of_what_it_holds(text: str) -> None:
    with pytest.raises(BadKeyRing) as told:
        parse(text)
    assert "AAAA" not in str(told.value)


def test_an_added_key_seals_and_the_old_one_still_opens(file: Path) -> None:
    field = Key._meta.get_field("proof")
    under_the_old = field.seal("gammalt", "1")
    assert add_key(file) == 2
    assert "key 2" not in (fault_of_keys() or "")
    assert ring(fresh=True).current == 2
    under_the_new = field.seal("nytt", "1")
    assert (under_the_old.kid, under_the_new.kid) == (1, 2)
    assert (field.open(under_the_old, "1"), field.open(under_the_new, "1")) == ("gammalt", "nytt")


def test_a_process_that_looked_a_moment_ago_opens_what_a_new_key_sealed(file: Path) -> None:
    """Another process adds a key and seals with it: this one has not looked at the file since."""
    field = Key._meta.get_field("proof")
    ring()
    text = file.read_text()
    others = parse(text + "seal 2 " + "A" * 43 + "=\n")
    file.write_text(text + "seal 2 " + "A" * 43 + "=\n")
    os.utime(file, ns=(1, 1))
    from skyddsnat.hub.vault.envelope import seal
    from skyddsnat.hub.vault.fields import Sealed

    cell = Sealed(seal(others.ciphers[2], 2, "nytt", at=field.place + b"1"))
    assert field.open(cell, "1") == "nytt"


def test_a_dropped_key_is_gone_and_missed_while_the_database_names_it(file: Path) -> None:
    add_key(file)
    note_keys()
    drop_key(file, 1)
    assert list(ring(fresh=True).ciphers) == [2]
    assert "key 1 is missing" in (fault_of_keys() or "")
