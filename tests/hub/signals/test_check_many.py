"""Are these known?  Many values at once, by the rule that holds for one."""

from __future__ import annotations

from typing import Any

from django.test import Client
from django.utils import timezone

from skyddsnat.hub.audit.models import Entry
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import Lookup, Signal
from skyddsnat.hub.signals.services import SignalDraft
from skyddsnat.policy.vocabulary import Basis, Marking, SignalType
from tests.cast import Cast

NOW = timezone.now()


def reported(cast: Cast, *values: str, by: str = "alfa") -> None:
    """Values that a member has reported to the leads; nobody else sees them yet."""
    drafts = [SignalDraft(SignalType.DOMAIN, value, basis=Basis.OWN_OBSERVATION) for value in values]
    services.submit(
        Actor.of(cast.person(by, "analyst")),
        drafts,
        circle=cast.leads,
        marking=Marking.AMBER_STRICT,
        channel="paste",
        now=NOW,
    )


def ask(cast: Cast, text: str, *, member: str = "alfa", role: str = "analyst") -> Any:
    client = cast.sign_in(Client(), cast.person(member, role))
    return client.post("/signals/check/", {"lines": text}, headers={"Accept-Language": "en"})


def test_each_line_says_whether_it_is_known(cast: Cast) -> None:
    reported(cast, "ett.test", "tva.test")
    page = ask(cast, "ett.test\n# from the log\nhxxp://TVA[.]test\nokand.test\ninte en adress\n")
    by_number = {line.known.number: line for line in page.context["lines"]}
    assert [len(by_number[number].signals) for number in (1, 4)] == [1, 0]
    assert by_number[5].known.type in {"term", ""}
    assert (page.context["known"], Lookup.objects.filter(found=True).count()) == (1, 1)


def test_what_only_others_see_is_not_known_and_looks_like_what_nobody_knows(cast: Cast) -> None:
    reported(cast, "ett.test", by="alfa")
    hidden = ask(cast, "ett.test", member="beta").context["lines"][0]
    unknown = ask(cast, "fem.test", member="beta").context["lines"][0]
    assert (hidden.signals, hidden.why) == (unknown.signals, unknown.why) == ((), "")


def test_no_value_stands_in_the_page_the_log_or_the_address(cast: Cast) -> None:
    reported(cast, "hemlig-adress.test")
    page = ask(cast, "hemlig-adress.test\nokand-adress.test")
    table = page.content.decode().split("<table")[1].split("</table>")[0]
    assert "hemlig-adress.test" not in table
    entry = Entry.objects.filter(action="signal.looked_up_many").get()
    assert entry.facts == {"asked": 2, "found": 1}
    assert page.headers["Cache-Control"].startswith("max-age=0, no-cache, no-store")


def test_all_are_answered_or_none_and_the_same_value_counts_once(cast: Cast, settings: Any) -> None:
    settings.SIGNAL_LOOKUPS_PER_DAY = 3
    reported(cast, "ett.test")
    refused = ask(cast, "\n".join(f"namn{number}.test" for number in range(4)))
    assert "lines" not in refused.context or not Lookup.objects.exists()
    assert "more values than you may still ask" in refused.content.decode()
    ask(cast, "ett.test\nETT.test\nett.test\n")
    assert Lookup.objects.count() == 1


def test_nobody_without_a_reading_role_asks(cast: Cast) -> None:
    page = ask(cast, "ett.test", member="solros", role="coordinator")
    assert not Lookup.objects.exists()
    assert "Known" not in page.content.decode().split("<main")[1] or page.context.get("lines") is None


def test_asking_reports_nothing(cast: Cast) -> None:
    before = Signal.objects.count()
    ask(cast, "ny.test\nannan.test")
    assert Signal.objects.count() == before
