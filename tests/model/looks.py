"""Reads as each of the cast, by every way that a signal shows, and says what differs from what the shadow expects."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.test import Client

from skyddsnat.hub.signals.models import Event
from tests.cast import MEMBERS, Cast
from tests.model.faces import Face, ask, told_apart
from tests.model.resolver import address
from tests.model.shadow import MANDATED, OWNER, Life, Shadow, Who

LINKED = re.compile(r"/signals/([0-9a-f]{8}-[0-9a-f-]{27})/")
NOWHERE = "00000000-0000-0000-0000-000000000007"
TAXII = "application/taxii+json;version=2.1"
PARTS = ("lists", "look_ups", "pages", "log")
NAMES = {title for title, _, _ in MEMBERS.values()}
REPORTED = ("Inlämnad", "Reported")
"""How a line of history begins that tells of a report, in both languages."""

TELLING = {"signal.submitted", "signal.corroborated", "signal.report_withdrawn", "signal.feedback_given"}
"""Entries of the log that tell which member reported or objected: for its own auditors only."""


class Noticed(BaseException):
    """What must not be seen was seen, while somebody hunts for a planted bug: enough, and no story is to be told again."""


@dataclass(slots=True)
class Looks:
    """violations: in words, what was seen that must not be, or not seen that must be.  hunting: whether one is enough."""

    cast: Cast
    shadow: Shadow
    hunting: bool = False
    requests: int = 0
    violations: list[str] = field(default_factory=list)
    _clients: dict[object, Client] = field(default_factory=dict)

    def client(self, who: Who) -> Client:
        """Someone's browser."""
        if who not in self._clients:
            self._clients[who] = self.cast.sign_in(Client(), self.cast.people[who])
        return self._clients[who]

    def at_everything(self, who: Who) -> None:
        """One person's whole view."""
        for part in self.ways():
            self.at(who, part)

    def at(self, who: Who, part: str) -> None:
        """One part of it."""
        self.client(who)  # signs in now, and not inside something that is taken back
        self.ways()[part](who, self.shadow.must_see(who))

    def ways(self) -> dict[str, Callable[[Who, set[object]], None]]:
        """The parts of a view, each with how it is looked at."""
        return {"lists": self._lists, "look_ups": self._look_ups, "pages": self._pages, "log": self._log}

    def _lists(self, who: Who, must: set[object]) -> None:
        here = {"circle": self.cast.circle.pk, "leads": self.cast.leads.pk}
        answer, context = self._get(who, "/signals/")
        self._equal(who, "the list", ids(answer), must)
        self._equal(who, "the list's count", context["page_obj"].paginator.count, len(must))
        for circle, pk in here.items():
            if who[0] in self.shadow.circles[circle]:
                answer, context = self._get(who, f"/signals/?circle={pk}")
                wanted = {key for key in must if self.shadow.lives[key].circle == circle}
                self._equal(who, f"the list of {circle}", ids(answer), wanted)
                self._equal(who, f"the count of {circle}", context["page_obj"].paginator.count, len(wanted))
        reviews = "reviewer" in self.shadow.people[who]
        for path in ("/", "/signals/feedback/", "/signals/reveals/", *(["/signals/review/"] if reviews else [])):
            answer, context = self._get(who, path)
            self._within(who, path, ids(answer), must)
            for lines in _sections(context.get("work")):
                if lines.total > len(must) + len(lines.rows):
                    self._say(who, f"a count on {path}: {lines.total} of at most {len(must)}")
                if not lines.rows and lines.total:
                    self._say(who, f"a count on {path} without a line: {lines.total}")
            if path == "/signals/review/" and context["page_obj"].paginator.count > len(must):
                self._say(who, f"the queue's count: {context['page_obj'].paginator.count}")

    def _look_ups(self, who: Who, must: set[object]) -> None:
        for value in sorted({life.value for life in self.shadow.lives.values()} | {"unknown.test"}):
            _, answer = self._ask(who, "POST", "/signals/known/", data={"type": "domain", "value": value})
            wanted = {key for key in must if self.shadow.lives[key].value == value}
            if self.shadow.people[who] & {"analyst", "reviewer", "engineer", "auditor"}:
                self._equal(who, f"the search for {value}", ids(answer), wanted)
            elif ids(answer):
                self._say(who, f"the search for {value} found something")
        self._get(who, "/about/")  # a refusal is told on the next page, whichever that is

    def _pages(self, who: Who, must: set[object]) -> None:
        nowhere, _ = self._ask(who, "GET", address("signals:detail", pk=NOWHERE))
        for key, life in self.shadow.lives.items():
            face, answer = self._ask(who, "GET", address("signals:detail", pk=key))
            if key not in must:
                if face.differs_from(nowhere) and (told := told_apart(self._page(who, key), self._page(who, NOWHERE))):
                    self._say(who, f"{life.value}: forbidden differs from unknown by {told}")
                continue
            if face.status != 200:
                self._say(who, f"{life.value}: got {face.status}, expected the page")
                continue
            self._within(who, f"links on the page of {life.value}", ids(answer), must)
            if not self.shadow.knows_who(who, life):
                self._history(who, life, answer.context["history"], must)

    def _page(self, who: Who, key: object) -> Callable[[], Face]:
        return lambda: self._ask(who, "GET", address("signals:detail", pk=key))[0]

    def _history(self, who: Who, life: Life, lines: list[Any], must: set[object]) -> None:
        """Which operator reported, objected or agreed is not for its competitors, nor what they cannot see the signal of."""
        own, judges = MEMBERS[who[0]][0], {MEMBERS[member][0] for member in MANDATED}
        for line in lines:
            if line.who in NAMES - {own} - judges:
                self._say(who, f"the history of {life.value} names {line.who}")
            if line.who in NAMES - {own} and line.text.startswith(REPORTED):
                self._say(who, f"the history of {life.value} says that {line.who} reported it")
        lives = {key for key in must if self.shadow.lives[key].same_as(life)}
        moments = Event.objects.filter(signal_id__in=lives).values_list("at", flat=True)
        self._within(who, f"moments in the history of {life.value}", {line.at for line in lines}, set(moments))

    def _log(self, who: Who, must: set[object]) -> None:
        if "auditor" not in self.shadow.people[who]:
            return
        for code in sorted(TELLING | {"signal.claimed", "signal.approved", "signal.rejected"}):
            _, context = self._get(who, f"/audit/?action={code}")
            self._log_lines(who, context["lines"])

    def _log_lines(self, who: Who, lines: list[Any]) -> None:
        mine = MEMBERS[who[0]][0]
        for line in lines:
            if line.kind != "signal" or line.member == mine:
                continue
            life = self.shadow.lives.get(UUID(line.object_id))
            if line.code in TELLING:
                self._say(who, f"the log tells that {line.member} did {line.code}")
            inside = life is not None and (who[0] == OWNER or who[0] in self.shadow.circles[life.circle])
            if life is None or not life.seen or not inside or life.marking == "RED":
                self._say(who, f"the log tells of a signal that is not to be known: {line.code}")

    def by_machine(self, member: str) -> None:
        """A member's machine over TAXII: collections, manifests, objects, heads, and those of others."""
        circles = [circle for circle, inside in self.shadow.circles.items() if member in inside]
        wanted = {f"{MEMBERS[member][0]} inbox"}
        pks = {"circle": self.cast.circle, "leads": self.cast.leads}
        wanted |= {f"{pks[circle].name} {kind}" for circle in circles for kind in ("inform", "verified")}
        found = self._taxii(member, "collections/")["collections"]
        self._equal((member, "machine"), "the collections", {one["title"] for one in found}, wanted)
        for one in found:
            objects = self._taxii(member, f"collections/{one['id']}/objects/").get("objects", [])
            values = {_value(thing) for thing in objects if thing["type"] == "indicator"}
            entries = self._taxii(member, f"collections/{one['id']}/manifest/").get("objects", [])
            self._equal((member, "machine"), "the manifest", {e["id"] for e in entries}, {o["id"] for o in objects})
            for circle in circles:
                if one["title"] == f"{pks[circle].name} inform":
                    self._equal((member, "machine"), f"the feed of {circle}", values, self.shadow.told(circle))
            if one["title"].endswith("inbox"):
                reported = {life.value for life in self.shadow.lives.values()}
                self._within((member, "machine"), "the inbox", values, reported)

    def others_by_machine(self, member: str, hidden: list[Any]) -> None:
        """Collections of others answer as one that is not there."""
        for name in ("collection", "manifest", "objects", "head", "digest"):
            unknown = self._answer(member, name, NOWHERE)()
            for pk in hidden:
                one = self._answer(member, name, pk)
                if one().differs_from(unknown) and (told := told_apart(one, self._answer(member, name, NOWHERE))):
                    self._say((member, "machine"), f"{name} of others differs from unknown by {told}")

    def _answer(self, member: str, name: str, pk: object) -> Callable[[], Face]:
        header = {"Authorization": f"Bearer {self.cast.token(member, 'taxii')}", "Accept": TAXII}

        def asked() -> Face:
            self.requests += 1
            return ask(self._machine(), "GET", address(f"taxii:{name}", collection_id=pk), headers=header)[0]

        return asked

    def _taxii(self, member: str, path: str) -> Any:
        self.requests += 1
        header = {"Authorization": f"Bearer {self.cast.token(member, 'taxii')}", "Accept": TAXII}
        answer = self._machine().get(f"/taxii2/skyddsnat/{path}", headers=header)
        return orjson.loads(answer.content) if answer.status_code == 200 else {"collections": [], "objects": []}

    def _machine(self) -> Client:
        return self._clients.setdefault("machine", Client())

    def _ask(self, who: Who, method: str, path: str, **rest: Any) -> tuple[Any, Any]:
        self.requests += 1
        return ask(self.client(who), method, path, **rest)

    def _get(self, who: Who, path: str) -> tuple[Any, Any]:
        _, answer = self._ask(who, "GET", path)
        assert answer.status_code == 200, f"{who} {path} answered {answer.status_code}"
        return answer, answer.context

    def _equal(self, who: Who, what: str, got: Any, wanted: Any) -> None:
        if got != wanted:
            self._say(who, f"{what}: got {self._words(got)}, expected {self._words(wanted)}")

    def _within(self, who: Who, what: str, got: set[Any], allowed: set[Any]) -> None:
        if not got <= allowed:
            self._say(who, f"{what}: got {self._words(got - allowed)} beyond what is allowed")

    def _say(self, who: Who, what: str) -> None:
        self.violations.append(f"{who[0]} {who[1]}: {what}")
        if self.hunting:
            raise Noticed

    def _words(self, found: Any) -> Any:
        lives = self.shadow.lives
        return sorted(str(lives.get(key, key)) for key in found) if isinstance(found, set) else found


def ids(answer: Any) -> set[object]:
    """Signals that a page links to."""
    return {UUID(found) for found in LINKED.findall(answer.content.decode())}


def _sections(work: Any) -> Iterator[Any]:
    for name in ("reviews", "disputes", "feedback", "fates", "expiring"):
        if (lines := getattr(work, name, None)) is not None:
            yield lines


def _value(thing: dict[str, Any]) -> str:
    return str(thing["pattern"]).partition("'")[2].rpartition("'")[0]
