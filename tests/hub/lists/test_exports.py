"""A list goes out: who may, what stands in it, that it is logged first, and that it tells where it came from."""

from __future__ import annotations

import csv
import importlib.util
import io
from typing import Any

import orjson
import pytest
import stix2
from django.test import Client
from django.utils import timezone
from django.utils.translation import override
from pymisp import MISPEvent

from skyddsnat.hub.accounts.models import ApiToken
from skyddsnat.hub.audit import queries as audit
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.lists import queries
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.lists.reading import read_files
from skyddsnat.hub.lists.services import close_alarm, trace
from skyddsnat.hub.lists.services.leaks import alarms_with_leaks
from skyddsnat.hub.members.actor import HUB, Actor
from skyddsnat.hub.members.models import Member, Person
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.signals import services as signals
from skyddsnat.hub.signals.access import item_of
from skyddsnat.hub.signals.models import CanaryMet, Signal
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.hub.signals.services.alarms import MOST_OPEN
from skyddsnat.policy.access import may_read
from skyddsnat.policy.transfers import may_leave_plain
from skyddsnat.policy.vocabulary import Ceiling, Marking, SignalType
from tests.cast import Cast
from tests.figures import figure
from tests.hub.lists.conftest import Stage, somebody
from tests.hub.signals.conftest import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def machine(cast: Cast) -> None:
    """Alfa's and Beta's machines fetch the feed."""
    for member in ("alfa", "beta"):
        cast.token(member, "taxii")
    ApiToken.objects.update(last_used_at=timezone.now())


@pytest.fixture
def erik(cast: Cast) -> Client:
    """Alfa's engineer."""
    return somebody(cast, "alfa", "engineer")


def wanted(cast: Cast, kind: str = "plain:csv", **rest: Any) -> dict[str, Any]:
    return {"circle": str(cast.circle.pk), "kind": kind, "reason": "check", "note": "jämför med vår egen lista", **rest}


def take(client: Client, cast: Cast, kind: str = "plain:csv", **rest: Any) -> Any:
    return client.post("/lists/export/", wanted(cast, kind, **rest))


def table(answer: Any) -> list[dict[str, str]]:
    assert "attachment" in answer.headers.get("Content-Disposition", ""), answer.content.decode()[-3000:]
    return list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")), strict=True))


def marks_in(names: list[str]) -> list[str]:
    return [name for name in names if name.endswith(".canary.example")]


@pytest.fixture
def published(stage: Stage) -> list[Signal]:
    found = [stage.verified(f"lista{number}.test") for number in range(5)]
    stage.signal("alfa", "eget-uppslag.test")
    red = [stage.cast.person("alfa", "engineer")]
    stage.signal("alfa", "rod.test", marking=Marking.RED, named=red, actor=stage.actor("alfa", "engineer"))
    return found


def test_values_leave_with_the_engineer_and_only_those_of_the_feed(
    cast: Cast, erik: Client, machine: None, published: list[Signal]
) -> None:
    answer = take(erik, cast)
    names = [row["value"] for row in table(answer)]
    assert answer.headers["Cache-Control"] == "no-store"
    assert sorted(set(names) - set(marks_in(names))) == [f"lista{number}.test" for number in range(5)]
    assert len(marks_in(names)) == 3
    assert names == sorted(names), "a mark stands where a name would"


def test_an_analyst_gets_masks_and_no_value(cast: Cast, anna: Client, machine: None, published: list[Signal]) -> None:
    rows = table(take(anna, cast, "masked:csv"))
    text = str(rows)
    assert len(rows) == 6 + 3
    assert ".test" in text
    assert "lista" not in text
    assert "eget" not in text
    assert "rod" not in text
    assert not Signal.objects.filter(pk__in=[row["reference"] for row in rows if len(row["reference"]) != 8])
    page = take(anna, cast, "plain:csv").content.decode()
    assert "Nothing has left" in page
    assert "Values leave only with an engineer" in page


def test_without_a_machine_that_fetches_no_value_leaves(cast: Cast, erik: Client, published: list[Signal]) -> None:
    assert "your organisation&#x27;s machine fetches" in take(erik, cast).content.decode()
    assert not Export.objects.exists()


