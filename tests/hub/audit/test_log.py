"""The log: only ever added to, and read by auditors as far as it concerns their member."""

from __future__ import annotations

import ast
import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from functools import cache
from pathlib import Path

import pytest
from django.test import Client
from django.utils import timezone

import skyddsnat
from skyddsnat.hub.audit import queries
from skyddsnat.hub.audit.models import AppendOnly, Entry
from skyddsnat.hub.audit.queries.reading import OPEN_KINDS
from skyddsnat.hub.audit.services import record, sequence
from skyddsnat.hub.audit.words import ACTIONS, KINDS
from skyddsnat.hub.members import services
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Person
from skyddsnat.protocols.log import NoteKey
from tests.cast import Cast


def act(cast: Cast, member: str = "alfa", **facts: object) -> Entry:
    actor = Actor.of(cast.person(member, "reviewer"))
    return record(actor, "signal.approved", kind="signal", object_id="x", **facts)  # type: ignore[arg-type]


def numbers(person: Person) -> set[int]:
    return set(queries.visible_to(person).values_list("pk", flat=True))


def test_an_entry_cannot_be_changed_or_removed_in_any_way(cast: Cast) -> None:
    entry = act(cast)
    entry.action = "signal.rejected"
    attempts = [
        entry.save,
        entry.delete,
        lambda: Entry.objects.update(action="x"),
        lambda: Entry.objects.filter(pk=entry.pk).update(action="x"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.bulk_update([entry], ["action"]),
    ]
    for attempt in attempts:
        with pytest.raises(AppendOnly):
            attempt()
    assert Entry.objects.get(pk=entry.pk).action == "signal.approved"


@pytest.mark.parametrize("role", ["analyst", "reviewer", "engineer"])
def test_nobody_but_an_auditor_reads_the_log(cast: Cast, client: Client, role: str) -> None:
    act(cast)
    cast.sign_in(client, cast.person("alfa", role))
    assert client.get("/audit/").status_code == 403
    assert not queries.visible_to(cast.person("alfa", role)).exists()


def test_an_auditor_reads_what_concerns_their_member_and_no_more(cast: Cast) -> None:
    vakten = cast.person("vakten", "auditor")
    own = act(cast, "vakten")
    about_us = record(HUB, "person.added", kind="person", object_id="x", of="vakten")
    our_circle = act(cast, "alfa", circle=cast.circle.pk)
    how_it_is_run = record(HUB, "member.joined", kind="member", object_id="sigma")
    other = act(cast, "alfa")
    about_others = record(HUB, "person.added", kind="person", object_id="x", of="alfa")
    other_circle = act(cast, "alfa", circle=cast.leads.pk)
    seen = numbers(vakten)
    assert {own.pk, about_us.pk, our_circle.pk, how_it_is_run.pk} == seen
    assert not seen & {other.pk, about_others.pk, other_circle.pk}


def test_a_member_that_leaves_a_circle_no_longer_reads_its_entries(cast: Cast) -> None:
    entry = act(cast, "alfa", circle=cast.circle.pk)
    auditor = cast.person("vakten", "auditor")
    assert entry.pk in numbers(auditor)
    services.leave_circle(HUB, cast.circle, cast.vakten)
    assert entry.pk not in numbers(auditor)


def test_people_of_other_members_are_not_named(cast: Cast, client: Client) -> None:
    act(cast, "alfa", circle=cast.circle.pk)
    act(cast, "vakten")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    client.cookies["language"] = "en"
    page = client.get("/audit/").content.decode()
    assert "Alfa Reviewer" not in page
    assert "a person" in page
    assert "Vakten Reviewer" in page


def test_the_log_is_filtered_by_action_member_and_day(cast: Cast, client: Client) -> None:
    act(cast, "vakten")
    record(
        Actor.of(cast.person("alfa", "engineer")), "circle.joined", kind="circle", object_id="y", circle=cast.circle.pk
    )
    cast.sign_in(client, cast.person("vakten", "auditor"))
    days = [timezone.localdate(at) for at in Entry.objects.order_by("at").values_list("at", flat=True)]

    def found(query: str) -> list[str]:
        return [line.code for line in client.get(f"/audit/?{query}").context["lines"]]

    assert found("") == ["circle.joined", "signal.approved"]
    assert found("action=circle.joined") == ["circle.joined"]
    assert found("member=vakten") == ["signal.approved"]
    assert found(f"since={days[0]}&until={days[-1]}") == ["circle.joined", "signal.approved"]
    assert found(f"since={days[-1] + timedelta(days=1)}") == []
    assert found("action=nonsense") == []


def test_the_filter_offers_nothing_that_the_reader_cannot_read(cast: Cast, client: Client) -> None:
    record(Actor.of(cast.person("alfa", "engineer")), "token.issued", kind="token", object_id="y", of="alfa")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    page = client.get("/audit/").content.decode()
    assert "token.issued" not in page
    assert ">Alfa<" not in page


@pytest.mark.parametrize(("language", "word"), [("sv", "Signal godkänd"), ("en", "Signal approved")])
def test_an_entry_reads_as_words_in_both_languages(cast: Cast, client: Client, language: str, word: str) -> None:
    act(cast, "vakten")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    client.cookies["language"] = language
    assert word in client.get("/audit/").content.decode()


def test_a_long_log_is_read_page_by_page(cast: Cast, client: Client) -> None:
    for _ in range(51):
        act(cast, "vakten")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    assert len(client.get("/audit/").context["lines"]) == 50
    assert len(client.get("/audit/?page=2").context["lines"]) == 1


@cache
def calls_of_record() -> tuple[ast.Call, ...]:
    """Every call of `record(...)` in the hub and in its commands, read from the source."""
    here = Path(skyddsnat.__file__).parent
    texts = [path.read_text("utf-8") for room in ("hub", "cli") for path in (here / room).rglob("*.py")]
    nodes = [node for text in texts if "record" in text for node in ast.walk(ast.parse(text))]
    return tuple(node for node in nodes if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "record")


def recorded_actions() -> Iterator[str]:
    """Every action that stands as a literal in such a call."""
    for call in calls_of_record():
        for argument in ast.walk(call.args[1]) if len(call.args) > 1 else ():
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield argument.value


def test_every_action_that_the_hub_records_has_words() -> None:
    actions = {action for action in recorded_actions() if not action.endswith(".")}
    assert len(actions) > 20
    assert actions <= set(ACTIONS), actions - set(ACTIONS)


def recorded_kinds() -> Iterator[str]:
    """Every kind of thing that stands as a literal in such a call."""
    for call in calls_of_record():
        for word in call.keywords:
            if word.arg == "kind" and isinstance(word.value, ast.Constant):
                yield str(word.value.value)


def test_every_kind_of_thing_that_the_hub_records_has_words() -> None:
    kinds = set(recorded_kinds()) | {"decision", "signal"}
    assert len(kinds) > 10
    assert kinds <= set(KINDS), kinds - set(KINDS)


def test_what_the_hub_writes_by_itself_is_for_somebody_to_read() -> None:
    """An entry by no member, of no circle, about no member and of a kind that is not open would be in the log for nobody.

    Rounds are followed in transcripts of their own.
    """
    by_itself = [call for call in calls_of_record() if getattr(call.args[0], "id", "") == "HUB"]
    assert len(by_itself) > 5
    for call in by_itself:
        facts = {word.arg: getattr(word.value, "value", None) for word in call.keywords}
        assert {"of", "circle"} & facts.keys() or facts["kind"] in {*OPEN_KINDS, "round"}, ast.unparse(call)


def test_the_log_is_filtered_by_kind_and_by_a_person_of_ones_own(cast: Cast, client: Client) -> None:
    act(cast, "vakten")
    record(Actor.of(cast.person("vakten", "auditor")), "rule.ended", kind="rule", object_id=1)
    act(cast, "alfa", circle=cast.circle.pk)
    cast.sign_in(client, cast.person("vakten", "auditor"))

    def found(query: str) -> list[str]:
        return [line.code for line in client.get(f"/audit/?{query}").context["lines"]]

    assert found("kind=rule") == ["rule.ended"]
    assert found(f"person={cast.person('vakten', 'reviewer').pk}") == ["signal.approved"]
    assert found(f"person={cast.person('alfa', 'reviewer').pk}") == [], "people of others are no choice"


def test_an_extract_never_holds_more_because_its_filter_was_not_understood(cast: Cast, client: Client) -> None:
    """It is made for one data subject or one day, and passed on."""
    act(cast, "vakten")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    for wrong in ({"since": "2026-13-01"}, {"person": str(cast.person("alfa", "reviewer").pk)}, {"action": "gone"}):
        answer = client.post("/audit/export/", wrong)
        assert len(answer.content.decode().splitlines()) == 1, "the heading alone"


def test_the_table_is_logged_bounded_and_runs_nothing(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skyddsnat.hub.audit.views.MOST_ROWS", 3)
    for word in ("=1+1", "+1", "-1", "@x", "\tx"):
        record(Actor.of(cast.person("vakten", "reviewer")), "rule.ended", kind=word, object_id=word, note=word)
    cast.sign_in(client, cast.person("vakten", "auditor"))
    answer = client.post("/audit/export/", {"action": "rule.ended"})
    rows = list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert len(rows) == 1 + 3
    assert all(cell[:1] not in {"=", "+", "-", "@", "\t"} for row in rows for cell in row)
    told = Entry.objects.get(action="log.exported")
    assert (told.member_id, told.facts["lines"]) == ("vakten", 3)
    assert client.get("/audit/export/").status_code == 405
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert client.post("/audit/export/").status_code == 403


def test_each_entry_leads_to_its_proof_and_no_further_than_the_reader_may_see(
    cast: Cast, client: Client, log_key: object
) -> None:
    own, other = act(cast, "vakten"), act(cast, "alfa")
    cast.sign_in(client, cast.person("vakten", "auditor"))
    assert client.get(f"/audit/{own.pk}/proof/").status_code == 404, "it waits for its place"
    sequence()
    found = client.get(f"/audit/{own.pk}/proof/")
    assert found.json()["format"] == "skyddsnat/log-proof/1"
    assert "salt" not in found.json(), "a file is passed on"
    assert client.get(f"/audit/{other.pk}/proof/").status_code == 404
    assert client.get("/audit/999999999/proof/").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_page_says_what_is_signed_who_has_witnessed_it_and_what_that_proves(
    cast: Cast, client: Client, log_key: NoteKey, language: str
) -> None:
    act(cast, "vakten")
    sequence()
    cast.sign_in(client, cast.person("vakten", "auditor"))
    client.cookies["language"] = language
    page = client.get("/audit/").content.decode()
    assert log_key.text() in page.replace("&#x27;", "'")
    assert {"sv": "Vad det bevisar", "en": "What this proves"}[language] in page
