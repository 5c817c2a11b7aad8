"""The cast with one of everything that an address can name, so that each route has something to be asked about.

What a person may not know of stands beside what they may: `foreign` names, for each kind of thing, those of others.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings as hub
from django.test import Client, override_settings
from django.utils import timezone

from skyddsnat.catalogue.metrics import Frequency
from skyddsnat.hub.accounts import services as accounts
from skyddsnat.hub.agents.models import Agent
from skyddsnat.hub.audit.keys import ensure_log_key
from skyddsnat.hub.audit.services import sequence
from skyddsnat.hub.bulletins import services as bulletins
from skyddsnat.hub.bulletins.services import PracticeDraft
from skyddsnat.hub.complaints import services as complaints
from skyddsnat.hub.complaints.models import Complaint
from skyddsnat.hub.feed.keys import ensure_key
from skyddsnat.hub.learning import services as learning
from skyddsnat.hub.lists import services as lists
from skyddsnat.hub.lists.models import Import
from skyddsnat.hub.lists.reading import read_files
from skyddsnat.hub.maturity.services import open_year
from skyddsnat.hub.members import services as members
from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Coalition, LegalBasis, Proposal
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.models import CanaryMet, Feedback, Signal
from skyddsnat.hub.signals.services import SignalDraft, batches, desk
from skyddsnat.hub.statistics.services import add_event
from skyddsnat.policy.bulk import BulkAct, Place
from skyddsnat.policy.complaints import Reason
from skyddsnat.policy.guards import inspect_text
from skyddsnat.policy.review import checklist
from skyddsnat.policy.second_hand import Matter
from skyddsnat.policy.statistics.periods import Period
from skyddsnat.policy.statistics.words import EventKind
from skyddsnat.policy.vocabulary import Basis, Mandate, Marking, Scope, SignalType
from skyddsnat.protocols import complaint as wire
from tests.cast import Cast, make_cast
from tests.hub.benchmark.conftest import make_bench
from tests.hub.signals.conftest import Stage
from tests.hub.statistics.conftest import Stats, figure
from tests.model.shadow import Who
from tests.worlds import standing

REASON = "Registret har prövat namnet och står för det."
AMBER = "MET-BLK-06"  # may be compared with counsel's note only
GUARDED, GUARDED_TOO = "viktig.test", "viktigare.test"


@dataclass(slots=True)
class World:
    """Signals by what has become of them, and one of each other thing, at Alfa unless its name says more."""

    cast: Cast
    stage: Stage
    signals: dict[str, Signal]
    things: dict[str, Any]
    sessions: dict[Who, str] = field(default_factory=dict)

    @property
    def checks(self) -> list[str]:
        """What the police tick for a new domain."""
        return [check.value for check in checklist(SignalType.DOMAIN, Scope.EXACT, Mandate.POLICE)]

    def browser(self, who: Who) -> Client:
        """A browser of this person, signed in just now.  Whoever asks again gets one with the same session."""
        if who not in self.sessions:
            first = self.cast.sign_in(Client(), self.cast.people[who])
            self.sessions[who] = first.cookies[hub.SESSION_COOKIE_NAME].value
        browser = Client()
        browser.cookies[hub.SESSION_COOKIE_NAME] = self.sessions[who]
        return browser

    def sign_in_anew(self) -> None:
        """All who are signed in have given password and second factor just now, however long ago the world was made."""
        for who in self.sessions:
            session = self.browser(who).session
            session[AUTHENTICATION_METHODS_SESSION_KEY] = [
                record | {"at": time.time()} for record in session[AUTHENTICATION_METHODS_SESSION_KEY]
            ]
            session.save()


def standing_world(
    django_db_setup: None, django_db_blocker: Any, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[World]:
    """For a fixture of a file: one world for all its tests, which costs two seconds of a core.  They ask for it as `world`."""
    folder = tmp_path_factory.mktemp("keys")
    keys = {"LOG_KEY_FILE": folder / "log.key", "FEED_KEY_FILE": folder / "feed.key"}
    with standing(django_db_blocker), override_settings(**keys):
        ensure_key(keys["FEED_KEY_FILE"])
        ensure_log_key()
        yield make_world(make_cast())


def make_world(cast: Cast) -> World:
    """Everything."""
    stage = Stage(cast, now=timezone.now())
    signals = _signals(stage)
    world = World(cast, stage, signals, {})
    _of_the_desk(world)
    _of_judges(world)
    _of_lists(world)
    _of_people(world)
    _of_rounds(world)
    _of_complaints(world)
    _of_statistics(world)
    for scope in ("taxii", "stats", "shares", "complaints"):
        cast.token("alfa", scope)
    cast.token("solros", "party")
    for who in cast.people:
        if who[0] in {"alfa", "beta", "gamma", "solros", "vakten"}:
            world.browser(who)
    sequence()
    return world


def _signals(stage: Stage) -> dict[str, Signal]:
    cast = stage.cast
    found = {
        name: stage.signal("alfa", f"{name}.test") for name in ("new", "held", "taken", "gone", "seen", "contested")
    }
    for name in ("seen", "contested"):
        stage.report("beta", f"{name}.test")
    found["verified"] = stage.verified("verified.test")
    found["complained"] = stage.verified("complained.test")
    found["red"] = stage.signal("alfa", "red.test", marking=Marking.RED, named=[cast.person("alfa", "reviewer")])
    found["leads"] = stage.signal("alfa", "leads.test", circle=cast.leads)
    found["beta"] = stage.signal("beta", "beta.test", circle=cast.leads)
    complain(stage, "alfa", "complained.test")
    for name in ("held", "taken"):
        services.claim(stage.actor("vakten", "reviewer"), found[name].pk, now=stage.now)
    found["mine"] = found.pop("held")
    services.dispute(stage.actor("gamma"), found["contested"].pk, reason="wrong_scope", now=stage.now)
    stage.report("gamma", "overseen.test", circle=cast.leads)
    stage.report("delta", "overseen.test", circle=cast.leads)
    found["overseen"] = Signal.objects.get(circle=cast.leads, published_at__isnull=False)
    services.dispute(stage.actor("beta"), found["overseen"].pk, reason="wrong_scope", now=stage.now)
    return {name: stage.again(signal) for name, signal in found.items()}


def _of_the_desk(world: World) -> None:
    now, signals = world.stage.now, world.signals
    for who, key in (
        (("alfa", "analyst"), ""),
        (("beta", "analyst"), " of Beta"),
        (("alfa", "engineer"), " of a colleague"),
    ):
        person = world.cast.people[who]
        world.things["filter" + key] = desk.save_filter(
            person, Place.LIST, name="Nya", choices={"unread": True}, shared=False, now=now
        )
    for who, key in ((("vakten", "reviewer"), ""), (("solros", "reviewer"), " of Solros")):
        world.things["batch" + key] = batches.start(
            world.cast.people[who],
            BulkAct.REJECT,
            [signals["new"].pk],
            now=now,
            back="/signals/review/",
            reason="insufficient",
        )


def _of_judges(world: World) -> None:
    now, stage, cast = world.stage.now, world.stage, world.cast
    contested = Feedback.objects.get(signal=world.signals["contested"])
    world.things |= {
        "feedback": contested,
        "feedback among the leads": Feedback.objects.get(signal=world.signals["overseen"]),
    }
    note = next(
        text for text in (f"Loggrad 20261124-15{minute:02d} hos oss." for minute in range(60)) if inspect_text(text)
    )
    for member, key in (("alfa", ""), ("solros", " of Solros")):
        draft = SignalDraft(SignalType.DOMAIN, f"stopp-{member}.test", note=note)
        world.things["stop" + key] = services.ask_release(
            stage.actor(member), draft, circle=cast.circle, explanation="time", now=now
        )
    for name in (GUARDED, GUARDED_TOO):
        cast.members["gamma"].domains.create(name=name)
    world.things["override"] = services.propose_override(
        stage.actor("vakten", "reviewer"), SignalType.DOMAIN, GUARDED, scope=Scope.EXACT, reason=REASON, now=now
    )
    world.things["rule"] = services.propose_block_rule(
        stage.actor("vakten", "reviewer"), SignalType.URL, reason=REASON, now=now
    )
    world.things["alarm"] = CanaryMet.objects.create(
        marker="0123456789abcdef.test", member_id="gamma", channel="form", at=now
    )


def _of_lists(world: World) -> None:
    for who, key, marking in (
        (("alfa", "analyst"), "", Marking.AMBER_STRICT),
        (("beta", "analyst"), " of Beta", Marking.AMBER_STRICT),
        (("alfa", "engineer"), " of a colleague, RED", Marking.RED),
    ):
        like = SignalDraft(type=SignalType.DOMAIN, text="", scope=Scope.EXACT, basis=Basis.OWN_OBSERVATION)
        read = read_files([("lista.csv", b"value\nlistad.test\n")], like=like, now=world.stage.now)
        made = lists.receive(
            Actor.of(world.cast.people[who]),
            read,
            circle=world.cast.circle,
            marking=marking,
            now=world.stage.now,
            named=[world.cast.person("vakten", "reviewer")] if marking is Marking.RED else [],
        )
        lists.Worker(size=200).work(seconds=5, only=made.pk)
        world.things["import" + key] = Import.objects.get(pk=made.pk)


def _of_people(world: World) -> None:
    cast, now = world.cast, timezone.now()
    for member in ("alfa", "beta"):
        engineer = cast.person(member, "engineer")
        key = "" if member == "alfa" else " of Beta"
        world.things["token" + key], _ = accounts.issue_token(
            Actor.of(engineer), cast.members[member], label="prov", scopes=["taxii"]
        )
        world.things["agent" + key] = Agent.objects.create(
            member=cast.members[member],
            name=f"{member}-1",
            version="0.1.0",
            state=Agent.State.LIVE,
            reported_at=now - timedelta(days=30),
            first_seen_at=now - timedelta(days=60),
            state_since=now - timedelta(days=30),
        )
        world.things["passkey" + key] = Authenticator.objects.create(
            user=cast.person(member, "analyst"),
            type=Authenticator.Type.WEBAUTHN,
            data={"name": "Nyckel", "credential": {}},
        )
        world.browser((member, "analyst"))
        world.things["session" + key] = UserSession.objects.get(user=cast.person(member, "analyst"))
    world.things["proposal"] = _proposal(cast)
    world.things["basis"] = LegalBasis.objects.create(
        activity="Delar",
        basis="Avtal",
        purpose="Prov",
        retention_days=30,
        owner=cast.solros,
        review_by=now.date() + timedelta(days=30),
        status=LegalBasis.Status.ACTIVE,
    )


def complain(stage: Stage, member: str, name: str) -> Complaint:
    """A visitor of the member's stop page complains about a name."""
    given = wire.Complaint(
        id=uuid4(), at=stage.now, language="sv", reason=Reason.UNSURE, name=name, contact="klagande@post.test"
    )
    return complaints.receive(stage.machine(member), given, now=stage.now)