def test_the_entry_is_written_with_count_and_filter_and_no_value(
    cast: Cast, erik: Client, machine: None, published: list[Signal]
) -> None:
    take(erik, cast, type="domain")
    entry = Entry.objects.get(action="list.exported")
    assert entry.facts == {"rows": 5, "form": "csv", "plain": True, "type": "domain", "state": "", "reason": "check"}
    assert entry.circle == cast.circle.pk
    assert Export.objects.get().planted == 3


def test_if_it_cannot_be_logged_it_does_not_leave(
    cast: Cast, erik: Client, machine: None, published: list[Signal], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*args: Any, **rest: Any) -> None:
        raise RuntimeError("the log is full")

    monkeypatch.setattr("skyddsnat.hub.lists.services.outgoing.record", broken)
    erik.raise_request_exception = False
    answer = take(erik, cast)
    assert answer.status_code == 500
    assert b"lista0" not in answer.content
    assert not Export.objects.exists()


@pytest.mark.parametrize("left_out", ["reason", "note", "circle", "kind"])
def test_nothing_leaves_without_its_reason(
    cast: Cast, erik: Client, machine: None, published: list[Signal], left_out: str
) -> None:
    answer = erik.post("/lists/export/", wanted(cast) | {left_out: ""})
    assert "attachment" not in answer.headers.get("Content-Disposition", "")
    assert not Export.objects.exists()


def test_nothing_leaves_without_fresh_authentication(
    cast: Cast, erik: Client, machine: None, published: list[Signal]
) -> None:
    session = erik.session
    session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 1.0}]
    session.save()
    answer = take(erik, cast)
    assert answer.status_code == 302
    assert "reauthenticate" in answer.headers["Location"]
    assert not Export.objects.exists()


def test_a_person_takes_out_so_many_lists_a_day(
    cast: Cast, erik: Client, machine: None, published: list[Signal], settings: Any
) -> None:
    settings.EXPORTS_PER_DAY = 2
    for _ in range(2):
        table(take(erik, cast))
    assert "as many lists as one person may" in take(erik, cast).content.decode()
    assert Export.objects.count() == 2


