"""A practice is read by whom the rule of access allows, changed and taken back by its member, and shared only after a look."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.bulletins import queries, services
from skyddsnat.hub.bulletins.access import item_of, published_in
from skyddsnat.hub.bulletins.forms import written
from skyddsnat.hub.bulletins.models import Practice
from skyddsnat.hub.bulletins.services import PracticeDraft
from skyddsnat.hub.members.models import Circle, CircleMembership
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.policy import practices as policy
from skyddsnat.policy.access import may_read
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.vocabulary import Marking
from tests.cast import Cast

pytestmark = pytest.mark.django_db

NOW = timezone.now()
MEASURE = "SKM-NET-01"
TITLE, TEXT = "Så läser vi in listan", "Två personer ser till att den är läst, var sin dag."


def draft(circle: Circle, **changes: Any) -> PracticeDraft:
    facts: dict[str, Any] = {"marking": Marking.AMBER, "measure": MEASURE, "level": 2, "language": "sv"}
    return PracticeDraft(**{"circle": circle, "title": TITLE, "text": TEXT} | facts | changes)


def share(cast: Cast, member: str, *, now: datetime = NOW, **changes: Any) -> Practice:
    circle = changes.pop("circle", cast.circle)
    return services.share(cast.person(member, "engineer"), draft(circle, **changes), now=now)


def code_of(act: Any) -> str:
    with pytest.raises(PolicyRefusal) as caught:
        act()
    return caught.value.code


def signed_in(cast: Cast, member: str, role: str) -> Client:
    return cast.sign_in(Client(headers={"accept-language": "en"}), cast.person(member, role))


def test_everyone_reads_exactly_what_the_rule_of_access_allows(cast: Cast) -> None:
    long_ago = NOW - policy.lasts() - timedelta(days=1)
    for circle in (cast.circle, cast.leads):
        for marking in policy.OFFERED:
            share(cast, "alfa", circle=circle, marking=marking)
        share(cast, "beta", circle=circle, now=long_ago)
    CircleMembership.objects.filter(circle=cast.leads, member="gamma").update(left_at=NOW)
    rows = list(Practice.objects.all())
    assert len(rows) == 8
    for person in cast.people.values():
        seen = set(Practice.objects.visible_to(person, now=NOW))
        assert seen == {row for row in rows if may_read(reader_of(person), item_of(row, now=NOW))}, person.email
    assert Practice.objects.visible_to(cast.person("omega", "analyst"), now=NOW).count() == 2, "GREEN is every member"
    assert Practice.objects.visible_to(cast.person("vakten", "analyst"), now=NOW).count() == 4
    assert Practice.objects.visible_to(cast.person("beta", "analyst"), now=NOW).count() == 8, "the own ended ones too"
    assert published_in(cast.leads.pk) == 3, "what has ended is not received by who joins"
    stranger = cast.person("alfa", "analyst")
    stranger.is_active = False
    assert not Practice.objects.visible_to(stranger, now=NOW).exists()


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"marking": Marking.RED}, "bad_marking"),
        ({"marking": Marking.CLEAR}, "bad_marking"),
        ({"measure": "SKM-XXX-99"}, "no_measure"),
        ({"level": 4}, "no_level"),
        ({"title": "  "}, "no_text"),
        ({"text": "x" * 4001}, "no_text"),
        ({"language": "de"}, "no_text"),
        ({"text": "Ring 0701-740605 i kväll"}, "personal_data"),
        ({"text": "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJ"}, "imagery"),
    ],
)
def test_what_is_not_shared(cast: Cast, changes: dict[str, Any], code: str) -> None:
    assert code_of(lambda: share(cast, "alfa", **changes)) == code
    assert not Practice.objects.exists()


def test_who_does_not_share(cast: Cast) -> None:
    assert code_of(lambda: share(cast, "omega")) == "not_in_circle"
    auditor = cast.person("solros", "auditor")
    assert code_of(lambda: services.share(auditor, draft(cast.circle), now=NOW)) == "no_part"


def test_a_member_shares_a_bounded_number(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """One account in the wrong hands must not bury everybody else's."""
    monkeypatch.setattr(policy, "MOST", 2)
    first, _ = share(cast, "alfa"), share(cast, "alfa")
    assert code_of(lambda: share(cast, "alfa")) == "too_many"
    share(cast, "beta")
    services.withdraw(cast.person("alfa", "engineer"), first.pk, now=NOW)
    share(cast, "alfa")