def _of_complaints(world: World) -> None:
    """Of a listed name; and of one that nothing blocks, which is decided as it comes in."""
    listed = Complaint.objects.get()
    world.things |= {"case": listed.case, "complaint": listed}
    for member, key in (("alfa", " not listed"), ("beta", " of Beta")):
        made = complain(world.stage, member, f"olistad-{member}.test")
        world.things |= {f"case{key}": made.case, f"complaint{key}": made}


def _of_rounds(world: World) -> None:
    """Rounds by how far they have come, each of other metrics; the released one's deadline is not yet past."""
    bench = world.things["bench"] = make_bench(world.cast)
    year = timezone.localtime(world.stage.now).year
    for name, member in (("assessment", "alfa"), ("assessment of Beta", "beta")):
        world.things[name] = open_year(bench.leads[member], year, now=world.stage.now)
    for name, metrics, go in (
        ("done", ["MET-LST-01"], bench.released),
        ("open", ["MET-LST-03"], bench.opened),
        ("frozen", ["MET-BLK-05"], bench.frozen),
        ("planned", [AMBER], bench.planned),
    ):
        world.things[f"round {name}"] = go(f"bench-{name}", metrics=metrics)
    done = world.things["round done"]
    learning.agree(bench.leads["beta"], done, "MET-LST-01", now=bench.now)
    (world.things["question"],) = learning.ask(
        bench.leads["alfa"], done, "MET-LST-01", note="Hur ofta läses listan in?", now=bench.now
    )
    for member, circle, marking in (
        ("alfa", world.cast.circle, Marking.GREEN),
        ("beta", world.cast.leads, Marking.AMBER),
    ):
        key = "practice" if member == "alfa" else "practice of Beta"
        world.things[key] = bulletins.share(
            bench.leads[member],
            PracticeDraft(
                circle=circle,
                marking=marking,
                measure="SKM-NET-01",
                level=2,
                language="sv",
                title="Så läser vi in listan",
                text="Två personer ser till att den är läst, var sin dag.",
            ),
            now=world.stage.now,
        )
    for member in ("alfa", "beta"):
        world.things[f"key of {member}"] = bench.waiting_key(member)
    bench.now = world.stage.now


