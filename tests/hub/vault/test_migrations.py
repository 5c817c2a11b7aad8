"""Rows of release 0.1.0 are sealed by the upgrade, a run that was stopped goes on, and the way back opens them again."""

from __future__ import annotations

import base64
import hashlib
import os
import sqlite3
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.state import ProjectState
from django.utils import timezone

from skyddsnat.hub.vault import cells
from skyddsnat.hub.vault.texts import open_text
from tests.hub.vault.stolen import found_in, loot
from tests.prepared import fill_memory

pytestmark = pytest.mark.django_db(transaction=True)

OLD = [(noun, "0001_initial") for noun in ("signals", "feed", "members", "accounts", "sessions", "usersessions")]
OLD.append(("mfa", "0003_authenticator_type_uniq"))
SEALED = (*(noun for noun, _ in OLD), "lists", "vault")
"""Whose columns are sealed, and what they are sealed with.  That all the rest goes forth and back too: tests/survival."""
NAMESPACE = uuid.UUID("0f5a4f0e-6b6e-4f6d-9c0b-1f2e3d4c5b6a")
SECRET = "JBSWY3DPEHPK3PXP"
COUNT = 12
LIST_NOTE = "Vi jämför med vår egen lista."
SECRETS = [
    SECRET,
    str(NAMESPACE),
    NAMESPACE.hex,
    "fynd-3.test",
    "google.com",
    "En rad om fyndet.",
    "Kund når inte.",
    "Skälet är gott.",
]


def go(targets: list[tuple[str, str]]) -> ProjectState:
    """Migrate to these, and return the state then.  Its `apps`, which are dear, are made when they are asked for."""
    state = MigrationExecutor(connection).migrate(targets)
    state.clear_delayed_apps_cache()  # relations too
    return state


def newest(*nouns: str) -> list[tuple[str, str]]:
    """Of these, or of all."""
    return [leaf for leaf in MigrationExecutor(connection).loader.graph.leaf_nodes() if leaf[0] in nouns or not nouns]


@pytest.fixture
def old() -> Iterator[Any]:
    """The tables of 0.1.0, with rows, made the way they were made then; the newest again afterwards."""
    try:
        empty()
        go(OLD)
        apps = MigrationExecutor(connection).loader.project_state(OLD).apps
        fill(apps)
        yield apps
    finally:
        empty()
        fill_memory(connection)
        go(newest())


