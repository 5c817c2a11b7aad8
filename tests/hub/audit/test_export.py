"""An export is checked by one file that knows nothing of ours, and finds what was changed in it."""

from __future__ import annotations

import json
import random
import subprocess
import sys

import pytest
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.audit.queries.exporting import VERIFIER, export_lines, proof_of
from skyddsnat.hub.audit.queries.tree import newest
from skyddsnat.hub.audit.services import erase_person_details, sequence, take_cosignature
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.protocols.log import Checkpoint, Note, cosign
from skyddsnat.protocols.log.note import COSIGNATURE_V1, NoteSigner
from tests.effort import seed, tries
from tests.figures import figure

KEY_OF_ANOTHER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"


@pytest.fixture
def witness():
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return NoteSigner("alfa/alfa-sthlm-1", Ed25519PrivateKey.generate(), COSIGNATURE_V1)


@pytest.fixture
def export(cast, fill, log_key, witness):
    """A log with several checkpoints, an erased person and a witness, as lines with details."""
    fill(16, goes=3)
    erase_person_details(HUB, cast.person("beta", "analyst").pk, of="beta")
    sequence()
    said = newest()
    body = Checkpoint.parse(Note.parse(said.note).text)
    line = cosign(body, witness, now=timezone.now())
    take_cosignature(
        Actor("alfa", token_id="t"),
        member_id="alfa",
        agent="alfa-sthlm-1",
        key=witness.key.text(),
        size=said.size,
        line=line,
        now=timezone.now(),
    )
    return list(export_lines(details=True))


def check(tmp_path, lines, key, *, name="log.jsonl"):
    """Run the verifier as an auditor would: isolated, in an empty folder."""
    path = tmp_path / name
    path.write_text("".join(lines), "utf-8")
    command = [sys.executable, "-I", str(VERIFIER), name, *(["--key", key] if key else [])]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)


def test_a_whole_export_fits(tmp_path, export, log_key):
    done = check(tmp_path, export, log_key.text())
    assert done.returncode == 0, done.stdout + done.stderr
    assert "cosigned by: alfa" in done.stdout


def test_an_export_without_details_names_nobody_and_fits_too(tmp_path, export, log_key, cast):
    lines = list(export_lines(details=False))
    text = "".join(lines)
    assert "salt" not in text
    assert not [person for person in cast.people.values() if str(person.pk) in text]
    assert check(tmp_path, lines, log_key.text()).returncode == 0


def test_without_a_key_the_verifier_says_how_little_it_proves(tmp_path, export, log_key):
    done = check(tmp_path, export, "")
    assert done.returncode == 0
    assert "only shows that the file fits itself" in done.stderr
    assert check(tmp_path, export, KEY_OF_ANOTHER).returncode == 1


def test_details_without_what_proves_them_are_refused(tmp_path, export, log_key):
    where = next(number for number, line in enumerate(export) if '"details": {"person": "' in line)
    line = json.loads(export[where])
    line["details"]["person"] = "0" * 36
    del line["salt"]
    done = check(tmp_path, [*export[:where], json.dumps(line) + "\n", *export[where + 1 :]], log_key.text())
    assert done.returncode == 1
    assert "without the salt" in done.stdout


def test_whose_witness_a_key_is_the_log_says_and_not_the_export(tmp_path, export, log_key):
    unnamed = "by a key that these entries do not name as its"
    assert unnamed in check(tmp_path, export, log_key.text()).stdout, "the entry that names it waits for its place"
    sequence()
    lines = list(export_lines(details=False))
    assert unnamed not in check(tmp_path, lines, log_key.text()).stdout
    forged = [line.replace('"witness": {"member": "alfa"', '"witness": {"member": "beta"') for line in lines]
    assert forged != lines
    assert unnamed in check(tmp_path, forged, log_key.text()).stdout


def damage(lines: list[str], rng: random.Random) -> list[str]:
    """One change: a field of one line, a line gone, two swapped, one doubled."""
    changed = list(lines)
    entries = [number for number, line in enumerate(lines) if line.startswith('{"entry"')]
    where = rng.choice(entries)
    match rng.randrange(5):
        case 0:
            line = json.loads(changed[where])
            line["text"] = line["text"].replace("signal", "sign4l").replace("log.", "lag.")
            changed[where] = json.dumps(line) + "\n"
        case 1:
            del changed[where]
        case 2:
            other = rng.choice([number for number in entries if number != where])
            changed[where], changed[other] = changed[other], changed[where]
        case 3:
            changed.insert(where, changed[where])
        case _:
            candidates = [
                number for number, line in enumerate(lines) if '"details": {"person": "' in line or "checkpoint" in line
            ]
            number = rng.choice(candidates)
            line = json.loads(changed[number])
            if "checkpoint" in line:
                line["checkpoint"] = line["checkpoint"].replace("=\n", "E=\n", 1).replace("\n1", "\n2", 1)
            else:
                line["details"]["person"] = "0" * 36
            changed[number] = json.dumps(line) + "\n"
    return changed


def test_every_damaged_export_is_refused(tmp_path, export, log_key):
    rng, refused, tried = random.Random(seed()), 0, tries(short=25, long=400)
    for _ in range(tried):
        done = check(tmp_path, damage(export, rng), log_key.text())
        refused += done.returncode == 1 and "DOES NOT FIT" in done.stdout
    figure("audit.exports_damaged", found=refused, of=tried)
    assert refused == tried


def test_one_entrys_proof_is_checked_by_the_same_file(tmp_path, export, log_key):
    entry = Entry.objects.get(leaf_index=5)
    document = proof_of(entry, details=True)
    assert check(tmp_path, [json.dumps(document)], log_key.text(), name="proof.json").returncode == 0
    for change in (
        {"entry": 6},
        {"text": document["text"].replace("signal", "sign4l")},
        {"proof": document["proof"][1:]},
        {"details": {"person": None, "object_id": None, "facts": {}}},
    ):
        done = check(tmp_path, [json.dumps({**document, **change})], log_key.text(), name="proof.json")
        assert done.returncode == 1, change


def test_an_entry_that_waits_has_no_proof_yet(cast, log_key):
    from skyddsnat.hub.audit.services import record

    assert proof_of(record(HUB, "member.joined", kind="member", object_id="x"), details=True) is None


@pytest.mark.parametrize("text", ["", "{}", "[]", "\x00", '{"format":"skyddsnat/log-export/1"}'])
def test_what_is_no_export_is_refused_in_one_line(tmp_path, text, log_key):
    done = check(tmp_path, [text], log_key.text())
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