def test_a_list_is_bounded(
    cast: Cast, erik: Client, machine: None, published: list[Signal], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skyddsnat.hub.lists.services.outgoing.MOST_PLAIN", 4)
    monkeypatch.setattr("skyddsnat.hub.lists.queries.MOST_PLAIN", 4)
    html = take(erik, cast).content.decode()
    assert "Too many rows" in html, html[html.find("Nothing has left") :][:300]


@pytest.mark.parametrize("first", ["sv", "en"])
def test_why_not_is_said_in_the_readers_language_whoever_came_first(first: str) -> None:
    """Once the hub answered all in the language of the first request since its start."""
    spec = importlib.util.find_spec("skyddsnat.hub.lists.words")
    assert spec is not None
    assert spec.loader is not None
    words = importlib.util.module_from_spec(spec)
    with override(first):
        spec.loader.exec_module(words)
    for code, text in words.REFUSALS.items():
        with override("en"):
            english = str(text)
        with override("sv"):
            assert str(text) != english, code


def test_a_circle_of_others_is_no_choice(cast: Cast, machine: None, published: list[Signal]) -> None:
    police = somebody(cast, "vakten", "analyst")
    answer = take(police, cast, "masked:csv", circle=str(cast.leads.pk))
    assert "attachment" not in answer.headers.get("Content-Disposition", "")


def test_stix_and_misp_are_read_by_their_own_libraries(
    cast: Cast, erik: Client, machine: None, published: list[Signal]
) -> None:
    bundle = stix2.parse(take(erik, cast, "plain:stix").content.decode(), allow_custom=True)
    patterns = [thing.pattern for thing in bundle.objects if thing.type == "indicator"]
    assert len(patterns) == 5 + 3
    assert "[domain-name:value = 'lista0.test']" in patterns
    event = MISPEvent()
    event.from_dict(**orjson.loads(take(erik, cast, "plain:misp").content))
    assert len(event.attributes) == 5 + 3
    assert {one.type for one in event.attributes} == {"domain"}
    assert [tag.name for tag in event.tags] == ["tlp:amber+strict"]


def test_our_own_bundle_cannot_be_handed_in_as_an_observation(
    cast: Cast, erik: Client, machine: None, published: list[Signal]
) -> None:
    data = take(erik, cast, "plain:stix").content
    read = read_files([("a.json", data)], like=SignalDraft(SignalType.DOMAIN, ""), now=timezone.now())
    assert {row.code for row in read.rows} == {"own_object"}


def test_the_query_of_what_leaves_is_the_rule(cast: Cast, stage: Stage) -> None:
    stage.verified()
    stage.signal("alfa")
    stage.report("beta", stage.signal("alfa").value)
    stage.signal("alfa", marking=Marking.RED, named=[cast.person("alfa", "engineer")])
    stage.signal("beta", circle=cast.leads)
    for person in cast.people.values():
        reader = reader_of(person)
        allowed = {
            signal.pk
            for signal in Signal.objects.all()
            if may_read(reader, item_of(signal))
            and may_leave_plain(
                reader,
                marking=Marking(signal.marking),
                ceiling=Ceiling.from_wire(signal.ceiling),
                in_own_circle=signal.circle_id in reader.circles,
            )
        }
        found = queries.leaves_plain(Signal.objects.visible_to(person), person)
        assert set(found.values_list("pk", flat=True)) == allowed, person


def test_every_leaked_list_names_its_member_and_its_export(
    cast: Cast, machine: None, published: list[Signal], settings: Any
) -> None:
    settings.EXPORTS_PER_DAY = 100
    files: list[tuple[str, str, str]] = []
    for member, role in (("alfa", "engineer"), ("beta", "engineer"), ("gamma", "analyst"), ("solros", "reviewer")):
        client = somebody(cast, member, role)
        kinds = (
            ["plain:csv", "plain:stix", "plain:misp", "masked:csv"] if member in {"alfa", "beta"} else ["masked:csv"]
        )
        for kind in kinds:
            files.append((member, kind, take(client, cast, kind).content.decode("utf-8-sig")))
    traced = 0
    for (member, kind, text), export in zip(files, Export.objects.order_by("at"), strict=True):
        (leak,) = trace(HUB, text.upper().replace(".", "[.]"))
        assert (leak.export.pk, leak.export.member_id, leak.found) == (export.pk, member, 3), kind
        traced += leak.found
    figure("lists.canaries", planted=3 * len(files), traced=traced, lists=len(files), wrong_list_named=0)
    half = "\n".join(files[0][2].splitlines()[::2])
    assert all(leak.export.member_id == "alfa" for leak in trace(HUB, half))
    assert trace(HUB, "ett.test\ntva.test\nDEADBEEF\n" * 50) == []


def test_only_a_coordinator_asks_who_leaked(cast: Cast, erik: Client, machine: None, published: list[Signal]) -> None:
    text = take(erik, cast).content.decode("utf-8-sig")
    for (_, role), person in cast.people.items():
        if role != "coordinator":
            with refused("no_role"):
                trace(Actor.of(person), text)
    assert erik.get("/lists/leaks/").status_code == 403
    coordinator = somebody(cast, "solros", "coordinator")
    page = coordinator.post("/lists/leaks/", {"text": text}).content.decode()
    assert "Alfa Engineer" in page
    assert "3 of 3" in page
    assert Entry.objects.filter(action="canary.traced").exists()
    assert "No mark of any export" in coordinator.post("/lists/leaks/", {"text": "ett.test"}).content.decode()


def test_a_mark_never_becomes_a_signal_and_rings_at_the_coordinators(
    cast: Cast, erik: Client, machine: None, published: list[Signal], stage: Stage
) -> None:
    mark = marks_in([row["value"] for row in table(take(erik, cast))])[0]
    before = Signal.objects.count()
    for spelling in (mark, f"https://{mark}/x", mark.upper().replace(".", "[.]")):
        kind = SignalType.URL if "://" in spelling else SignalType.DOMAIN
        outcome = stage.report("gamma", spelling, type=kind)
        assert (outcome.status, outcome.code) == (Status.REFUSED, "canary")
    signals.look_up(stage.actor("gamma"), SignalType.DOMAIN, mark, hash_kind=None, now=stage.now)
    with refused("not_protected"):
        signals.propose_override(
            stage.actor("solros", "reviewer"),
            SignalType.DOMAIN,
            mark,
            scope=signals.SignalDraft(SignalType.DOMAIN, "").scope,
            reason="a reason that is long enough",
            now=stage.now,
        )
    assert Signal.objects.count() == before
    assert set(CanaryMet.objects.values_list("member", "channel")) == {("gamma", "form"), ("gamma", "look_up")}
    coordinator = somebody(cast, "solros", "coordinator")
    page = coordinator.get("/lists/leaks/").content.decode()
    assert "A mark came back" in page
    assert "taken out by Alfa Engineer of Alfa" in page
    for alarm in CanaryMet.objects.all():
        coordinator.post(f"/lists/leaks/{alarm.pk}/")
    assert "A mark came back" in coordinator.get("/lists/leaks/").content.decode(), "it is said how, or it rings on"
    for alarm in CanaryMet.objects.all():
        coordinator.post(f"/lists/leaks/{alarm.pk}/", {"reason": "explained"})
    page = coordinator.get("/lists/leaks/").content.decode()
    assert "A mark came back" not in page
    assert "The organisation has explained it, Solros Coordinator, Solros" in page
    CanaryMet.objects.update(closed_as="")
    page = coordinator.get("/lists/leaks/").content.decode()
    assert "Dealt with, Solros Coordinator, Solros" in page, "one that an earlier release closed has no reason"
    assert coordinator.post("/lists/leaks/999/", {"reason": "explained"}).status_code == 404


def test_nobody_hushes_the_leak_of_their_own_organisation(
    cast: Cast, erik: Client, machine: None, published: list[Signal], stage: Stage
) -> None:
    """Nor of another one under the same owner; and each auditor reads who closed an alarm, of whom, and how."""
    mark = marks_in([row["value"] for row in table(take(erik, cast))])[0]
    stage.report("gamma", mark)
    alarm = CanaryMet.objects.get()
    Person.objects.filter(member__in=["alfa", "beta"], email__startswith="reviewer@").update(roles=["coordinator"])
    Member.objects.filter(pk="beta").update(control_group="alfa")
    for member in ("alfa", "beta"):
        with refused("own_leak"):
            close_alarm(stage.actor(member, "reviewer"), alarm.pk, reason="explained", now=stage.now)
    page = somebody(cast, "alfa", "reviewer").get("/lists/leaks/").content.decode()
    assert "A coordinator of another organisation closes this alarm." in page
    assert f"/lists/leaks/{alarm.pk}/" not in page
    coordinator = stage.actor("solros", "coordinator")
    for reason in ("", "det var inget"):
        with refused("unknown_reason"):
            close_alarm(coordinator, alarm.pk, reason=reason, now=stage.now)
    close_alarm(coordinator, alarm.pk, reason="access_closed", now=stage.now)
    (entry,) = audit.visible_to(cast.person("vakten", "auditor")).filter(action="canary.closed")
    assert (entry.member_id, entry.facts["of"], entry.facts["reason"]) == ("solros", "alfa", "access_closed")


def test_nobody_buries_a_true_alarm_under_made_up_ones(
    cast: Cast, erik: Client, machine: None, published: list[Signal], stage: Stage, django_assert_max_num_queries: Any
) -> None:
    """Whoever has an export knows the marks' zone, and a thousand names in it are one request."""
    for _ in range(3):
        take(erik, cast)
    drafts = [SignalDraft(SignalType.DOMAIN, f"made-up-{number}.canary.example") for number in range(MOST_OPEN + 50)]
    for _ in range(2):
        signals.canaries_met(stage.actor("gamma"), drafts, channel="taxii", now=stage.now)
    assert CanaryMet.objects.filter(member="gamma").count() == MOST_OPEN
    assert Entry.objects.filter(action="canary.met").count() == 1
    signals.canaries_met(stage.actor("beta"), drafts[:1], channel="taxii", now=stage.now)
    with django_assert_max_num_queries(5):
        ringing, _ = alarms_with_leaks(cast.person("solros", "coordinator"), now=stage.now)
        assert len(ringing) == MOST_OPEN + 1


def test_exports_are_seen_by_colleagues_alone(
    cast: Cast, erik: Client, anna: Client, machine: None, published: list[Signal]
) -> None:
    take(erik, cast)
    reference = Export.objects.get().reference
    assert reference in anna.get("/lists/").content.decode()
    assert reference not in somebody(cast, "beta", "analyst").get("/lists/").content.decode()
