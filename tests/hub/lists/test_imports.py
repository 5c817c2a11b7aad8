"""A list comes in: what it becomes is shown first, then taken in once, whatever happens meanwhile."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pymisp import MISPEvent

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.lists.models import Import, ImportRow
from skyddsnat.hub.lists.services import Worker, incoming, tend
from skyddsnat.hub.members.models import CircleMembership
from skyddsnat.hub.signals.models import CanaryMet, Signal, Submission
from tests.cast import Cast
from tests.hub.lists.conftest import Stage, again, bring, brought, bundle_of, csv_of, somebody

pytestmark = pytest.mark.django_db


def misp(*values: str, **rest: Any) -> tuple[str, bytes]:
    """An event as PyMISP writes it."""
    made = MISPEvent()
    made.info = "Egna iakttagelser"
    for value in values:
        made.add_attribute("domain", value, to_ids=True, **rest)
    return "handelse.json", made.to_json().encode()


def page(client: Client, made: Import, **query: str) -> str:
    return client.get(f"/lists/imports/{made.pk}/", query).content.decode()


def values() -> list[str]:
    return sorted(signal.value for signal in Signal.objects.all())


def outcomes(made: Import) -> list[tuple[str, str]]:
    return list(made.rows.order_by("place").values_list("became", "code"))


def test_a_csv_file_is_shown_row_by_row_and_then_taken_in(cast: Cast, anna: Client) -> None:
    data = "value;type;scope;note\nett.test;domain;subdomains;sett i vår kö\n=cmd();term;;\n;;;\nx;okand;;\n".encode()
    made = brought(anna, cast, ("lista.csv", data))
    assert made.state == Import.State.READY
    assert not Signal.objects.exists()
    html = page(anna, made)
    assert "nothing is taken in yet" in html
    assert "none of the known words" in html
    assert "ett.test" not in html
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    made = again(made)
    assert (made.state, made.handled) == (Import.State.DONE, 3)
    assert Signal.objects.get(type="domain").scope == "subdomains"
    assert set(Submission.objects.values_list("channel", flat=True)) == {"csv"}
    assert made.became == {"created": 2, "refused": 1, "refused:unknown_word": 1}


def test_the_preview_says_which_types_were_guessed_and_from_what(cast: Cast, anna: Client) -> None:
    data = b"value;type\nett.test;\ntva.test;domain\ntre.test;\nListan som vi fick;\nord;term\n"
    made = brought(anna, cast, ("lista.csv", data))
    html = page(anna, made)
    said, every_row = html.split("Types that were guessed")[1].split("Every row")
    assert re.findall(r"<span>(\w+)</span><strong[^>]*>(\d+)<", said) == [("Domain", "2"), ("Term", "1")]
    assert every_row.count(">guessed<") == 3
    assert every_row.count("Read as a term, since it is neither an address nor a hash.") == 1
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    html = page(anna, made)
    assert "Types that were guessed" not in html
    assert html.count(">guessed<") == 3
    assert again(made).became == {"created": 5}


def test_a_file_that_says_all_types_has_none_guessed(cast: Cast, anna: Client) -> None:
    for file in (("lista.csv", b"value,type\nett.test,domain\n"), bundle_of("bunt.test"), misp("event.test")):
        assert "guessed" not in page(anna, brought(anna, cast, file))


@pytest.mark.parametrize(("file", "channel"), [(bundle_of("bunt.test"), "stix"), (misp("bunt.test"), "misp")])
def test_bundles_and_events_come_in_the_same_way(
    cast: Cast, anna: Client, file: tuple[str, bytes], channel: str
) -> None:
    made = brought(anna, cast, file)
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert values() == ["bunt.test"]
    assert set(Submission.objects.values_list("channel", flat=True)) == {channel}


def test_a_feed_is_chosen_as_its_files_and_says_what_is_missing(cast: Cast, anna: Client) -> None:
    first, second = misp("ett.test"), misp("tva.test")
    uuids = [orjson.loads(data)["uuid"] for _, data in (first, second)]
    manifest = orjson.dumps({uuid: {"info": "x"} for uuid in [*uuids, "3f1a1f0e-6e0b-4a2f-9a52-0d1d5f6f0c99"]})
    made = brought(anna, cast, ("manifest.json", manifest), first, second, ("hashes.csv", b"a,b\n"))
    assert (made.total, made.missing) == (2, 1)
    assert "names 1 event whose file was not chosen" in page(anna, made)


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ([("bild.csv", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + b"\x00" * 60)], "not text in UTF-8"),
        ([("tom.csv", b"value\n")], "nothing to report"),
        ([("fel.csv", b"domain\nett.test\n")], "no column named"),
        ([("bred.csv", b"value" + b"," * 200 + b"\nett.test\n")], "CSV"),
        ([("djup.json", b"[" * 1000 + b"]" * 1000)], "neither a STIX 2.1 bundle nor a MISP event"),
        ([("fel.json", b'{"type": "report"}')], "neither a STIX 2.1 bundle nor a MISP event"),
        ([("fel.json", b'{"type": "bundle", "objects": [')], "could not be read as JSON"),
        ([csv_of("a.test"), csv_of("b.test")], "Choose one file, or several of MISP"),
        (
            [("a.json", b'{"Event": {"Attribute": [{"type": "attachment", "value": "x", "data": "aGVq"}]}}')],
            "attached file",
        ),
        ([("a.csv", b"value,more\nett.test,data:image/png;base64," + b"iVBORw0KGgo" * 9)], "no imagery in any form"),
    ],
)
def test_a_file_that_cannot_be_read_is_explained(
    cast: Cast, anna: Client, files: list[tuple[str, bytes]], said: str
) -> None:
    assert said in bring(anna, cast, *files).content.decode()
    assert not Import.objects.exists()


def test_an_upload_beyond_the_limit_is_told_so_and_kept_out_of_memory(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skyddsnat.hub.lists.upload.MOST_BYTES", 1_000)
    monkeypatch.setattr("skyddsnat.hub.lists.upload.FORM_ITSELF", 1_000)
    assert "too large" in bring(anna, cast, csv_of(*(f"namn{n}.test" for n in range(1_000)))).content.decode()
    assert not Import.objects.exists()


def test_a_list_beyond_the_limit_is_refused_whole(cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skyddsnat.hub.signals.reading.MOST_ROWS", 3)
    assert "Too many rows" in bring(anna, cast, csv_of(*(f"namn{n}.test" for n in range(4)))).content.decode()
    assert not Import.objects.exists()


def test_the_preview_counts_what_is_new_known_repeated_and_stopped(cast: Cast, anna: Client, stage: Stage) -> None:
    stage.signal("alfa", "kand.test")
    stage.signal("beta", "hemlig.test")
    made = brought(anna, cast, csv_of("ny.test", "kand.test", "hemlig.test", "NY.test", "google.com", "192.0.2.1"))
    assert made.expected == {
        "created": 2,  # what others reported in secret looks new
        "repeated": 2,
        "repeated:twice": 1,
        "refused": 2,
        "refused:protected_name": 1,
        "refused:not_recognised": 1,
        "guessed": 5,
        "guessed:domain": 5,
    }
    html = page(anna, made)
    for said in ("on the protect list", "stands earlier in this list", "It is not clear what this is"):
        assert said in html


@pytest.mark.parametrize(
    ("techniques", "code"), [(b"T-1 " * 4_000, "too_many_techniques"), (b"Z" * 20_000, "too_long")]
)
def test_a_row_that_is_too_long_to_wait_is_refused_alone(
    cast: Cast, anna: Client, techniques: bytes, code: str
) -> None:
    lines = b"value,type,techniques\nett.test,domain," + techniques + b"\ntva.test,domain,\n"
    made = brought(anna, cast, ("lang.csv", lines))
    assert made.expected == {"created": 1, "refused": 1, f"refused:{code}": 1}


def test_a_member_has_only_so_many_lists_on_their_way(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever brought list after list and confirmed none would fill the hub's disk."""
    monkeypatch.setattr(incoming, "MOST_OPEN", 1)
    first = brought(anna, cast, csv_of("ett.test"))
    assert "wait to be confirmed" in bring(anna, cast, csv_of("tva.test")).content.decode()
    assert Import.objects.count() == 1
    anna.post(f"/lists/imports/{first.pk}/cancel/")
    assert brought(anna, cast, csv_of("tva.test")).pk != first.pk


