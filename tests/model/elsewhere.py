"""Looks beyond lists and pages: files that leave, counts of saved filters, acts on many, prints, Status and decisions."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Max
from django.utils import timezone

from skyddsnat.hub.feed.models import Collection, ObjectVersion
from skyddsnat.hub.lists.models import Export
from skyddsnat.hub.signals.models import Batch, BatchRow, SavedFilter
from tests.model import looks
from tests.model.looks import NOWHERE, Looks, ids
from tests.model.resolver import address
from tests.model.shadow import MANDATED, Who
from tests.model.tables import undone

TAKE_OUT, WITH_VALUES = {"analyst", "reviewer", "engineer"}, {"engineer"}
FORMS = ("csv", "stix", "misp")
REFERENCE = re.compile(r"^\W*([0-9A-F]{8})\b", re.MULTILINE)
NAME = re.compile(r"\b([a-z]+(?:-\d+)?\.test)\b")
STRICTEST_FIRST = ("RED", "AMBER+STRICT", "AMBER", "GREEN", "CLEAR")
MARKS_IN_A_LIST = 3
PARTS = (*looks.PARTS, "exports", "filters", "bulk", "hub")
"""Everything that one person can be asked to look at."""


def save_filters(cast: Any, who: Who) -> None:
    """A tab for each circle, as the person would keep it in both places; colleagues of the auditor see that one's too."""
    for name, circle in (("circle", cast.circle), ("leads", cast.leads)):
        for place in ("list", "queue"):
            SavedFilter.objects.create(
                person=cast.people[who],
                member_id=who[0],
                place=place,
                name=f"{who[1]}: {name}",
                shared=who[1] == "auditor",
                choices={"circle": str(circle.pk)},
                created_at=timezone.now(),
            )


