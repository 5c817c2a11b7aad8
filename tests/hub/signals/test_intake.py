"""Intake: what is let in, what is refused and why, and what a report becomes."""

from __future__ import annotations

from datetime import timedelta
from time import process_time
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from skyddsnat.hub.members.models import CircleMembership, MemberDomain
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.hub.signals.services import SignalDraft, Status
from skyddsnat.policy.vocabulary import Basis, HashKind, Marking, Scope, SignalType
from tests.figures import figure
from tests.hub.signals.conftest import Stage, extension_of, pattern_of, refused

MOST_QUERIES_A_ROW = 5
SHA256 = "0123456789abcdef" * 4


def test_a_new_value_becomes_a_submitted_signal_that_only_its_member_and_the_judges_see(stage: Stage) -> None:
    signal = stage.signal("alfa", "Lek.TEST.")
    assert (signal.value, signal.state) == ("lek.test", "submitted")
    seen_by = {
        (member, role)
        for (member, role), person in stage.cast.people.items()
        if Signal.objects.visible_to(person).exists()
    }
    assert seen_by == {("alfa", r) for r in ("analyst", "reviewer", "engineer")} | {
        ("solros", "reviewer"),
        ("vakten", "reviewer"),
    }


def test_a_second_members_report_corroborates_and_the_circle_is_informed(stage: Stage) -> None:
    signal = stage.signal("alfa")
    outcome = stage.report("beta", signal.value.upper())
    assert (outcome.status, outcome.signal_id) == (Status.CORROBORATED, signal.pk)
    signal = stage.again(signal)
    assert (signal.state, signal.ceiling) == ("corroborated", "inform")
    assert stage.live("inform") == {pattern_of(signal): "inform"}
    assert stage.live("verified") == {}
    assert Signal.objects.visible_to(stage.cast.person("gamma", "analyst")).exists()
    assert not Signal.objects.visible_to(stage.cast.person("omega", "analyst")).exists()


def test_the_same_members_second_report_changes_nothing(stage: Stage) -> None:
    signal = stage.signal("alfa")
    outcome = stage.report("alfa", signal.value, actor=stage.actor("alfa", "engineer"))
    assert outcome.status is Status.REPEATED
    assert Submission.objects.count() == 1
    assert stage.again(signal).state == "submitted"


def test_a_report_by_a_member_under_the_same_owner_does_not_corroborate(stage: Stage) -> None:
    stage.cast.beta.control_group = "alfa"
    stage.cast.beta.save()
    signal = stage.signal("alfa")
    assert stage.report("beta", signal.value).status is Status.CREATED
    assert stage.again(signal).state == "submitted"


def test_the_same_value_in_another_circle_is_another_signal(stage: Stage) -> None:
    one = stage.signal("alfa")
    other = stage.signal("beta", one.value, circle=stage.cast.leads)
    assert one.pk != other.pk
    assert {one.state, other.state} == {"submitted"}


def test_an_organisation_that_has_approved_has_spoken_already(stage: Stage) -> None:
    signal = stage.approve("vakten", stage.signal("alfa"))
    outcome = stage.report("vakten", signal.value, basis=Basis.POLICE_LIST, actor=stage.machine("vakten"))
    assert outcome.status is Status.REPEATED
    assert stage.approve("solros", signal).state == "verified"


def test_sha256_and_pdq_of_the_same_digits_are_two_signals(stage: Stage) -> None:
    for kind in (HashKind.SHA256, HashKind.PDQ):
        assert stage.report("alfa", SHA256, type=SignalType.HASH, hash_kind=kind).status is Status.CREATED
    assert Signal.objects.count() == 2


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("192.0.2.7", "ip_given"),
        ("https://lek.test/a", "url_given"),
        ("lеk.test", "mixed_script"),
        ("lek", "single_label"),
        ("", "empty"),
        ("github.io", "protected_name"),
        ("wikipedia.org", "protected_name"),
    ],
)
def test_what_cannot_be_a_domain_signal_is_refused_with_the_reason(stage: Stage, text: str, code: str) -> None:
    outcome = stage.report("alfa", text or " ")
    assert (outcome.status, outcome.code, outcome.signal_id) == (Status.REFUSED, code, None)
    assert not Signal.objects.exists()