def test_repeats_are_found_across_batches_too(cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 0)
    made = brought(anna, cast, csv_of("a.test", "b.test", "A.test.", "b.test"))
    worker = Worker(size=1)
    worker.work(seconds=20, only=made.pk)
    assert list(made.rows.values_list("expected", flat=True)) == ["created", "created", "repeated", "repeated"]


def test_a_row_marked_narrower_stays_narrower(cast: Cast, anna: Client) -> None:
    strict = ["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"]
    made = brought(anna, cast, bundle_of("a.test", object_marking_refs=strict), marking="AMBER")
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert Signal.objects.get().marking == "AMBER+STRICT"
    made = brought(anna, cast, bundle_of("b.test"), marking="AMBER")
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert sorted(Signal.objects.values_list("marking", flat=True)) == ["AMBER", "AMBER+STRICT"]


def test_waiting_values_are_sealed_and_gone_when_done(cast: Cast, anna: Client, django_db_blocker: Any) -> None:
    from django.db import connection

    def stored() -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT * FROM lists_importrow")
            return repr([[bytes(c) if isinstance(c, memoryview) else c for c in row] for row in cursor.fetchall()])

    made = brought(anna, cast, csv_of("hemligt-namn.test", "google.com"))
    assert "hemligt" not in stored()
    assert "google" not in stored()
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert {row.draft for row in ImportRow.objects.all()} == {""}
    assert {row.digest for row in ImportRow.objects.all()} == {""}