def _of_statistics(world: World) -> None:
    """A series whose first period is ready to be released and second is, one that waits for counsel, figures of two members."""
    stats = world.things["stats"] = Stats(world.cast, world.stage.now)
    first = Period.holding(timezone.localdate(world.stage.now), Frequency.MONTH).shifted(-3)
    ready = world.things["series ready"] = stats.ready(first=str(first))
    stats.all_in(str(first))
    stats.all_in(str(first.next))
    world.things["release"] = stats.release(ready, str(first.next))
    world.things["series of counsel"] = stats.opened("MET-BLK-10", str(first))
    for member, key in (("alfa", ""), ("beta", " of Beta")):
        odd = stats.take(member, figure(period=str(first.shifted(2)), value=0))
        world.things["figure" + key] = odd.figure
    world.things["event"] = add_event(
        stats.coordinator, ready, EventKind.OUTAGE, first.first_day, note_sv="", note_en="", now=stats.now
    )


def _proposal(cast: Cast) -> Proposal:
    """One that waits for a second hand, as none does while a coalition is founded."""
    founded = Coalition.objects.values_list("two_hands_since", flat=True)
    before = founded.get()
    members.end_founding(now=timezone.now())
    proposal = members.propose(
        Actor.of(cast.person("solros", "coordinator")),
        Matter.JOIN,
        now=timezone.now(),
        circle=cast.circle,
        member=cast.omega,
    )
    Coalition.objects.update(two_hands_since=before)
    return proposal


__all__ = ["REASON", "World", "standing_world"]