def empty() -> None:
    """No tables at all."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        return
    with closing(sqlite3.connect(":memory:")) as nothing:
        nothing.backup(connection.connection)


def fill(apps: Any) -> None:
    now = timezone.now()
    model = apps.get_model
    member = model("members", "Member").objects.create(
        id="alfa", name="Alfa", kind="operator", control_group="alfa", joined_at=now
    )
    person = model("members", "Person").objects.create(email="a@alfa.test", name="Anna", member=member)
    circle = model("members", "Circle").objects.create(name="Krets", purpose="Prov", owner=member)
    model("members", "Coalition").objects.create(name="Prov", namespace=NAMESPACE)
    for n in range(COUNT):
        value = f"fynd-{n}.test"
        signal = model("signals", "Signal").objects.create(
            circle=circle, type="domain", value=value, created_at=now, changed_at=now
        )
        model("signals", "Submission").objects.create(
            signal=signal, episode=1, member=member, channel="form", scope="exact", basis="court",
            note="" if n % 2 else "En rad om fyndet.", at=now + timedelta(seconds=n),
        )  # fmt: skip
        judged = hashlib.sha256(f"domain\n\nexact\n{value}".encode()).hexdigest()
        model("signals", "Review").objects.create(
            signal=signal, episode=1, person=person, member=member, verdict="approve", content=judged, at=now
        )
        model("signals", "Reveal").objects.create(
            signal=signal, person=person, member=member, reason="case", note="Kund når inte.", at=now
        )
    more = {"proposed_by": person, "proposed_at": now, "reason": "Skälet är gott."}
    model("signals", "BlockRule").objects.create(type="url", **more)
    model("signals", "ProtectOverride").objects.create(
        type="domain", value="google.com", scope="exact", protection="top", **more
    )
    collection = model("feed", "Collection").objects.create(kind="inbox", title="Alfa", member=member)
    for n in range(COUNT):
        raw = f'{{"pattern":"fynd-{n}.test"}}'
        model("feed", "ObjectVersion").objects.create(
            added=1000 * (n + 1), collection=collection, stix_id=f"x--{n}", type="x", version=1, raw=raw, said="a" * 64
        )
    model("mfa", "Authenticator").objects.create(user_id=person.pk, type="totp", data={"secret": seal_of_0_1_0(SECRET)})
    model("sessions", "Session").objects.create(session_key="k" * 32, session_data="x", expire_date=now)


def seal_of_0_1_0(text: str) -> str:
    purpose = b"skyddsnat/second-factor/1"
    key = HKDF(algorithm=SHA256(), length=32, salt=None, info=purpose).derive(settings.SECRET_KEY.encode())
    nonce = os.urandom(12)
    return (
        "s1." + base64.urlsafe_b64encode(nonce + AESGCM(key).encrypt(nonce, text.encode(), b"s1." + purpose)).decode()
    )


def vacuumed(folder: Path) -> bytes:
    """What `hub migrate` leaves behind."""
    cells.forget_deleted()
    return loot(folder)


def stop_after_one_batch(patch: pytest.MonkeyPatch) -> None:
    """Begin to seal the signals, and lose power.  Five rows are done; what goes on finds seven left."""
    signals = go([("signals", "0003_sealed_columns_added"), ("vault", "0001_initial")]).apps.get_model(
        "signals", "Signal"
    )
    write, written = cells.write, []

    def power_cut(model: Any, changes: Any, *, using: str) -> None:
        if written:
            raise KeyboardInterrupt
        written.append(len(changes))
        write(model, changes, using=using)

    with patch.context() as here:
        here.setattr(cells, "write", power_cut)
        with pytest.raises(KeyboardInterrupt):
            cells.seal_columns(signals, {"value_plain": "value"}, using="default")
    assert signals.objects.filter(value__isnull=False).count() == written[0] == 5


def count_sealed(patch: pytest.MonkeyPatch) -> Counter[str]:
    """How many rows of each table are written from now on."""
    write, found = cells.write, Counter[str]()

    def counted(model: Any, changes: Any, *, using: str) -> None:
        found[model._meta.db_table] += len(changes)
        write(model, changes, using=using)

    patch.setattr(cells, "write", counted)
    return found


def take_a_list_out(apps: Any) -> None:
    """As lists were taken out before their notes were sealed."""
    model = apps.get_model
    apps.get_model("lists", "Export").objects.create(
        member=model("members", "Member").objects.get(), person=model("members", "Person").objects.get(),
        circle=model("members", "Circle").objects.get(), form="csv", plain=False, reason="check", note=LIST_NOTE,
        count=1, planted=0, at=timezone.now(),
    )  # fmt: skip


def test_old_rows_are_sealed_by_a_run_that_was_stopped_and_open_again_on_the_way_back(
    old: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert {"fynd-3.test", "En rad om fyndet."} <= set(found_in(loot(tmp_path), SECRETS))
    monkeypatch.setattr(cells, "BATCH", 5)
    stop_after_one_batch(monkeypatch)
    sealed = count_sealed(monkeypatch)
    take_a_list_out(go([("lists", "0001_initial")]).apps)
    assert found_in(loot(tmp_path), [LIST_NOTE]) == [LIST_NOTE]
    go(newest(*SEALED))
    assert sealed["signals_signal"] == COUNT - 5, "goes on where it was"
    from allauth.mfa.models import Authenticator

    from skyddsnat.hub.accounts.models import StoredSession
    from skyddsnat.hub.feed.models import ObjectVersion
    from skyddsnat.hub.lists.models import Export
    from skyddsnat.hub.members.models import Coalition
    from skyddsnat.hub.signals.models import BlockRule, ProtectOverride, Reveal, Signal, Submission
    from skyddsnat.hub.signals.services.dossier import content_of

    assert found_in(vacuumed(tmp_path), [*SECRETS, LIST_NOTE]) == []
    assert Export.objects.get().note == LIST_NOTE
    assert {signal.value for signal in Signal.objects.all()} == {f"fynd-{n}.test" for n in range(COUNT)}
    assert Signal.objects.with_values([("domain", "fynd-3.test")]).get().value == "fynd-3.test"
    assert {report.note for report in Submission.objects.all()} == {"", "En rad om fyndet."}
    assert {reveal.note for reveal in Reveal.objects.all()} == {"Kund når inte."}
    assert (BlockRule.objects.get().reason, ProtectOverride.objects.get().reason) == ("Skälet är gott.",) * 2
    assert ProtectOverride.objects.get().value == "google.com"
    assert Coalition.objects.get().namespace == str(NAMESPACE)
    assert ObjectVersion.objects.get(added=4000).raw == '{"pattern":"fynd-3.test"}'
    assert ObjectVersion.objects.get(added=4000).said == "a" * 64
    judged = Signal.objects.with_values([("domain", "fynd-3.test")]).get()
    assert judged.reviews.get().content == content_of(judged), "an approval of 0.1.0 still stands"
    assert open_text(Authenticator.objects.get().data["secret"], purpose="second-factor") == SECRET
    assert not StoredSession.objects.exists()

    lists = go([("lists", "0001_initial")]).apps
    assert [row.note for row in lists.get_model("lists", "Export").objects.all()] == [LIST_NOTE]
    back = go(OLD).apps
    assert {row.value for row in back.get_model("signals", "Signal").objects.all()} == {
        f"fynd-{n}.test" for n in range(COUNT)
    }
    assert {row.note for row in back.get_model("signals", "Submission").objects.all()} == {"", "En rad om fyndet."}
    assert back.get_model("members", "Coalition").objects.get().namespace == NAMESPACE
    assert back.get_model("feed", "ObjectVersion").objects.get(added=4000).raw == '{"pattern":"fynd-3.test"}'
    judged = hashlib.sha256(b"domain\n\nexact\nfynd-3.test").hexdigest()
    assert back.get_model("signals", "Review").objects.filter(content=judged).count() == 1
    assert back.get_model("mfa", "Authenticator").objects.get().data["secret"].startswith("s1.")
