"""What an analyst does: one signal by the form, many by pasting, a file; and what the pages never show."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from skyddsnat.hub.signals.models import Signal, Submission
from skyddsnat.policy.vocabulary import Marking
from tests.cast import Cast

pytestmark = pytest.mark.django_db


def common(cast: Cast, **rest: Any) -> dict[str, Any]:
    """What every form of intake needs."""
    base = {"circle": str(cast.circle.pk), "marking": "AMBER+STRICT", "basis": "own_observation", "scope": "subdomains"}
    return {**base, **rest}


def sealed(html: str) -> str:
    """The signed rows of a preview."""
    found = re.search(r'name="sealed" value="([^"]+)"', html)
    assert found is not None
    return found[1]


@pytest.fixture
def anna(cast: Cast, client: Client) -> Client:
    return cast.sign_in(client, cast.person("alfa", "analyst"))


def test_one_signal_by_the_form(cast: Cast, anna: Client) -> None:
    answer = anna.post("/signals/new/", common(cast, type="domain", value="hxxp[:]//x"))
    assert answer.status_code == 200
    answer = anna.post("/signals/new/", common(cast, type="domain", value="Dalig-Plats[.]test."))
    signal = Signal.objects.get()
    assert answer.headers["Location"] == f"/signals/{signal.pk}/?reported"
    assert (signal.value, signal.state, signal.scope) == ("dalig-plats.test", "submitted", "subdomains")


def test_the_next_report_begins_as_the_last_did_without_its_value(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    fields = common(
        cast, type="url", value="http://dalig.test/x", marking="AMBER", basis="court", note="Sett i en logg"
    )
    page = anna.post("/signals/new/", fields, follow=True).content.decode()
    signal = Signal.objects.get()
    like = f"/signals/new/?like={signal.pk}"
    assert f'href="{like}"' in page
    form = anna.get(like).context["form"]
    begun = {name: form[name].value() for name in ("type", "circle", "basis", "marking", "value", "note", "scope")}
    assert begun.pop("circle") == cast.circle.pk
    assert begun == {
        "type": "url",
        "basis": "court",
        "marking": "AMBER",
        "value": None,
        "note": None,
        "scope": "exact",
    }
    assert form.seldom_open
    assert "Report another" not in anna.get(f"/signals/{signal.pk}/").content.decode()


@pytest.mark.parametrize(("marking", "opened"), [("AMBER+STRICT", False), ("RED", True)])
def test_the_next_report_shows_what_is_seldom_chosen_if_it_was(
    cast: Cast, anna: Client, marking: str, opened: bool
) -> None:
    colleague = cast.person("alfa", "reviewer")
    named = [colleague.pk] if marking == "RED" else []
    anna.post("/signals/new/", common(cast, type="url", value="http://dalig.test/x", marking=marking, named=named))
    form = anna.get(f"/signals/new/?like={Signal.objects.get().pk}").context["form"]
    assert form["marking"].value() == marking
    assert form["named"].value() == named
    assert form.seldom_open is opened


def test_the_next_report_takes_nothing_from_others_reports(cast: Cast, anna: Client) -> None:
    anna.post("/signals/new/", common(cast, type="url", value="http://dalig.test/x", basis="court"))
    signal = Signal.objects.get()
    for who in (("alfa", "engineer"), ("beta", "analyst")):
        browser = cast.sign_in(Client(), cast.person(*who))
        for like in (signal.pk, "ingen"):
            assert browser.get(f"/signals/new/?like={like}").context["form"].initial == {}


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("value", "192.0.2.7", "An IP address is not a domain"),
        ("value", "http://dalig.test/x", "This is a URL"),
        ("value", "google.com", "on the protect list"),
        ("value", "co.uk", "on the protect list"),
        ("note", "Ring 070-174 06 05 om detta", "telephone number"),
        ("note", "Skriv till kalle@exempel.test", "e-mail address"),
        ("note", "data:image/png;base64," + "iVBORw0KGgo" * 9, "no imagery in any form"),
    ],
)
def test_what_cannot_enter_is_explained_on_the_form(
    cast: Cast, anna: Client, field: str, value: str, said: str
) -> None:
    anna.cookies["language"] = "en"
    fields = common(cast, type="domain", value="dalig.test") | {field: value}
    answer = anna.post("/signals/new/", fields)
    assert said in answer.content.decode()
    assert not Submission.objects.exists()


def test_the_form_says_who_will_see_it_and_that_police_are_among_them(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    page = anna.get("/signals/new/").content.decode()
    assert "Will be seen by:" in page
    assert "Police are among them." in page
    assert "Police are not among them." in page


def test_pasted_lines_are_shown_before_anything_is_taken_in(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    lines = "ett.test\n# en kommentar\n\ntva.test\nett.test\n192.0.2.1\ngoogle.com\nhttps://sida.test/a\n"
    page = anna.post("/signals/paste/", common(cast, lines=lines)).content.decode()
    assert not Signal.objects.exists()
    assert "Report 3 signals" in page
    assert "ett.test" not in page
    answer = anna.post("/signals/confirm/", {"sealed": sealed(page)})
    assert answer.status_code == 200
    assert sorted(signal.value for signal in Signal.objects.all()) == ["ett.test", "https://sida.test/a", "tva.test"]
    assert set(Submission.objects.values_list("channel", flat=True)) == {"paste"}


def test_whoever_goes_back_from_the_preview_finds_what_they_wrote(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    lines = "ett.test\r\nkonstig rad\r\nhttps://sida.test/a"
    page = anna.post("/signals/paste/", common(cast, lines=lines, note="Ur en logg")).content.decode()
    kept = re.search(r'name="written" value="([^"]+)"', page)
    assert kept is not None
    again = anna.post("/signals/paste/", {"written": kept[1]}).content.decode()
    assert all(line in again for line in ["<h1>Report signals", *lines.split(), "Ur en logg", '"subdomains" selected'])
    other = cast.sign_in(Client(), cast.person("beta", "analyst")).post("/signals/paste/", {"written": kept[1]})
    assert "ett.test" not in other.content.decode()
    assert not Signal.objects.exists()


def test_a_line_that_is_read_as_a_term_for_want_of_anything_else_says_so(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    lines = common(cast, lines="ett.test\nen rubrik som kom med")
    guessed = anna.post("/signals/paste/", lines).content.decode()
    assert guessed.count("Read as a term, since it is neither an address nor a hash.") == 1
    chosen = anna.post("/signals/paste/", lines | {"type": "term"}).content.decode()
    assert "Read as a term" not in chosen


def test_the_preview_counts_only_what_is_added(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    anna.post("/signals/new/", common(cast, type="domain", value="ett.test"))
    page = anna.post("/signals/paste/", common(cast, lines="ett.test\ntva.test\ngoogle.com")).content.decode()
    assert "Report 1 signal<" in page
    page = anna.post("/signals/paste/", common(cast, lines="ett.test")).content.decode()
    assert "Nothing here is new" in page
    assert 'name="sealed"' not in page


def test_a_preview_of_someone_else_cannot_be_confirmed(cast: Cast, anna: Client) -> None:
    page = anna.post("/signals/paste/", common(cast, lines="ett.test")).content.decode()
    other = cast.sign_in(Client(), cast.person("beta", "analyst"))
    other.post("/signals/confirm/", {"sealed": sealed(page)})
    anna.post("/signals/confirm/", {"sealed": sealed(page)[:-3] + "abc"})
    assert not Signal.objects.exists()


def test_a_value_that_others_have_reported_in_secret_looks_new_in_the_preview(cast: Cast, anna: Client) -> None:
    anna.cookies["language"] = "en"
    beta = cast.sign_in(Client(), cast.person("beta", "analyst"))
    beta.post("/signals/new/", common(cast, type="domain", value="hemlig.test"))
    known, fresh = (
        anna.post("/signals/paste/", common(cast, lines=line)).content.decode()
        for line in ("hemlig.test", "annan0.test")
    )

    def bare(html: str) -> str:
        html = re.sub(r'name="(sealed|written|csrfmiddlewaretoken)" value="[^"]+"', "", html)
        html = re.sub(r"“[^”]*”|<span class=\"masked\">[^<]*</span>", "", html)
        return re.sub(r'data-[a-z-]+="[^"]*"|nonce="[^"]*"|data-printed>[^<]+', "", html)

    assert bare(known) == bare(fresh)


def test_red_needs_a_named_person_and_only_they_see_it(cast: Cast, anna: Client) -> None:
    sofia = cast.person("solros", "reviewer")
    anna.post("/signals/new/", common(cast, type="domain", value="rod.test", marking=Marking.RED.value))
    assert not Submission.objects.exists()
    anna.post("/signals/new/", common(cast, type="domain", value="rod.test", marking="RED", named=[str(sofia.pk)]))
    signal = Signal.objects.get()
    jonas = cast.sign_in(Client(), cast.person("vakten", "reviewer"))
    assert cast.sign_in(Client(), sofia).get(f"/signals/{signal.pk}/").status_code == 200
    assert jonas.get(f"/signals/{signal.pk}/").status_code == 404


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_outsider_can_report_nowhere_and_is_told_so(cast: Cast, client: Client, language: str) -> None:
    cast.sign_in(client, cast.person("omega", "analyst"))
    client.cookies["language"] = language
    page = client.get("/signals/new/")
    assert page.status_code == 200
    answer = client.post("/signals/new/", common(cast, type="domain", value="ett.test"))
    assert answer.status_code == 200
    assert not Signal.objects.exists()


def test_whoever_may_not_report_is_offered_no_way_to(cast: Cast, client: Client) -> None:
    cast.sign_in(client, cast.person("alfa", "analyst"))
    assert 'href="/signals/new/" data-shortcut="n"' in client.get("/signals/").content.decode()
    cast.sign_in(client, cast.person("solros", "auditor"))
    assert 'href="/signals/new/"' not in client.get("/signals/").content.decode()


@pytest.mark.parametrize("address", ["/signals/new/", "/signals/paste/", "/lists/import/"])
def test_without_a_circle_a_page_for_reporting_says_so_in_place_of_a_form(
    cast: Cast, client: Client, address: str
) -> None:
    cast.sign_in(client, cast.person("omega", "analyst"))
    page = client.get(address).content.decode()
    assert "/members/circles/" in page
    assert 'name="note"' not in page