@pytest.mark.parametrize(
    ("note", "code"),
    [
        ("Anmält av 19811218-9876.", "personnummer"),
        ("Ring 08-123 456 78 först.", "phone"),
        ("Skriv till nagon@operator.example.", "email"),
        ("Kom från 192.0.2.7 i natt.", "ip"),
        ("data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAUAAAAFCAYAAACNbyblAAAA", "media_markup"),
    ],
)
def test_personal_data_and_imagery_in_a_note_are_stopped_by_name(stage: Stage, note: str, code: str) -> None:
    outcome = stage.report("alfa", note=note)
    assert (outcome.status, outcome.code) == (Status.REFUSED, code)
    assert not Signal.objects.exists()
    assert not Submission.objects.exists()


def test_a_term_is_read_as_free_text(stage: Stage) -> None:
    assert stage.report("alfa", "ring 08-123 456 78", type=SignalType.TERM).code == "phone"


def test_a_members_own_name_cannot_be_listed_nor_what_lies_above_it(stage: Stage) -> None:
    MemberDomain.objects.create(member=stage.cast.beta, name="kund.beta.test")
    assert stage.report("alfa", "kund.beta.test").code == "protected_name"
    assert stage.report("alfa", "beta.test", scope=Scope.SUBDOMAINS).code == "protected_name"
    assert stage.report("alfa", "beta.test", scope=Scope.EXACT).status is Status.CREATED


def test_a_url_on_a_protected_host_may_be_reported_but_not_the_host_as_a_url(stage: Stage) -> None:
    page = "https://wikipedia.org/nagon/sida"
    assert stage.report("alfa", page, type=SignalType.URL).status is Status.CREATED
    assert stage.report("alfa", "https://wikipedia.org/", type=SignalType.URL).code == "protected_name"


def test_one_bad_draft_harms_no_other_and_answers_keep_their_order(stage: Stage) -> None:
    texts = ["ett.test", "192.0.2.7", "två.test", "ett.test", "github.io"]
    drafts = [SignalDraft(SignalType.DOMAIN, text) for text in texts]
    outcomes = services.submit(
        stage.actor("alfa"),
        drafts,
        circle=stage.cast.circle,
        marking=Marking.AMBER_STRICT,
        channel="paste",
        now=stage.now,
    )
    assert [outcome.status.value for outcome in outcomes] == ["created", "refused", "created", "repeated", "refused"]
    assert [outcome.draft.text for outcome in outcomes] == texts


def test_unknown_techniques_are_refused_and_known_ones_kept(stage: Stage) -> None:
    from skyddsnat.catalogue.loading import load_catalogue

    known = next(iter(load_catalogue().techniques))
    assert stage.report("alfa", techniques=("SKT-NO-99",)).code == "unknown_technique"
    assert stage.signal("alfa", techniques=(known,)).techniques == [known]


def submit(stage: Stage, **rest: Any) -> Any:
    arguments = {
        "circle": stage.cast.circle,
        "marking": Marking.AMBER_STRICT,
        "channel": "form",
        "now": stage.now,
        "drafts": [SignalDraft(SignalType.DOMAIN, "lek.test")],
        "actor": stage.actor("alfa"),
    } | rest
    return services.submit(arguments.pop("actor"), arguments.pop("drafts"), **arguments)


@pytest.mark.parametrize("role", ["auditor", "coordinator"])
def test_roles_that_look_after_the_coalition_report_nothing(stage: Stage, role: str) -> None:
    with refused("no_role"):
        submit(stage, actor=stage.actor("solros", role))


def test_nobody_reports_into_a_circle_that_their_member_is_not_in(stage: Stage) -> None:
    with refused("not_in_circle"):
        submit(stage, actor=stage.actor("omega"))
    CircleMembership.objects.filter(member=stage.cast.alfa).update(left_at=stage.now)
    with refused("not_in_circle"):
        submit(stage)


def test_a_member_that_has_left_reports_nothing(stage: Stage) -> None:
    stage.cast.alfa.left_at = stage.now
    stage.cast.alfa.save()
    with refused("inactive"):
        submit(stage, actor=stage.machine("alfa"))


@pytest.mark.parametrize("marking", [Marking.CLEAR, Marking.GREEN])
def test_leads_are_never_open(stage: Stage, marking: Marking) -> None:
    with refused("marking_not_offered"):
        submit(stage, marking=marking)