class Elsewhere(Looks):
    """The same eyes, on everything else that tells of signals."""

    def ways(self) -> dict[str, Callable[[Who, set[object]], None]]:
        wider = {"exports": self._exports, "filters": self._filters, "bulk": self._bulk, "hub": self._hub}
        return super().ways() | wider

    def _exports(self, who: Who, must: set[object]) -> None:
        """What leaves as a file is what the person sees there, but RED; with values, only what the circle's feed holds."""
        roles = self.shadow.people[who]
        if not roles & TAKE_OUT:
            face, _ = self._ask(who, "POST", address("lists:export"), data={})
            if face.status != 403:
                self._say(who, f"taking a list out answered {face.status}, expected 403")
            return
        for circle, pk in self._circles().items():
            there = {key for key in must if self.shadow.lives[key].circle == circle}
            there = {key for key in there if self.shadow.lives[key].marking != "RED"}
            self._masked(who, circle, pk, there)
            if roles & WITH_VALUES:
                self._with_values(who, circle, pk, there)

    def _masked(self, who: Who, circle: str, pk: UUID, there: set[object]) -> None:
        text = self._file(who, pk, "masked:csv")
        found = set(REFERENCE.findall(text))
        known = {key.hex[:8].upper(): key for key in self.shadow.lives if isinstance(key, UUID)}
        self._equal(who, f"the masked list of {circle}", {known[one] for one in found & known.keys()}, there)
        if there and len(found - known.keys()) != MARKS_IN_A_LIST:
            self._say(who, f"the masked list of {circle} has {len(found - known.keys())} rows that are no signals")
        if values := {life.value for life in self.shadow.lives.values() if life.value in text}:
            self._say(who, f"the masked list of {circle} spells out {sorted(values)}")

    def _with_values(self, who: Who, circle: str, pk: UUID, there: set[object]) -> None:
        live = {key for key in there if self.shadow.lives[key].seen and not self.shadow.lives[key].ended}
        for form in FORMS:
            found = set(NAME.findall(self._file(who, pk, f"plain:{form}")))
            self._within(who, f"the {form} list of {circle}", found, self._values(live))
            standing = self._values({key for key in live if not self.shadow.lives[key].disputed})
            self._within(who, f"what the {form} list of {circle} must hold", standing, found)

    def _file(self, who: Who, circle: UUID, kind: str) -> str:
        """The file as text, "" where nothing leaves; the export itself is taken back."""
        wish = {"circle": circle, "kind": kind, "reason": "check", "note": "Vi jämför."}
        with undone():
            before = Export.objects.count()
            _, answer = self._ask(who, "POST", address("lists:export"), data=wish)
            left = "attachment" in answer.headers.get("Content-Disposition", "")
            if left is not (Export.objects.count() > before):
                self._say(who, f"{kind}: a file left without its record, or the other way round")
        return str(answer.content.decode("utf-8-sig")) if left else ""

    def _filters(self, who: Who, must: set[object]) -> None:
        """The number on the tab of a saved filter counts what the person may see, and no more; so does a print's marking."""
        reviews = "reviewer" in self.shadow.people[who]
        for place, path in (("list", "/signals/"), *([("queue", "/signals/review/")] if reviews else [])):
            _, context = self._get(who, path)
            for tab in context["tabs"]:
                circle = str(tab.name).rpartition(": ")[2]
                if circle in self.shadow.circles and str(tab.name) != circle:
                    wanted = {key for key in must if self.shadow.lives[key].circle == circle}
                    self._tab(who, f"the {place}'s tab {tab.name}", tab.count, self._inside(who, circle), len(wanted))
        _, context = self._get(who, "/signals/")
        markings = {self.shadow.lives[key].marking for key in must}
        strictest = next((marking for marking in STRICTEST_FIRST if marking in markings), "")
        self._equal(who, "what a print of the list is marked with", context["strictest"], strictest)

    def _tab(self, who: Who, what: str, count: str, inside: bool, most: int) -> None:
        if not inside:
            self._equal(who, what, count, "")
        elif "list" in what:
            self._equal(who, what, count, str(most))
        elif int(count) > most:
            self._say(who, f"{what}: got {count} of at most {most}")

    def _bulk(self, who: Who, must: set[object]) -> None:
        """Whatever ids are chosen, only what the person may see is taken in; and done only where a single act would be."""
        rows = [*self.shadow.lives, NOWHERE]
        with undone():
            self._equal(who, "acts on many: read", self._chosen(who, {"act": "read", "row": rows}), must)
        with undone():
            everything = {"act": "unread", "whole": "1", "asof": timezone.now().isoformat()}
            self._equal(who, "acts on many: the whole list", self._chosen(who, everything), must)
        roles = self.shadow.people[who]
        lives = self.shadow.lives
        if roles & {"analyst", "reviewer"}:
            own = {key for key in must if who[0] in lives[key].reports and not lives[key].ended}
            self._done(who, {"act": "retract", "reason_retract": "gone", "row": rows}, must, own)
        if "reviewer" in roles and who[0] in MANDATED:
            open_ones = {key for key in must if not lives[key].ended}
            self._done(who, {"act": "reject", "reason_reject": "insufficient", "row": rows}, must, open_ones)

    def _done(self, who: Who, wish: dict[str, Any], must: set[object], may: set[object]) -> None:
        with undone():
            self._equal(who, f"acts on many: {wish['act']}", self._chosen(who, wish), must)
            batch = self._newest(who)
            if batch is None:
                return
            self._ask(who, "POST", address("signals:batch_run", pk=batch.pk), data={"now": "1"})
            done = BatchRow.objects.filter(batch=batch, outcome=BatchRow.Outcome.DONE)
            self._within(who, f"done by {wish['act']}", set(done.values_list("signal_id", flat=True)), may)
            _, answer = self._ask(who, "GET", address("signals:batch", pk=batch.pk))
            self._within(who, f"links on what came of {wish['act']}", ids(answer), must)

    def _chosen(self, who: Who, wish: dict[str, Any]) -> set[object]:
        """Signals that the hub took in."""
        before = self._newest(who)
        self._ask(who, "POST", address("signals:bulk"), data={"place": "list", "trail": "f=all"} | wish)
        batch = self._newest(who)
        if batch is None or batch == before:
            return set()
        return set(BatchRow.objects.filter(batch=batch).values_list("signal_id", flat=True))

    def _newest(self, who: Who) -> Batch | None:
        return Batch.objects.filter(person=self.cast.people[who]).order_by("-at").first()

    def _hub(self, who: Who, _must: set[object]) -> None:
        """Status tells of the own feeds alone; decisions stand with those who may know of them."""
        answer, context = self._get(who, address("pages:status"))
        self._within(who, "links on Status", ids(answer), set())
        feeds = context["parts"][2]
        circles = [pk for name, pk in self._circles().items() if self._inside(who, name)]
        number = re.search(r"\d+", feeds.says)
        self._equal(who, "feeds on Status", int(number[0]) if number else 0, 1 + 2 * len(circles))
        own = Collection.objects.filter(circle_id__in=circles) | Collection.objects.filter(member_id=who[0])
        last = ObjectVersion.objects.filter(collection__in=own).aggregate(last=Max("added"))["last"]
        moment = datetime.fromtimestamp(last / 1_000_000, tz=UTC) if last else None
        self._equal(who, "the last news on Status", feeds.since, moment)
        _, context = self._get(who, address("members:decisions"))
        shown = {line.proposal.pk for group in ("mine", "waiting", "past") for line in context[group]}
        self._equal(who, "decisions", shown, self.shadow.must_know_of(who))
        mine = {line.proposal.pk for line in context["mine"]}
        self._equal(who, "decisions to take", mine, self.shadow.must_confirm(who))

    def _circles(self) -> dict[str, UUID]:
        return {"circle": self.cast.circle.pk, "leads": self.cast.leads.pk}

    def _inside(self, who: Who, circle: str) -> bool:
        return who[0] in self.shadow.circles[circle]

    def _values(self, keys: set[object]) -> set[str]:
        return {self.shadow.lives[key].value for key in keys}


__all__ = ["PARTS", "Elsewhere", "save_filters"]