def test_cancelling_keeps_what_came_in_and_drops_the_rest(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(anna, cast, csv_of(*(f"namn{n}.test" for n in range(6))))
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 0)
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    worker = Worker(size=2)
    assert worker._take(made.pk) == made.pk
    assert worker.step(made.pk)
    worker._give_back(made.pk)
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 5)
    anna.post(f"/lists/imports/{made.pk}/cancel/")
    made = again(made)
    assert (made.state, made.handled) == (Import.State.CANCELLED, 6)
    assert made.became == {"created": 2, "left": 4}
    assert len(values()) == 2
    assert not any(row.draft for row in made.rows.all())
    assert anna.post(f"/lists/imports/{made.pk}/confirm/").status_code == 302
    assert again(made).state == Import.State.CANCELLED


def test_a_worker_that_dies_is_followed_by_another_and_no_row_is_lost_or_doubled(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(anna, cast, csv_of(*(f"namn{n}.test" for n in range(10))))
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 0)
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    dead, living = Worker(size=3), Worker(size=3)
    dead._take(made.pk)
    dead.step(made.pk)
    assert not living.work(seconds=5, only=made.pk), "the import is in another's hands"
    Import.objects.update(lease_until=made.created_at - timedelta(days=1))
    assert living.work(seconds=20, only=made.pk)
    assert not dead.step(made.pk), "whoever lost the lease writes nothing more"
    assert again(made).became == {"created": 10}
    assert Submission.objects.count() == 10


