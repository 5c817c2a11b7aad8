"""A member's machine hands in: object by object, into review, and finds its own reports again with their fate."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.accounts import pace
from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.feed.models import Status
from skyddsnat.hub.feed.services import publish
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.taxii.reasons import REASONS
from skyddsnat.policy.guards.findings import ImageryRule, PersonalDataKind, ShapeRule
from skyddsnat.policy.normal_form import Reason
from skyddsnat.policy.vocabulary import Marking
from skyddsnat.protocols.stix import EXTENSION_ID, MARKING_IDS, properties_of, read_moment, version_us
from tests.hub.feed.indicators import NOW, listed
from tests.hub.taxii.conftest import read
from tests.stix import validated


def report(name="name.example", **changes):
    """An indicator as a machine sends it; None leaves a field out."""
    thing = {
        "type": "indicator",
        "spec_version": "2.1",
        "id": f"indicator--{uuid4()}",
        "created": "2026-11-20T10:00:00.000Z",
        "modified": "2026-11-20T10:00:00.000Z",
        "pattern_type": "stix",
        "pattern": f"[domain-name:value = '{name}']",
        "valid_from": "2026-11-20T10:00:00Z",
    } | changes
    return {field: value for field, value in thing.items() if value is not None}


def wish(**properties):
    return {EXTENSION_ID: {"extension_type": "property-extension", **properties}}


def status_of(response):
    assert response.status_code == 202, response.content
    return read(response)


def messages(status):
    return [failure["message"] for failure in status.get("failures", [])]


def test_what_is_posted_waits_for_review_and_is_seen_by_no_one_else(cast, machine, inbox, inform, verified):
    thing = report()
    status = status_of(machine("alfa").post(inbox.pk, thing))
    assert (status["status"], status["total_count"], status["success_count"]) == ("complete", 1, 1)
    assert status["successes"] == [
        {"id": thing["id"], "version": "2026-11-20T10:00:00.000Z", "message": "taken in for review"}
    ]
    signal = Signal.objects.get()
    assert (signal.value, signal.state, signal.circle_id) == ("name.example", "submitted", cast.circle.pk)
    assert signal.marking == "AMBER+STRICT"
    assert signal.published_at is None
    assert Submission.objects.get().channel == "taxii"
    assert Submission.objects.get().stix_id == thing["id"]
    for member in ("beta", "vakten", "solros"):
        for collection in feeds.collections_for(member):
            assert b"name.example" not in orjson.dumps(machine(member).objects(collection.pk))


def test_the_sender_finds_its_object_again_with_its_fate(machine, inbox):
    thing = report(description="Två kunder hörde av sig.")
    mine = machine("alfa")
    status_of(mine.post(inbox.pk, thing))
    echo = mine.objects(inbox.pk, f"{thing['id']}/")[0]
    assert {name: echo[name] for name in ("id", "modified", "pattern", "description")} == {
        name: thing[name] for name in ("id", "modified", "pattern", "description")
    }
    fate = next(t for t in mine.objects(inbox.pk) if properties_of(t).get("submitted_id") == thing["id"])
    assert properties_of(fate)["state"] == "submitted"
    assert properties_of(fate)["ceiling"] == "none"


def test_all_that_stands_in_an_inbox_is_valid_stix(machine, inbox):
    mine = machine("alfa")
    status_of(
        mine.post(
            inbox.pk,
            report(),
            report(pattern="[url:value = 'http://name.example/a']", modified="2026-11-20T10:00:00.123456Z"),
            {"type": "file", "id": f"file--{uuid4()}", "hashes": {"PDQ": "0a" * 32}},
            {"type": "url", "id": f"url--{uuid4()}", "value": "http://name.example/b"},
            report(pattern="påhittat ord", pattern_type="skyddsnat-term"),
        )
    )
    things = mine.objects(inbox.pk)
    assert len(things) == 7 + 5 + 5
    for thing in things:
        report_ = validated(thing)
        assert report_.is_valid, [str(error) for error in report_.errors]


def test_one_bad_object_is_one_failure_and_harms_no_other(machine, inbox):
    good = [report("a.example"), report("b.example"), {"type": "domain-name", "id": f"domain-name--{uuid4()}"}]
    good[2]["value"] = "c.example"
    bad = [
        7,
        {"type": "malware", "id": f"malware--{uuid4()}"},
        report("d.example", spec_version=None),
        report(pattern="[ipv4-addr:value = '192.0.2.1']"),
        report("xn--a.example-"),
        report("localhost"),
        report("e.example", x_picture="AAAA"),
        report("f.example", object_marking_refs=[MARKING_IDS[Marking.RED]]),
        {"type": "artifact", "id": f"artifact--{uuid4()}", "payload_bin": "AAAA"},
    ]
    status = status_of(machine("alfa").post(inbox.pk, bad[0], good[0], *bad[1:5], good[1], *bad[5:], good[2]))
    assert (status["total_count"], status["success_count"], status["failure_count"]) == (12, 3, 9)
    assert [done["id"] for done in status["successes"]] == [thing["id"] for thing in good]
    assert {signal.value for signal in Signal.objects.all()} == {"a.example", "b.example", "c.example"}
    assert status["failures"][0]["id"] == "unreadable--00000000-0000-4000-8000-000000000001"
    assert messages(status)[0].startswith("object 1: ")
    for message in messages(status):
        assert "example" not in message
        assert "192.0.2.1" not in message


@pytest.mark.parametrize(
    ("note", "word"),
    [("Ring 19121212-1212 om detta.", "identity number"), ("data:image/png;base64,iVBORw0KGgo" + "A" * 80, "media")],
)
def test_free_text_goes_through_the_guards(machine, inbox, note, word):
    status = status_of(machine("alfa").post(inbox.pk, report(description=note), report("ok.example")))
    assert status["success_count"] == 1
    assert word in messages(status)[0] or "files" in messages(status)[0]
    assert note not in {report.note for report in Submission.objects.all()}
    assert note.encode() not in orjson.dumps(machine("alfa").objects(inbox.pk))


def test_what_was_refused_is_not_kept(machine, inbox):
    thing = report("localhost")
    status_of(machine("alfa").post(inbox.pk, thing))
    assert machine("alfa").get(f"collections/{inbox.pk}/objects/{thing['id']}/").status_code == 404


def test_a_retry_is_a_success_and_changes_nothing(machine, inbox):
    mine, things = machine("alfa"), [report("a.example"), report("b.example")]
    status_of(mine.post(inbox.pk, *things))
    before = mine.objects(inbox.pk), list(Submission.objects.order_by("pk").values())
    status = status_of(mine.post(inbox.pk, *things))
    assert status["success_count"] == 2
    assert {done["message"] for done in status["successes"]} == {"reported by your organisation before"}
    assert (mine.objects(inbox.pk), list(Submission.objects.order_by("pk").values())) == before


def test_a_later_version_of_the_same_object_is_a_repeat(machine, inbox):
    mine, thing = machine("alfa"), report()
    status_of(mine.post(inbox.pk, thing))
    status = status_of(mine.post(inbox.pk, thing | {"modified": "2026-11-21T10:00:00.000Z"}))
    assert status["success_count"] == 1
    assert Submission.objects.count() == 1
    assert mine.objects(inbox.pk, f"{thing['id']}/")[0]["modified"] == "2026-11-21T10:00:00.000Z"


def test_other_content_under_the_same_version_is_refused(machine, inbox):
    mine, thing = machine("alfa"), report()
    status_of(mine.post(inbox.pk, thing))
    other = thing | {"pattern": "[domain-name:value = 'other.example']"}
    status = status_of(mine.post(inbox.pk, other))
    assert "later modified" in messages(status)[0]
    together = report("x.example")
    status = status_of(mine.post(inbox.pk, together, together | {"pattern": "[domain-name:value = 'y.example']"}))
    assert (status["success_count"], status["failure_count"]) == (1, 1)
    assert not {signal.value for signal in Signal.objects.all()} & {"other.example", "y.example"}


def test_the_same_value_twice_in_one_envelope_is_one_signal(machine, inbox):
    status = status_of(machine("alfa").post(inbox.pk, report("A.example"), report("a.example.")))
    assert status["success_count"] == 2
    assert Signal.objects.count() == Submission.objects.count() == 1


def test_the_answer_does_not_tell_that_others_know_the_value(cast, machine, inbox):
    cast.beta.default_circle = cast.circle
    cast.beta.save()
    theirs = feeds.inbox("beta")
    first = status_of(machine("beta").post(theirs.pk, report("known.example")))
    second = status_of(machine("alfa").post(inbox.pk, report("known.example")))
    assert first["successes"][0]["message"] == second["successes"][0]["message"] == "taken in for review"


def test_the_circle_is_the_one_that_is_named_else_the_members_own(cast, machine, inbox):
    mine = machine("alfa")
    status_of(mine.post(inbox.pk, report("a.example", extensions=wish(circle=str(cast.leads.pk)))))
    status_of(mine.post(inbox.pk, report("b.example")))
    circles = {signal.value: signal.circle_id for signal in Signal.objects.all()}
    assert circles == {"a.example": cast.leads.pk, "b.example": cast.circle.pk}


def test_a_circle_of_others_and_an_unknown_one_get_the_same_answer(cast, machine):
    theirs = feeds.inbox("vakten")
    foreign = report(extensions=wish(circle=str(cast.leads.pk)))
    unknown = report(extensions=wish(circle=str(uuid4())))
    status = status_of(machine("vakten").post(theirs.pk, foreign, unknown))
    assert {message.split(": ")[1] for message in messages(status)} == {REASONS["not_in_circle"]}
    assert not Signal.objects.exists()


def test_without_a_circle_the_machine_is_told_what_to_do(machine):
    theirs = feeds.inbox("omega")
    status = status_of(machine("omega").post(theirs.pk, report()))
    assert messages(status) == [f"object 1: {REASONS['no_circle']}"]


def test_markings_are_kept_apart_in_one_envelope(machine, inbox):
    amber = report("a.example", object_marking_refs=[MARKING_IDS[Marking.AMBER]])
    strict = report("s.example", object_marking_refs=[MARKING_IDS[Marking.AMBER_STRICT]])
    clear = report("c.example", object_marking_refs=[MARKING_IDS[Marking.CLEAR]])
    assert status_of(machine("alfa").post(inbox.pk, amber, strict, clear))["success_count"] == 3
    assert {signal.value: signal.marking for signal in Signal.objects.all()} == {
        "a.example": "AMBER",
        "s.example": "AMBER+STRICT",
        "c.example": "AMBER",
    }


def test_scope_basis_and_techniques_are_taken_over(machine, inbox):
    properties = wish(scope="subdomains", basis="court", techniques=["TEC-NONE-99"])
    status = status_of(machine("alfa").post(inbox.pk, report("a.example", extensions=properties)))
    assert REASONS["unknown_technique"] in messages(status)[0]
    status_of(machine("alfa").post(inbox.pk, report("a.example", extensions=wish(scope="subdomains", basis="court"))))
    assert Signal.objects.get().scope == "subdomains"
    assert Submission.objects.get().basis == "court"


def test_nobody_can_set_the_ceiling_from_outside(machine, inbox):
    claims = [wish(ceiling="block"), wish(state="verified"), wish(verdict_origin="police")]
    status = status_of(machine("alfa").post(inbox.pk, *(report(extensions=claim) for claim in claims)))
    assert status["failure_count"] == 3
    assert not Signal.objects.exists()


def test_the_feed_handed_back_is_no_second_observation(cast, machine, inbox):
    mine = machine("alfa")
    status_of(mine.post(inbox.pk, report("a.example")))
    fate = next(t for t in mine.objects(inbox.pk) if properties_of(t).get("submitted_id"))
    stolen = {
        name: fate[name] for name in ("type", "spec_version", "id", "created", "modified", "pattern", "valid_from")
    }
    status = status_of(mine.post(inbox.pk, fate, stolen | {"pattern_type": "stix"}))
    assert status["failure_count"] == 2
    assert Submission.objects.count() == 1


def test_an_id_from_a_feed_is_known_even_without_its_author(machine, inbox, verified):
    publish(verified, [listed("a.example")], now=NOW)
    thing = {name: value for name, value in listed("a.example").items() if name not in {"created_by_ref", "extensions"}}
    status = status_of(machine("alfa").post(inbox.pk, thing | {"valid_until": "2090-01-01T00:00:00Z"}))
    assert messages(status) == [f"object 1: {REASONS['own_object']}"]


def test_a_status_is_read_by_the_member_that_posted_and_kept_for_a_day(machine, inbox):
    mine = machine("alfa")
    status = status_of(mine.post(inbox.pk, report()))
    assert read(mine.get(f"status/{status['id']}/")) == status
    strange = machine("beta").get(f"status/{status['id']}/")
    unknown = machine("beta").get(f"status/{uuid4()}/")
    assert strange.status_code == unknown.status_code == 404
    assert strange.content == unknown.content
    Status.objects.update(at=timezone.now() - timedelta(hours=24, seconds=1))
    assert mine.get(f"status/{status['id']}/").status_code == 404


def test_a_status_holds_no_value(machine, inbox):
    status_of(machine("alfa").post(inbox.pk, report("secret.example"), report("localhost")))
    assert "secret.example" not in Status.objects.get().document
    assert "localhost" not in Status.objects.get().document


def test_a_machines_report_is_logged_with_its_token(cast, machine, inbox):
    status_of(machine("alfa").post(inbox.pk, report()))
    entry = Entry.objects.get(action="signal.submitted")
    assert (entry.member_id, entry.person_id) == ("alfa", None)
    assert entry.token in cast.token("alfa", "taxii")


def test_a_report_that_was_handed_in_again_is_the_same_in_every_spelling_of_its_time(machine, inbox):
    mine, thing = machine("alfa"), report()
    status_of(mine.post(inbox.pk, thing))
    again = thing | {"modified": "2026-11-20T11:00:00+01:00", "created": "2026-11-20T10:00:00Z"}
    assert read_moment(again["modified"]) == version_us(thing)
    status = status_of(mine.post(inbox.pk, again))
    assert status["successes"][0]["message"] == "reported by your organisation before"


@pytest.mark.parametrize("codes", [Reason, ImageryRule, PersonalDataKind, ShapeRule])
def test_every_code_of_the_guards_and_the_normal_form_has_a_sentence(codes):
    assert {code.value for code in codes} <= REASONS.keys()


def test_what_an_envelope_asks_of_the_database_grows_with_batches_and_not_with_objects(machine, inbox):
    def asked(count, start):
        with CaptureQueriesContext(connection) as queries:
            status = status_of(machine("alfa").post(inbox.pk, *[report(f"{start}{n}.example") for n in range(count)]))
        assert status["success_count"] == count
        return len(queries)

    asked(1, "warm")
    assert asked(300, "many") <= asked(10, "few") + 6


def test_what_one_envelope_has_to_tell_is_published_at_once(machine, inbox):
    """Echoes and fates of all its markings: the lock behind which all writers of feeds wait is taken once."""
    marks = [Marking.AMBER, Marking.AMBER_STRICT] * 3
    things = [report(f"{n}.example", object_marking_refs=[MARKING_IDS[mark]]) for n, mark in enumerate(marks)]
    before = len(machine("alfa").objects(inbox.pk))
    with CaptureQueriesContext(connection) as queries:
        status = status_of(machine("alfa").post(inbox.pk, *things))
    assert status["success_count"] == len(things)
    assert len([one for one in queries.captured_queries if 'FROM "feed_objectversion" ORDER BY' in one["sql"]]) == 1
    assert len(machine("alfa").objects(inbox.pk)) == before + 2 * len(things)


def test_what_is_refused_is_not_tried_for_ever(machine, inbox, settings, monkeypatch):
    """By a stolen token, say: in whole or in part, on whatever path; what is good is never counted."""
    monkeypatch.setattr(pace, "_minute", lambda: "now")
    settings.REFUSED_POSTS_PER_MINUTE = 4
    alfa = machine("alfa")
    for _ in range(6):
        status_of(alfa.post(inbox.pk, report("god.example")))
    refusals = [
        alfa.ask("POST", f"collections/{inbox.pk}/objects/", b"{"),
        alfa.ask("POST", "collections/", {}),
        alfa.post(uuid4(), report()),
        alfa.post(inbox.pk, report("bra.example"), report("inte.ett..namn")),
    ]
    assert [one.status_code for one in refusals] == [400, 405, 404, 202]
    waits = alfa.post(inbox.pk, report("god.example"))
    assert (waits.status_code, waits["Retry-After"]) == (429, "60")
    assert alfa.objects(inbox.pk), "what only reads goes on"
