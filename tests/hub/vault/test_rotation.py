"""The key is changed while others read and write: nothing is lost, nothing is unreadable, and the old key is out of use."""

from __future__ import annotations

import threading
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, connections
from django.utils import timezone

from skyddsnat.hub.accounts.sealed_factors import SecondFactors
from skyddsnat.hub.signals.models import Submission
from skyddsnat.hub.vault import rotation
from skyddsnat.hub.vault.keys import ensure_ring, note_keys
from skyddsnat.hub.vault.models import Key
from skyddsnat.hub.vault.ring import ring
from tests.cast import Cast, make_cast
from tests.figures import figure
from tests.hub.signals.conftest import Stage


@pytest.fixture
def keys(db: None, tmp_path: Path, settings: Any) -> Path:
    """A ring of its own, in a file."""
    settings.VAULT_KEYS, settings.VAULT_KEYS_FILE = "", tmp_path / "vault.keys"
    Key.objects.all().delete()
    ensure_ring()
    note_keys()
    return settings.VAULT_KEYS_FILE


def stores() -> list[rotation.Store]:
    return [*rotation.columns(), SecondFactors()]


def under() -> Counter[int]:
    return sum((store.counts() for store in stores()), Counter[int]())


def change() -> Counter[str]:
    """Rotate, and return what was sealed anew."""
    done: Counter[str] = Counter()
    rotation.rotate(stores(), now=timezone.now(), tell=lambda name, count: done.update({name: count}))
    return done


def test_everything_moves_to_the_new_key_and_still_reads(keys: Path, cast: Cast, client: Any) -> None:
    stage = Stage(cast)
    signal = stage.signal("alfa", "lek-7.test", note="Hittad av vår abusegrupp.")
    cast.sign_in(client, cast.person("alfa", "analyst"))
    before = under()
    assert set(before) == {1}
    done = change()
    assert under() == Counter({2: before.total()})
    assert {"signals_signal.value", "signals_submission.note", "accounts_storedsession.session_data"} <= set(done)
    assert done["second factors"] > 0
    assert stage.again(signal).value == "lek-7.test"
    assert client.get("/").status_code == 200


def test_what_was_stopped_goes_on_and_adds_no_other_key(keys: Path, cast: Cast) -> None:
    stage = Stage(cast)
    stage.signal("alfa", "lek-7.test", note="Hittad av vår abusegrupp.")

    class Stopped(Exception):
        pass

    def stop(name: str, count: int) -> None:
        raise Stopped

    with pytest.raises(Stopped):
        rotation.rotate(stores(), now=timezone.now(), tell=stop)
    assert set(under()) == {1, 2}
    change()
    assert set(under()) == {2}
    assert ring(fresh=True).current == 2


def test_a_change_that_was_stopped_right_behind_the_file_still_ends_with_a_key_that_can_be_retired(
    keys: Path, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped() -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as then:
        then.setattr(rotation, "note_keys", stopped)
        with pytest.raises(KeyboardInterrupt):
            change()
    change()
    assert set(under()) == {2}
    later = timezone.now() + timedelta(hours=2)
    with monkeypatch.context() as then:
        then.setattr(rotation, "drop_key", lambda path, kid: stopped())
        with pytest.raises(KeyboardInterrupt):
            rotation.retire(stores(), 1, now=later)
    rotation.retire(stores(), 1, now=later)
    assert set(ring(fresh=True).ciphers) == {2}


def test_a_key_is_retired_only_when_it_has_been_replaced_for_an_hour_and_nothing_is_under_it(
    keys: Path, cast: Cast
) -> None:
    later = timezone.now() + timedelta(hours=2)
    with pytest.raises(rotation.NotYet, match="seals"):
        rotation.retire(stores(), 1, now=later)
    stage = Stage(cast)
    stage.signal("alfa", "lek-7.test", note="Hittad av vår abusegrupp.")
    late = Submission.objects.values_list("pk", "note").get()
    change()
    with pytest.raises(rotation.NotYet, match="an hour"):
        rotation.retire(stores(), 1, now=timezone.now())
    Submission.objects.filter(pk=late[0]).update(note=late[1])  # as a worker that came too late would leave it
    with pytest.raises(rotation.NotYet, match="1 cells are still under key 1"):
        rotation.retire(stores(), 1, now=later)
    change()
    rotation.retire(stores(), 1, now=later)
    assert list(ring(fresh=True).ciphers) == [2]
    assert Submission.objects.get().note == "Hittad av vår abusegrupp."


@pytest.mark.django_db(transaction=True)
def test_writers_and_readers_go_on_while_the_key_is_changed(tmp_path: Path, settings: Any) -> None:
    """Two writers and a reader against a change of keys; each write is read back by its writer's last word."""
    if connection.vendor == "sqlite" and "memory" in str(connection.settings_dict["NAME"]):
        rows, threads = 300, 0  # one connection only: writes stand between the batches instead
    else:
        rows, threads = 1_200, 2
    settings.VAULT_KEYS, settings.VAULT_KEYS_FILE = "", tmp_path / "vault.keys"
    Key.objects.all().delete()
    ensure_ring()
    note_keys()
    stage = Stage(make_cast())
    signal = stage.signal("alfa", "lek-7.test")
    first = Submission.objects.get()
    Submission.objects.bulk_create(
        Submission(signal=signal, episode=100 + n, member=first.member, channel="taxii", scope="exact",
                   basis=first.basis, note=f"anteckning {n}", at=first.at)
        for n in range(rows)
    )  # fmt: skip
    said: dict[Any, str] = {row.pk: row.note for row in Submission.objects.all()}
    names, stop, faults = sorted(said), threading.Event(), []
    lock = threading.Lock()

    def write(offset: int) -> None:
        turn = 0
        try:
            while not stop.is_set():
                turn += 1
                pk = names[(offset + 7 * turn) % len(names)]
                row = Submission.objects.get(pk=pk)
                assert isinstance(row.note, str)
                row.note = f"{offset}-{turn}"
                with lock:
                    row.save(update_fields=["note"])
                    said[pk] = row.note
                time.sleep(0.002)
        except Exception as fault:  # noqa: BLE001 - told by the test below
            faults.append(fault)
        finally:
            if threads:
                connections.close_all()

    def between(name: str, count: int) -> None:
        done[name] += count
        if not threads and not stop.is_set() and done["turns"] < 20:
            done["turns"] += 1
            row = Submission.objects.get(pk=names[done["turns"]])
            row.note = said[row.pk] = f"emellan {done['turns']}"
            row.save(update_fields=["note"])

    done: Counter[str] = Counter()
    crowd = [threading.Thread(target=write, args=(n * 500,)) for n in range(threads)]
    for one in crowd:
        one.start()
    began = time.perf_counter()
    try:
        for _ in range(2):
            rotation.rotate(stores(), now=timezone.now(), tell=between)
    finally:
        took = time.perf_counter() - began
        stop.set()
        for one in crowd:
            one.join(timeout=60)
    change_once_more = rotation.rotate(stores(), now=timezone.now(), tell=between) if threads else 3
    assert change_once_more >= 3
    assert faults == []
    assert {row.pk: row.note for row in Submission.objects.all()} == said
    cells = done.total() - done["turns"]
    figure(
        f"vault.rotation_{connection.vendor}", cells=cells, seconds=round(took, 2), rows_a_second=round(cells / took)
    )