def test_a_batch_that_breaks_leaves_nothing_half_done(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(anna, cast, csv_of("a.test", "b.test"))
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 0)
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    worker = Worker()
    worker._take(made.pk)
    with monkeypatch.context() as broken:
        broken.setattr("skyddsnat.hub.lists.services.rows._write", lambda rows: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worker.step(made.pk)
    assert not Submission.objects.exists()
    assert again(made).handled == 0
    assert worker.step(made.pk) is False
    assert Submission.objects.count() == 2


def test_an_operators_import_waits_for_its_hour_and_a_mandates_does_not(
    cast: Cast, anna: Client, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.SIGNAL_SUBMISSIONS_PER_HOUR = 3
    made = brought(anna, cast, csv_of(*(f"alfa{n}.test" for n in range(5))))
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    made = again(made)
    assert (made.state, made.handled) == (Import.State.RUNNING, 3)
    assert made.not_before is not None
    assert "The rest goes on by itself" in page(anna, made)
    Submission.objects.update(at=made.created_at - timedelta(hours=2))
    Import.objects.update(not_before=None)
    Worker().work(seconds=5, only=made.pk)
    assert again(made).became == {"created": 5}

    police = somebody(cast, "vakten", "analyst")
    theirs = brought(police, cast, csv_of(*(f"vakten{n}.test" for n in range(5))))
    police.post(f"/lists/imports/{theirs.pk}/confirm/")
    assert again(theirs).state == Import.State.DONE
    assert Entry.objects.get(action="import.confirmed", member="vakten").facts["pace"] == "daily"
    settings.IMPORT_ROWS_PER_DAY = 5
    more = brought(police, cast, csv_of("mer.test"))
    police.post(f"/lists/imports/{more.pk}/confirm/")
    assert again(more).state == Import.State.RUNNING


def test_whoever_may_not_any_longer_brings_nothing_more_in(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = brought(anna, cast, csv_of("a.test"))
    monkeypatch.setattr("skyddsnat.hub.lists.views.incoming.HELPS_FOR", 0)
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    CircleMembership.objects.filter(member="alfa", circle=cast.circle).update(left_at=made.created_at)
    Worker().work(seconds=5, only=made.pk)
    assert (again(made).state, again(made).stopped_by) == (Import.State.CANCELLED, "not_in_circle")
    assert not Signal.objects.exists()
    assert "not one of yours" in page(anna, made)


def test_colleagues_see_an_import_others_get_the_same_404_as_for_none(cast: Cast, anna: Client) -> None:
    made = brought(anna, cast, csv_of("a.test"))
    red = brought(anna, cast, csv_of("b.test"), marking="RED", named=[str(cast.person("solros", "reviewer").pk)])
    colleague = somebody(cast, "alfa", "reviewer")
    assert colleague.get(f"/lists/imports/{made.pk}/").status_code == 200
    assert colleague.post(f"/lists/imports/{made.pk}/confirm/").status_code == 302
    assert again(made).state == Import.State.READY, "only whoever brought it decides"
    assert colleague.get(f"/lists/imports/{red.pk}/").status_code == 404
    other = somebody(cast, "beta", "analyst")
    for path in ("", "outcomes.csv"):
        assert other.get(f"/lists/imports/{made.pk}/{path}").status_code == 404
    for act in ("confirm", "cancel"):
        assert other.post(f"/lists/imports/{made.pk}/{act}/").status_code == 404


def test_outcomes_can_be_filtered_and_downloaded_without_a_value(cast: Cast, anna: Client) -> None:
    made = brought(anna, cast, csv_of("a.test", "google.com", "b.test"))
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert page(anna, made, outcome="refused").count("<tr><td") == 1
    answer = anna.get(f"/lists/imports/{made.pk}/outcomes.csv", {"outcome": "refused"})
    text = answer.content.decode("utf-8-sig")
    assert answer.headers["Cache-Control"] == "no-store"
    assert text.splitlines()[1].startswith('"3","domain","refused","protected_name",')
    assert ".test" not in text


def test_what_is_never_confirmed_or_cut_off_ends_and_its_values_go(cast: Cast, anna: Client) -> None:
    made = brought(anna, cast, csv_of("a.test"))
    assert tend(made.created_at + timedelta(hours=23)) == 0
    assert tend(made.created_at + timedelta(hours=25)) == 1
    Worker().work(seconds=5, only=made.pk)
    assert again(made).became == {"left": 1}
    facts = {"member": made.member, "person": made.person, "circle": made.circle, "created_at": made.created_at}
    half = Import.objects.create(marking="AMBER", channel="csv", total=9, **facts)
    assert tend(made.created_at + timedelta(minutes=11)) == 1
    Worker().work(seconds=5, only=half.pk)
    assert again(half).handled == 9
    tend(made.created_at + timedelta(days=40))
    assert not ImportRow.objects.filter(import_of=made).exists()


def test_a_mark_of_an_exported_list_raises_an_alarm_and_the_hands_that_bring_it_are_not_warned(
    cast: Cast, anna: Client
) -> None:
    made = brought(anna, cast, csv_of("bafidakelohasimopa.canary.example", "a.test"))
    assert made.expected["refused:canary"] == 1
    assert CanaryMet.objects.get().marker == "bafidakelohasimopa"
    html = page(anna, made)
    assert "protect list" in html
    assert "canary" not in html.lower()
    anna.post(f"/lists/imports/{made.pk}/confirm/")
    assert values() == ["a.test"]
    assert CanaryMet.objects.count() == 1
    text = anna.get(f"/lists/imports/{made.pk}/outcomes.csv").content.decode()
    assert "canary" not in text


@pytest.mark.parametrize(("language", "said"), [("sv", "högst 100\xa0000."), ("en", "at most 100,000.")])
def test_a_reason_with_a_figure_is_told_in_the_persons_own_language(
    cast: Cast, anna: Client, monkeypatch: pytest.MonkeyPatch, language: str, said: str
) -> None:
    monkeypatch.setattr("skyddsnat.hub.signals.reading.MOST_ROWS", 1)
    anna.cookies["language"] = language
    assert said in bring(anna, cast, csv_of("a.test", "b.test")).content.decode()


def test_a_hub_at_rest_looks_for_imports_in_one_query_and_holds_nothing() -> None:
    with CaptureQueriesContext(connection) as asked:
        assert not Worker().work(seconds=1)
    assert [one["sql"].partition(" ")[0] for one in asked] == ["SELECT"]