def test_a_member_reports_only_so_much_in_an_hour(stage: Stage, settings: Any) -> None:
    settings.SIGNAL_SUBMISSIONS_PER_HOUR = 2
    assert [stage.report("alfa").code for _ in range(3)] == ["", "", "too_many"]
    assert Signal.objects.count() == 2
    stage.later(minutes=61)
    assert stage.report("alfa").status is Status.CREATED


def test_the_hub_keeps_the_normal_form_and_nothing_of_what_was_written(stage: Stage) -> None:
    stage.report("alfa", "  HXXPS://Lek[.]Test/Sida?a=1#ankare ", type=SignalType.URL)
    assert "ankare" not in repr([list(Signal.objects.values()), list(Submission.objects.values())])


def test_a_finished_signal_comes_back_as_a_new_episode_with_a_new_id(stage: Stage) -> None:
    signal = stage.verified(by=("vakten", "beta"))
    services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="gone", now=stage.now)
    stage.later(days=3)
    again = stage.report("gamma", signal.value)
    assert again.status is Status.CREATED
    assert stage.again(signal).state == "withdrawn"
    signal = stage.again(again)
    assert (signal.episode, signal.state, signal.stage, signal.published_at) == (2, "submitted", "first", None)
    assert stage.live("verified") == {}
    stage.approve("beta", stage.approve("vakten", signal))
    assert len(stage.feed("verified")) == 2
    assert [thing.get("revoked", False) for thing in stage.feed("verified").values()] == [True, False]


class TestInboxes:
    """What became of a report comes back to its member's inbox, and to no other."""

    def test_the_fate_of_a_report_follows_it(self, stage: Stage) -> None:
        signal = stage.signal("alfa")
        (thing,) = stage.inbox("alfa").values()
        assert extension_of(thing)["state"] == "submitted"
        stage.approve("beta", stage.approve("vakten", signal))
        (thing,) = stage.inbox("alfa").values()
        assert extension_of(thing)["state"] == "verified"
        assert extension_of(thing)["listed_as"] in stage.feed("verified")
        assert stage.inbox("beta") == {}

    def test_a_rejection_comes_back_with_its_reason(self, stage: Stage) -> None:
        signal = stage.signal("alfa")
        services.reject(stage.actor("vakten", "reviewer"), signal, reason="malformed", now=stage.now)
        (thing,) = stage.inbox("alfa").values()
        assert (extension_of(thing)["reason"], thing["revoked"]) == ("malformed", True)


class TestPreview:
    """A preview tells what will happen, but never more than the person can see already."""

    def look(self, stage: Stage, member: str, *texts: str, role: str = "analyst") -> list[str]:
        drafts = [SignalDraft(SignalType.DOMAIN, text) for text in texts]
        outcomes = services.preview(
            stage.actor(member, role), drafts, circle=stage.cast.circle, marking=Marking.AMBER_STRICT, now=stage.now
        )
        return [outcome.code or outcome.status.value for outcome in outcomes]

    def test_it_writes_nothing(self, stage: Stage) -> None:
        assert self.look(stage, "alfa", "ett.test", "192.0.2.7", "ett.test") == ["created", "ip_given", "repeated"]
        assert not Signal.objects.exists()

    def test_what_others_reported_in_secret_looks_new(self, stage: Stage) -> None:
        signal = stage.signal("alfa")
        assert self.look(stage, "beta", signal.value) == self.look(stage, "beta", "aldrig-sedd.test") == ["created"]
        assert self.look(stage, "alfa", signal.value) == ["repeated"]

    def test_it_answers_no_question_that_would_be_counted_elsewhere(self, stage: Stage) -> None:
        """Which of two thousand guesses are listed, asked by `look_up`, takes ten days and stands in the log."""
        signal = stage.signal("alfa")
        stage.report("beta", signal.value)
        assert self.look(stage, "gamma", signal.value) == ["created"]
        waiting = stage.signal("alfa")
        assert self.look(stage, "vakten", waiting.value, role="reviewer") == ["created"]

    def test_it_counts_with_the_hourly_limit(self, stage: Stage, settings: Any) -> None:
        settings.SIGNAL_SUBMISSIONS_PER_HOUR = 1
        assert self.look(stage, "alfa", "ett.test", "ett.test", "två.test") == ["created", "repeated", "too_many"]


