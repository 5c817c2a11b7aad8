"""Signed notes, checkpoints and cosignatures, in the form that other programs read too."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from skyddsnat.protocols.log import (
    BadLog,
    Checkpoint,
    Note,
    NoteKey,
    NoteSigner,
    cosign,
    read_checkpoint,
    read_cosignature,
    sign_checkpoint,
)
from skyddsnat.protocols.log.note import COSIGNATURE_V1

# The example of Go's package sumdb/note, from which the C2SP form comes.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
)
LOG = NoteSigner("hub.example/log", Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
WITNESS = NoteSigner("alfa.example/agent", Ed25519PrivateKey.from_private_bytes(bytes(32)), COSIGNATURE_V1)
CHECKPOINT = Checkpoint("hub.example/log", 7, bytes(range(32)))
NOW = datetime(2026, 11, 26, 12, 0, 5, tzinfo=UTC)


def test_a_note_that_go_has_signed_is_read_and_verified() -> None:
    key = NoteKey.parse(GO_KEY)
    note = Note.parse(GO_NOTE)
    assert key.text() == GO_KEY
    assert [key.verify(signature, note.text.encode()) for signature in note.by(key)] == [True]
    assert not key.verify(note.by(key)[0], note.text.replace("answer", "question").encode())


def test_a_checkpoint_has_three_lines_and_a_signature() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG)
    lines = note.split("\n")
    assert lines[:4] == ["hub.example/log", "7", base64.b64encode(bytes(range(32))).decode(), ""]
    assert lines[4].startswith("— hub.example/log ")
    assert read_checkpoint(note, LOG.key) == CHECKPOINT
    assert len(note.encode()) < 250


def test_more_signatures_on_a_note_do_no_harm() -> None:
    note = sign_checkpoint(CHECKPOINT, LOG) + cosign(CHECKPOINT, WITNESS, now=NOW)
    assert read_checkpoint(note, LOG.key) == CHECKPOINT


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda note: note.replace("\n7\n", "\n8\n"), "bad_signature"),
        (lambda note: note.replace("\n7\n", "\n07\n"), "malformed"),
        (lambda note: note.replace("\n7\n", "\n-7\n"), "malformed"),
        (lambda note: note.replace("hub.example/log\n", "other.example/log\n", 1), "other_log"),
        (lambda note: note.replace("— hub.example/log", "— other.example/log"), "bad_signature"),
        (lambda note: note[:-1], "malformed"),
        (lambda note: note + "— nobody\n", "malformed"),
        (lambda note: note.replace("\n\n", "\nmore\n\n"), "malformed"),
        (lambda _: "", "malformed"),
    ],
)
def test_a_changed_checkpoint_is_refused(change, code: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadLog) as refused:
        read_checkpoint(change(sign_checkpoint(CHECKPOINT, LOG)), LOG.key)
    assert refused.value.code == code


def test_another_logs_key_is_refused() -> None:
    stranger = NoteSigner(LOG.name, Ed25519PrivateKey.generate())
    with pytest.raises(BadLog) as refused:
        read_checkpoint(sign_checkpoint(CHECKPOINT, stranger), LOG.key)
    assert refused.value.code == "bad_signature"
    with pytest.raises(BadLog):
        sign_checkpoint(replace(CHECKPOINT, origin="other"), LOG)


@pytest.mark.parametrize("name", ["hub.example/log\x1b[8m", "hub.example/\u202egol", "hub.example/\u200blog"])
def test_a_key_whose_name_is_not_what_one_sees_is_refused(name: str) -> None:
    """People compare it on a terminal, letter by letter."""
    with pytest.raises(BadLog):
        NoteKey.parse(NoteKey(name, 1, bytes(32)).text())


def test_a_cosignature_tells_who_and_when() -> None:
    line = cosign(CHECKPOINT, WITNESS, now=NOW)
    read = read_cosignature(CHECKPOINT, line, WITNESS.key)
    assert (read.key, read.at) == (WITNESS.key, NOW)
    raw = base64.b64decode(line.split()[-1])
    message = b"cosignature/v1\ntime %d\n" % int(NOW.timestamp()) + CHECKPOINT.text().encode()
    assert WITNESS.key.verify(raw[12:], message)


@pytest.mark.parametrize(
    "other", [replace(CHECKPOINT, size=8), replace(CHECKPOINT, root=bytes(32)), replace(CHECKPOINT, origin="other")]
)
def test_a_cosignature_holds_for_one_checkpoint_alone(other: Checkpoint) -> None:
    with pytest.raises(BadLog, match="bad_signature"):
        read_cosignature(other, cosign(CHECKPOINT, WITNESS, now=NOW), WITNESS.key)


def test_a_cosignature_with_another_time_is_refused() -> None:
    name, key_id, value = Note.parse(f"{CHECKPOINT.text()}\n{cosign(CHECKPOINT, WITNESS, now=NOW)}").signatures[0]
    later = (int.from_bytes(value[:8], "big") + 1).to_bytes(8, "big") + value[8:]
    line = f"— {name} {base64.b64encode(key_id + later).decode()}\n"
    with pytest.raises(BadLog, match="bad_signature"):
        read_cosignature(CHECKPOINT, line, WITNESS.key)


@pytest.mark.parametrize(
    "text",
    ["", "x", "a b+00000000+AQ==", GO_KEY.replace("c74f20a3", "c74f20a4"), GO_KEY[:-8], "x+c74f20a3+" + "B" * 44],
)
def test_a_key_that_is_no_exact_copy_is_refused(text: str) -> None:
    with pytest.raises(BadLog):
        NoteKey.parse(text)


@given(st.text(max_size=400))
def test_no_text_makes_the_reader_fail_in_another_way(text: str) -> None:
    for read in (lambda: read_checkpoint(text, LOG.key), lambda: NoteKey.parse(text), lambda: Checkpoint.parse(text)):
        try:
            read()
        except BadLog:
            continue