def test_only_its_member_changes_it_or_takes_it_back_and_then_it_is_erased(cast: Cast) -> None:
    row = share(cast, "alfa")
    for member, role in (("beta", "engineer"), ("solros", "coordinator")):
        with pytest.raises(Practice.DoesNotExist):
            services.withdraw(cast.person(member, role), row.pk, now=NOW)
    later = NOW + timedelta(days=700)
    CircleMembership.objects.filter(circle=cast.circle, member="alfa").update(left_at=later)
    analyst = cast.person("alfa", "analyst")
    assert code_of(lambda: services.change(analyst, row.pk, draft(cast.circle), now=later)) == "not_in_circle"
    changed = services.change(analyst, row.pk, draft(cast.leads, text="Nu gör vi det var timme."), now=later)
    assert (changed.circle, changed.ends_at) == (cast.leads, later + policy.lasts())
    services.withdraw(analyst, row.pk, now=later)
    gone = Practice.objects.get(pk=row.pk)
    assert (gone.title, gone.text) == ("", "")
    assert queries.practice_for(analyst, row.pk, now=later) is None
    with pytest.raises(Practice.DoesNotExist):
        services.withdraw(analyst, row.pk, now=later)
    told = Entry.objects.filter(kind="practice").order_by("pk")
    assert [entry.action for entry in told] == ["practice.shared", "practice.changed", "practice.withdrawn"]
    assert TITLE not in str([entry.facts for entry in told])


def test_a_practice_ends_and_is_erased_when_nobody_renews_it(cast: Cast) -> None:
    row = share(cast, "alfa")
    end = row.ends_at
    assert services.tend(end) == 0, "its member may still renew it"
    assert queries.practice_for(cast.person("beta", "analyst"), row.pk, now=end) is None
    assert queries.practice_for(cast.person("alfa", "analyst"), row.pk, now=end) == row
    assert services.tend(end + policy.KEPT_AFTER_ITS_END) == 1
    assert Practice.objects.get(pk=row.pk).text == ""


def test_the_words_are_sealed_in_the_database(cast: Cast) -> None:
    share(cast, "alfa")
    with connection.cursor() as cursor:
        cursor.execute("SELECT title, text FROM bulletins_practice")
        held = b"".join(bytes(cell) for cell in cursor.fetchone())
    assert TITLE.encode() not in held
    assert TEXT.encode() not in held


def test_the_page_says_who_will_see_it_before_anything_is_shared(cast: Cast) -> None:
    browser, where = signed_in(cast, "alfa", "engineer"), reverse("bulletins:practice_new")
    form = written(Practice(measure=MEASURE, level=2, title=TITLE, text=TEXT, language="sv", marking="AMBER"))
    form["circle"] = str(cast.leads.pk)
    assert ">Level 2<" in browser.get(where).content.decode(), "in the reader's language, not the first one's"
    looked = browser.post(where, form | {"look": "1"}).content.decode()
    assert "Will be seen by:" in looked
    assert "Alfa, Beta, Delta, Epsilon, Gamma, Solros." in looked
    assert "Police are not among them." in looked
    assert not Practice.objects.exists(), "to look is not to share"
    assert TEXT in browser.post(where, form | {"back": "1"}).content.decode(), "nothing written is lost on the way back"
    green = browser.post(where, form | {"look": "1", "marking": "GREEN"}).content.decode()
    assert "Omega" in green
    assert "Police are among them." in green
    assert browser.post(where, form | {"share": "1"}).status_code == 302
    (made,) = Practice.objects.all()
    page = reverse("bulletins:practice", args=[made.pk])
    assert TEXT in signed_in(cast, "beta", "analyst").get(page).content.decode()


def test_a_text_is_erased_only_after_the_page_has_said_so(cast: Cast) -> None:
    row = share(cast, "alfa", circle=cast.leads)
    browser, where = signed_in(cast, "alfa", "analyst"), reverse("bulletins:practice_withdraw", args=[row.pk])
    assert where in browser.get(reverse("bulletins:practice", args=[row.pk])).content.decode()
    assert "It cannot be undone." in browser.get(where).content.decode()
    row.refresh_from_db()
    assert row.text == TEXT
    assert browser.post(where).status_code == 302
    row.refresh_from_db()
    assert row.text == ""


def test_outside_the_audience_it_looks_as_if_it_were_not_there(cast: Cast) -> None:
    row = share(cast, "alfa", circle=cast.leads)
    browser = signed_in(cast, "vakten", "reviewer")
    nowhere = UUID(int=7)
    for name in ("practice", "practice_edit", "practice_withdraw"):
        assert browser.get(reverse(f"bulletins:{name}", args=[row.pk])).status_code == 404
        assert browser.get(reverse(f"bulletins:{name}", args=[nowhere])).status_code == 404
    for page in (reverse("bulletins:practices"), reverse("knowledge:measure", args=[MEASURE])):
        assert TITLE not in browser.get(page).content.decode()
        assert TITLE in signed_in(cast, "beta", "analyst").get(page).content.decode()


def test_the_measure_is_chosen_unless_one_comes_from_its_page(cast: Cast) -> None:
    client = signed_in(cast, "alfa", "engineer")
    path = reverse("bulletins:practice_new")
    empty, chosen = client.get(path), client.get(f"{path}?measure={MEASURE}")
    assert next(iter(empty.context["form"].fields["measure"].choices))[0] == ""
    assert empty.context["form"]["measure"].value() == ""
    assert chosen.context["form"]["measure"].value() == MEASURE
    assert "measure" in client.post(path, {"measure": "", "title": TITLE, "text": TEXT}).context["form"].errors