class TestRed:
    """RED is for named persons and never leaves the web."""

    def red(self, stage: Stage, *named: tuple[str, str]) -> Signal:
        people = [stage.cast.person(*who) for who in named]
        return stage.signal("alfa", marking=Marking.RED, named=people)

    def readers(self, stage: Stage) -> set[str]:
        return {
            f"{member} {role}"
            for (member, role), person in stage.cast.people.items()
            if Signal.objects.visible_to(person).exists()
        }

    def test_only_the_named_and_the_reporter_read_it(self, stage: Stage) -> None:
        self.red(stage, ("vakten", "reviewer"), ("solros", "reviewer"))
        assert self.readers(stage) == {"alfa analyst", "vakten reviewer", "solros reviewer"}

    def test_it_reaches_no_feed_and_no_inbox_even_when_verified(self, stage: Stage) -> None:
        signal = self.red(stage, ("vakten", "reviewer"), ("solros", "reviewer"))
        signal = stage.approve("solros", stage.approve("vakten", signal))
        assert signal.ceiling == "block"
        assert stage.feed("inform") == stage.feed("verified") == stage.inbox("alfa") == {}
        services.withdraw(stage.actor("vakten", "reviewer"), signal, reason="gone", now=stage.now)
        assert stage.feed("inform") == {}

    def test_a_machine_reports_nothing_red(self, stage: Stage) -> None:
        with refused("red_is_for_people"):
            submit(stage, actor=stage.machine("alfa"), marking=Marking.RED)

    def test_somebody_must_be_named(self, stage: Stage) -> None:
        with refused("nobody_named"):
            submit(stage, marking=Marking.RED)

    def test_another_members_open_report_of_it_stays_red_and_its_people_see_their_own_report(
        self, stage: Stage
    ) -> None:
        signal = self.red(stage, ("vakten", "reviewer"))
        assert stage.report("beta", signal.value).status is Status.CORROBORATED
        assert stage.again(signal).marking == "RED"
        assert {"beta analyst", "beta reviewer", "beta engineer"} <= self.readers(stage)
        assert not any(reader.startswith("gamma") for reader in self.readers(stage))

    def test_a_red_report_makes_an_unpublished_signal_red_and_its_first_reporter_keeps_it(self, stage: Stage) -> None:
        signal = stage.signal("alfa")
        people = [stage.cast.person("vakten", "reviewer")]
        stage.report("beta", signal.value, marking=Marking.RED, named=people)
        assert stage.again(signal).marking == "RED"
        assert {"alfa analyst", "beta analyst", "vakten reviewer"} <= self.readers(stage)
        assert not {"gamma analyst", "beta reviewer", "solros reviewer"} & self.readers(stage)

    def test_what_the_circle_has_seen_does_not_become_red(self, stage: Stage) -> None:
        signal = stage.verified()
        people = [stage.cast.person("vakten", "reviewer")]
        stage.report("beta", signal.value, marking=Marking.RED, named=people)
        assert stage.again(signal).marking == "AMBER+STRICT"


def test_the_stricter_of_two_markings_binds(stage: Stage) -> None:
    signal = stage.signal("alfa", marking=Marking.AMBER)
    stage.report("beta", signal.value, marking=Marking.AMBER_STRICT)
    assert stage.again(signal).marking == "AMBER+STRICT"
    assert stage.report("gamma", signal.value, marking=Marking.AMBER).status is Status.CORROBORATED
    assert stage.again(signal).marking == "AMBER+STRICT"


def test_two_thousand_rows_are_taken_in_within_a_page_view(stage: Stage) -> None:
    """Counted in questions to the database, which are the greater part of the work; the seconds are a figure."""

    def taken_in(count: int) -> int:
        drafts = [SignalDraft(SignalType.DOMAIN, f"rad-{count}-{number}.test") for number in range(count)]
        with CaptureQueriesContext(connection) as asked:
            outcomes = submit(stage, drafts=drafts)
        assert {outcome.status for outcome in outcomes} == {Status.CREATED}
        return len(asked)

    submit(stage, drafts=[SignalDraft(SignalType.DOMAIN, "forst.test")])
    one, few = taken_in(1), taken_in(101)
    each = -(-(few - one) // 100)
    began = process_time()
    many = taken_in(2000)
    figure("signals.intake", rows=2000, queries=many, a_row=each, seconds=round(process_time() - began, 1))
    assert each <= MOST_QUERIES_A_ROW
    assert many * 101 <= few * 2000, "a row in a long list asks no more than one in a short list"
    assert Submission.objects.filter(at__gt=stage.now - timedelta(hours=1)).count() == 2103
