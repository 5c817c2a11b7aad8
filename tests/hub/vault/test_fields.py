"""Sealed columns: what is stored is sealed, opens in its own place only, and cannot be searched but by its blind index."""

from __future__ import annotations

import hmac
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps.registry import Apps
from django.core.exceptions import FieldError
from django.db import connection, models
from django.utils import timezone

from skyddsnat.hub.vault.envelope import seal_many, unseal
from skyddsnat.hub.vault.errors import CannotOpen
from skyddsnat.hub.vault.fields import BlindIndexField, Sealed, SealedTextField
from skyddsnat.hub.vault.mac import mac
from skyddsnat.hub.vault.models import Key
from skyddsnat.hub.vault.ring import new_ring

pytestmark = pytest.mark.django_db

PROOF = Key._meta.get_field("proof")


class Book(models.Model):
    """A model without a table, for what does not reach the database."""

    kind = models.CharField(max_length=10)
    title = SealedTextField(max_length=20)
    title_index = BlindIndexField(of="title", beside=("kind",))

    class Meta:
        app_label = "vault"
        apps = Apps()


TITLE = Book._meta.get_field("title")
INDEX = Book._meta.get_field("title_index")


def keep(pk: int = 7, text: str = "bevis.test") -> Key:
    """A row with a sealed cell."""
    return Key.objects.create(pk=pk, made_at=timezone.now(), proof=text)


def stored(pk: int) -> bytes:
    with connection.cursor() as cursor:
        cursor.execute("SELECT proof FROM vault_key WHERE id = %s", [pk])
        return bytes(cursor.fetchone()[0])


def test_a_row_reads_as_text_and_is_stored_sealed() -> None:
    keep()
    assert Key.objects.get(pk=7).proof == "bevis.test"
    assert b"bevis" not in stored(7)
    assert stored(7)[:2] == bytes((1, 1))


def test_a_row_that_is_saved_again_still_opens() -> None:
    keep()
    row = Key.objects.get(pk=7)
    row.save()
    row.proof = "nytt"
    row.save(update_fields=["proof"])
    row.refresh_from_db()
    assert row.proof == "nytt"
    assert Key.objects.defer("proof").get(pk=7).proof == "nytt"


@pytest.mark.parametrize("there", [True, False])
def test_a_cell_that_was_moved_to_another_row_is_refused_and_the_log_says_which(
    there: bool, caplog: pytest.LogCaptureFixture
) -> None:
    keep(7), keep(8, "annat.test")
    Key.objects.filter(pk=8).update(proof=Key.objects.values_list("proof", flat=True).get(pk=7 if there else 8))
    if not there:
        assert Key.objects.get(pk=8).proof == "annat.test"
        return
    with pytest.raises(CannotOpen, match=r"vault_key\.proof of row '8'"):
        Key.objects.get(pk=8).proof  # noqa: B018
    assert "incident: vault_key.proof of row '8' cannot be opened" in caplog.text
    assert "bevis" not in caplog.text


def test_a_cell_of_another_column_or_table_is_refused() -> None:
    cell = PROOF.seal("bevis.test", "7")
    assert PROOF.open(cell, "7") == "bevis.test"
    with pytest.raises(CannotOpen):
        TITLE.open(cell, "7")


@pytest.mark.parametrize("position", [0, 1, 2, 14, -1])
def test_a_changed_byte_is_refused(position: int) -> None:
    changed = bytearray(PROOF.seal("bevis.test", "7").envelope)
    changed[position] ^= 1
    with pytest.raises(CannotOpen):
        PROOF.open(Sealed(bytes(changed)), "7")


def test_nothing_that_is_not_sealed_can_be_written() -> None:
    keep()
    with pytest.raises(TypeError, match="not sealed"):
        Key.objects.filter(pk=7).update(proof="i klartext")


def test_nothing_that_is_not_sealed_can_be_written_in_bulk() -> None:
    row = keep()
    row.proof = "i klartext"
    with pytest.raises(TypeError, match="not sealed"):
        Key.objects.bulk_update([row], ["proof"])


def test_plain_bytes_in_the_column_are_refused() -> None:
    keep()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE vault_key SET proof = %s WHERE id = 7", [b"i klartext"])
    with pytest.raises(CannotOpen):
        Key.objects.get(pk=7).proof  # noqa: B018


@pytest.mark.parametrize("lookup", ["proof", "proof__contains", "proof__in", "proof__gt"])
def test_a_sealed_column_cannot_be_searched(lookup: str) -> None:
    with pytest.raises(FieldError, match="blind index"):
        Key.objects.filter(**{lookup: ["x"]}).exists()


def test_values_of_a_query_are_cells_that_say_nothing() -> None:
    keep()
    (cell,) = Key.objects.filter(pk=7).values_list("proof", flat=True)
    assert str(cell) == repr(cell) == "<sealed>"
    assert PROOF.opener()(cell, 7) == "bevis.test"


def test_too_long_a_text_and_a_row_without_an_id_are_refused() -> None:
    with pytest.raises(ValueError, match="20 characters"):
        TITLE.seal("x" * 21, "1")
    with pytest.raises(ValueError, match="before the first save"):
        TITLE.pre_save(Book(title="x"), add=True)


def test_a_blind_index_is_the_same_for_the_same_text_and_tells_nothing_without_the_key(settings: Any) -> None:
    index = INDEX.index("bok.test", kind="a")
    assert index == INDEX.index("bok.test", kind="a")
    assert index not in {INDEX.index("bok.test", kind="b"), INDEX.index("bok.tes", kind="a")}
    settings.VAULT_KEYS = new_ring()
    assert INDEX.index("bok.test", kind="a") != index


def test_an_index_follows_its_column() -> None:
    book = Book(pk=1, kind="a", title="bok.test")
    assert INDEX.pre_save(book, add=True) == book.title_index == INDEX.index("bok.test", kind="a")


def test_a_key_that_serves_for_long_gives_the_same_as_a_new_one() -> None:
    for key, text in ((b"k" * 32, b""), (b"k" * 32, b"a" * 300), (b"", b"a"), (b"l" * 100, b"a")):
        assert mac(key, text) == hmac.digest(key, text, "sha256")


def test_cells_that_are_sealed_together_open_each_in_its_place_alone() -> None:
    cipher = AESGCM(bytes(32))
    cells = seal_many(cipher, 3, [("en", b"1"), ("två", b"2"), ("", b"3")], at=b"here")
    assert [
        unseal({3: cipher}, cell, at=b"here" + row) for cell, row in zip(cells, (b"1", b"2", b"3"), strict=True)
    ] == [
        "en",
        "två",
        "",
    ]
    assert len({cell[2:14] for cell in cells}) == 3
    with pytest.raises(CannotOpen):
        unseal({3: cipher}, cells[0], at=b"here2")
