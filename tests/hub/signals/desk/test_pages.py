"""The list and the queue as plain forms, without a script: filters, rows and their way, acts on many, continue, settings."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from skyddsnat.hub.members.models import Person
from skyddsnat.hub.signals.models import Batch, Desk, SavedFilter, Signal
from skyddsnat.hub.signals.services import batches
from skyddsnat.policy.bulk import A_PAGE, BulkAct
from tests.cast import Cast
from tests.figures import figure
from tests.hub.signals.conftest import Stage

pytestmark = pytest.mark.django_db

ROW = re.compile(r'<a class="row-main" href="([^"]+)"')


@pytest.fixture
def stage(cast: Cast) -> Stage:
    """The cast at work, now."""
    return Stage(cast, now=timezone.now() - timedelta(minutes=5))


def enter(cast: Cast, member: str, role: str) -> Client:
    client = cast.sign_in(Client(), cast.person(member, role))
    client.cookies["language"] = "en"
    return client


def text(answer: Any) -> str:
    return str(answer.content.decode())


def rows(page: str) -> list[str]:
    return [link.replace("&amp;", "&") for link in ROW.findall(page)]


def choose(client: Client, act: str, signals: list[Signal], *, place: str = "queue", **rest: str) -> str:
    fields = {"act": act, "place": place, "trail": "f=all", "row": [str(one.pk) for one in signals], **rest}
    return text(client.post("/signals/bulk/", fields, follow=True))


def test_a_choice_is_saved_under_a_name_opened_changed_and_shared(cast: Cast, stage: Stage) -> None:
    stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    page = text(maja.get("/signals/?type=domain&state=submitted"))
    assert "Save as a filter" in page
    kept = {"place": "list", "trail": "type=domain&state=submitted", "name": "Ours to come", "shared": "on"}
    page = text(maja.post("/signals/filters/", kept, follow=True))
    saved = SavedFilter.objects.get()
    assert saved.choices == {"type": "domain", "state": "submitted"}
    assert re.search(r'aria-current="page">Ours to come\s*<span class="count">1</span>', page)
    changed = text(maja.get(f"/signals/?f={saved.pk}&changed=on&type=url&state="))
    assert "Save the change" in changed
    maja.post(f"/signals/filters/{saved.pk}/", {"act": "update", "trail": f"f={saved.pk}&changed=on&type=url"})
    saved.refresh_from_db()
    assert saved.choices == {"type": "url"}
    assert "Ours to come" in text(enter(cast, "alfa", "reviewer").get("/signals/"))
    assert "Ours to come" not in text(enter(cast, "beta", "analyst").get("/signals/"))


def test_the_first_filter_opens_first_and_all_rows_are_one_click_away(cast: Cast, stage: Stage) -> None:
    signal = stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    maja.post("/signals/filters/", {"place": "list", "trail": "type=url", "name": "Pages"})
    saved = SavedFilter.objects.get()
    maja.post(f"/signals/filters/{saved.pk}/", {"act": "first"})
    assert rows(text(maja.get("/signals/"))) == []
    assert str(signal.pk) in text(maja.get("/signals/?f=all"))


@pytest.mark.parametrize("act", ["update", "rename", "share", "first", "delete"])
def test_another_members_filter_is_as_unknown_as_none(cast: Cast, stage: Stage, act: str) -> None:
    maja, outsider = enter(cast, "alfa", "analyst"), enter(cast, "beta", "analyst")
    maja.post("/signals/filters/", {"place": "list", "trail": "type=url", "name": "Pages", "shared": "on"})
    saved = SavedFilter.objects.get()
    for pk in (saved.pk, uuid4()):
        assert outsider.post(f"/signals/filters/{pk}/", {"act": act, "name": "x"}).status_code == 404
        assert outsider.get(f"/signals/?f={pk}").status_code == 404
    saved.refresh_from_db()
    assert saved.name == "Pages"


def test_a_value_in_the_address_is_never_kept_in_a_filter(cast: Cast, stage: Stage) -> None:
    maja = enter(cast, "alfa", "analyst")
    trail = "type=domain&value=lek.test&state=lek.test&q=lek.test"
    maja.post("/signals/filters/", {"place": "list", "trail": trail, "name": "Try"})
    assert not SavedFilter.objects.filter(choices__icontains="lek").exists()


def test_rows_are_chosen_and_rejected_and_undone_without_a_script(cast: Cast, stage: Stage) -> None:
    signals = [stage.signal() for _ in range(3)]
    jonas = enter(cast, "vakten", "reviewer")
    page = choose(jonas, "reject", signals[:2], reason_reject="gone")
    assert "2 signals wait. Nothing has happened yet." in page
    assert "an act of yours waits" in page
    batch = Batch.objects.get()
    page = text(jonas.post(f"/signals/bulk/{batch.pk}/undo/", follow=True))
    assert "Undone." in page
    assert {stage.again(one).state for one in signals} == {"submitted"}


def test_a_reason_for_many_is_chosen_by_a_person(cast: Cast, stage: Stage) -> None:
    """The browser asks for one, and the acts that need none go on; whoever comes without is told, and nothing waits."""
    signal = stage.signal()
    jonas = enter(cast, "vakten", "reviewer")
    page = text(jonas.get("/signals/review/?f=all"))
    first = re.search(r'<select [^>]*required[^>]*name="reason_reject"[^>]*><option value="([^"]*)"[^>]*>(\w+)', page)
    assert first
    assert first.groups() == ("", "choose")
    freely = re.findall(r'<button[^>]* name="act" value="(\w+)"[^>]* formnovalidate', page)
    assert set(freely) == {"read", "unread", "claim", "release"}
    assert "Choose a reason from the list." in choose(jonas, "reject", [signal], reason_reject="")
    assert not Batch.objects.exists()


def test_what_was_done_and_what_not_is_told_row_by_row(cast: Cast, stage: Stage) -> None:
    fine, own = stage.signal(), stage.signal("vakten")
    jonas = enter(cast, "vakten", "reviewer")
    choose(jonas, "reject", [fine, own], reason_reject="gone")
    batch = Batch.objects.get()
    page = text(jonas.post(f"/signals/bulk/{batch.pk}/run/", {"now": "yes"}, follow=True))
    assert "1 done" in page
    assert "1 not" in page
    assert "1: Your own organisation reported it; others review it." in page
    detail = text(jonas.get(f"/signals/bulk/{batch.pk}/"))
    assert detail.index("Your own organisation reported it") < detail.index(str(fine.pk))
    assert fine.value not in detail


def test_a_run_before_its_time_waits_unless_the_person_asks(cast: Cast, stage: Stage) -> None:
    signal = stage.signal()
    jonas = enter(cast, "vakten", "reviewer")
    choose(jonas, "reject", [signal], reason_reject="gone")
    batch = Batch.objects.get()
    jonas.post(f"/signals/bulk/{batch.pk}/run/", headers={"X-Part": "told"})
    assert stage.again(signal).state == "submitted"


@pytest.mark.parametrize("path", ["", "undo/", "run/"])
def test_another_persons_batch_is_as_unknown_as_none(cast: Cast, stage: Stage, path: str) -> None:
    jonas, sofia = enter(cast, "vakten", "reviewer"), enter(cast, "solros", "reviewer")
    signal = stage.signal()
    choose(jonas, "reject", [signal], reason_reject="gone")
    batch = Batch.objects.get()
    for pk in (batch.pk, uuid4()):
        send = sofia.post if path else sofia.get
        assert send(f"/signals/bulk/{pk}/{path}", {"now": "yes"}).status_code == 404
    batch.refresh_from_db()
    assert batch.state == Batch.State.HELD


def test_all_of_a_filter_is_what_was_there_when_the_page_was_opened(cast: Cast, stage: Stage) -> None:
    seen = [stage.signal() for _ in range(3)]
    asof = timezone.now()
    stage.now = asof + timedelta(seconds=1)
    later = stage.signal()
    jonas = enter(cast, "vakten", "reviewer")
    choose(jonas, "reject", [], reason_reject="gone", whole="on", asof=asof.isoformat())
    held = set(Batch.objects.get().rows.values_list("signal_id", flat=True))
    assert held == {one.pk for one in seen}
    assert later.pk not in held


@pytest.mark.parametrize(
    "said", ["2026-13-45T00:00:00+00:00", "0001-01-01T00:00:00+14:00", "2026-11-29T10:00:00", "nu"]
)
def test_a_moment_that_no_page_said_is_none(cast: Cast, stage: Stage, said: str) -> None:
    stage.signal("alfa", "lek.test")
    answer = enter(cast, "alfa", "analyst").post(
        "/signals/bulk/", {"act": "read", "place": "list", "trail": "f=all", "whole": "1", "asof": said}
    )
    assert answer.status_code == 302


def test_a_claim_does_not_reach_beyond_the_page(cast: Cast, stage: Stage) -> None:
    stage.signal()
    page = choose(enter(cast, "vakten", "reviewer"), "claim", [], whole="on")
    assert "rows of one page only" in page
    assert not Batch.objects.exists()


def test_renewing_many_needs_the_word_that_each_was_assessed(cast: Cast, stage: Stage) -> None:
    signal = stage.verified()
    jonas = enter(cast, "vakten", "reviewer")
    assert "Tick that you have assessed each" in choose(jonas, "renew", [signal], place="list")
    choose(jonas, "renew", [signal], place="list", assessed="on")
    assert Batch.objects.get().act == "renew"


@pytest.mark.parametrize("act", ["approve", "reveal", "rescope", "decide", "uphold", "verify"])
def test_no_judgement_and_no_reveal_is_made_on_many(cast: Cast, stage: Stage, act: str) -> None:
    jonas = enter(cast, "vakten", "reviewer")
    assert (
        jonas.post("/signals/bulk/", {"act": act, "place": "queue", "row": [str(stage.signal().pk)]}).status_code == 404
    )
    assert act not in set(BulkAct)


def test_only_acts_that_are_the_persons_are_offered(cast: Cast, stage: Stage) -> None:
    stage.verified()
    first = stage.signal()
    stage.approve("vakten", first)

    def offered(member: str, role: str, path: str) -> set[str]:
        return set(re.findall(r'name="act" value="(\w+)"', text(enter(cast, member, role).get(path)))) - {"read_all"}

    assert offered("alfa", "analyst", "/signals/") == {"read", "unread", "retract"}
    assert offered("vakten", "reviewer", "/signals/") == {"read", "unread", "retract", "renew"}
    assert offered("beta", "reviewer", "/signals/review/") == {"read", "unread", "claim", "release"}


def test_a_row_is_one_real_link_and_its_name_holds_no_value(cast: Cast, stage: Stage) -> None:
    signal = stage.signal("alfa", "hemligt-namn.test")
    page = text(enter(cast, "alfa", "analyst").get("/signals/"))
    row = page[page.index(f'id="s-{signal.pk}"') :]
    row = row[: row.index("</tr>")]
    assert row.count("<a ") == 1
    assert f"signal {signal.reference}" in row
    assert f"Choose signal {signal.reference}" in row
    assert "hemligt-namn" not in page


def test_one_goes_from_signal_to_signal_in_the_lists_own_order_and_back(cast: Cast, stage: Stage) -> None:
    for _ in range(3):
        stage.later(seconds=1)
        stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    links = rows(text(maja.get("/signals/?sort=old")))
    assert len(links) == 3
    middle = text(maja.get(links[1])).replace("&amp;", "&")
    assert f'rel="prev" href="{links[0]}"' in middle
    assert f'rel="next" href="{links[2]}"' in middle
    assert re.search(r'href="/signals/\?sort=old#s-[0-9a-f-]{36}"', middle)
    assert 'rel="next"' not in text(maja.get(links[2]))


def test_a_judged_signal_leaves_the_queue_and_the_next_one_follows(cast: Cast, stage: Stage) -> None:
    for _ in range(4):
        stage.later(seconds=1)
        stage.signal()
    jonas = enter(cast, "vakten", "reviewer")
    links = rows(text(jonas.get("/signals/review/?type=domain")))
    path, _, way = links[1].partition("?")
    answer = jonas.post(path.replace("review/", f"reject/?{way}"), {"reason": "gone"})
    assert answer.headers["Location"].partition("?")[0] == links[2].partition("?")[0]
    assert "type=domain" in answer.headers["Location"]


def test_a_claim_that_moves_a_signal_to_the_top_does_not_lead_back(cast: Cast, stage: Stage) -> None:
    for _ in range(5):
        stage.later(seconds=1)
        stage.signal()
    jonas = enter(cast, "vakten", "reviewer")
    links = rows(text(jonas.get("/signals/review/?type=domain")))
    for index in (1, 3):
        path, _, way = links[index].partition("?")
        jonas.post(path.replace("review/", f"claim/?{way}"))
        page = text(jonas.get(links[index])).replace("&amp;", "&")
        following = re.search(r'rel="next" href="([^"?]+)', page)
        assert following
        assert following[1] == links[index + 1].partition("?")[0]
        jonas.post(path.replace("review/", f"release/?{way}"))


def test_a_person_continues_where_they_were(cast: Cast, stage: Stage) -> None:
    for _ in range(3):
        stage.later(seconds=1)
        stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    third = rows(text(maja.get("/signals/?type=domain")))[2]
    maja.get(third)
    for path in ("/", "/signals/"):
        page = text(maja.get(path)).replace("&amp;", "&")
        assert "Continue where you were" in page
        assert "row 3" in page
        assert f'href="/signals/?type=domain#s-{third.split("/")[2]}"' in page
    person = cast.person("alfa", "analyst")
    maja.post("/settings/", {"desk": "on", "hold": "60"})
    assert "Continue where you were" not in text(maja.get("/"))
    assert Desk.objects.get(person=person).hold == timedelta(minutes=1)


def test_the_persons_own_time_to_undo_is_kept_to(cast: Cast, stage: Stage) -> None:
    jonas = enter(cast, "vakten", "reviewer")
    jonas.post("/settings/", {"desk": "on", "hold": "300", "remembers": "on"})
    choose(jonas, "reject", [stage.signal()], reason_reject="gone")
    batch = Batch.objects.get()
    assert batch.due_at - batch.at == timedelta(minutes=5)


def test_unread_signals_are_counted_in_the_navigation_and_told_in_words(cast: Cast, stage: Stage) -> None:
    Desk.objects.create(person=cast.person("alfa", "analyst"), read_before=stage.now - timedelta(seconds=1))
    signal = stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    page = text(maja.get("/signals/"))
    assert re.search(r'<span class="count">1<span class="visually-hidden"> unread', page)
    assert "Unread:" in page
    maja.get(f"/signals/{signal.pk}/")
    assert "Unread:" not in text(maja.get("/signals/"))


def test_the_persons_own_act_leaves_nothing_unread(cast: Cast, stage: Stage) -> None:
    person = cast.person("vakten", "reviewer")
    Desk.objects.create(person=person, read_before=stage.now - timedelta(seconds=1))
    signals = [stage.signal() for _ in range(3)]
    jonas = enter(cast, "vakten", "reviewer")
    jonas.post(f"/signals/{signals[0].pk}/reject/", {"reason": "gone"})
    page = text(jonas.get("/signals/?unread=on"))
    assert str(signals[0].pk) not in page
    assert str(signals[2].pk) in page


def test_expiry_is_told_in_words_with_the_exact_moment(cast: Cast, stage: Stage) -> None:
    signal = stage.verified()
    Signal.objects.filter(pk=signal.pk).update(valid_until=timezone.now() + timedelta(days=9, hours=1))
    page = text(enter(cast, "alfa", "analyst").get("/signals/"))
    assert re.search(r'badge-warn">.*?title="\d{4}-\d\d-\d\d \d\d:\d\d">in 9 days', page)


def test_a_print_says_marking_who_and_when_on_top_and_below(cast: Cast, stage: Stage) -> None:
    signal = stage.signal("alfa")
    maja = enter(cast, "alfa", "analyst")
    for path in ("/signals/", f"/signals/{signal.pk}/"):
        page = text(maja.get(path))
        lines = re.findall(r'<div class="print-line">.*?</div>', page, re.DOTALL)
        assert len(lines) == 2
        for line in lines:
            assert "TLP:AMBER+STRICT" in line
            assert "printed by Alfa Analyst, Alfa" in line


@pytest.mark.parametrize("path", ["/signals/?f=all", "/signals/review/?f=all", "/"])
def test_queries_stay_the_same_when_rows_grow(cast: Cast, stage: Stage, path: str) -> None:
    sofia = enter(cast, "solros", "reviewer")
    for name, trail in (("A", "type=domain"), ("B", "unread=on")):
        sofia.post("/signals/filters/", {"place": "list", "trail": trail, "name": name})
    counts, rows = [], []
    for rounds in (1, A_PAGE // 10, A_PAGE // 5):
        for _ in range(rounds):
            stage.signal()
        batches.start(_sofia(cast), BulkAct.CLAIM, [stage.signal().pk], now=timezone.now(), back="/signals/")
        sofia.get(path)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            sofia.get(path)
        counts.append(len(seen))
        rows.append(Signal.objects.count())
    assert len(set(counts)) == 1
    name = {"/": "work", "/signals/?f=all": "list"}.get(path, "queue")
    figure(f"daily.queries_{name}", queries=counts[0], rows_at_first=rows[0], rows_at_last=rows[-1])


def _sofia(cast: Cast) -> Person:
    return cast.person("solros", "reviewer")
