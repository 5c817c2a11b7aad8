"""What of confidential benchmarking waits for one person: on “My work”, and at the top of the rounds' list.

What follows a result lies above this noun and is heard by name (settings.REMINDERS).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import CharField
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, RoundParty
from skyddsnat.hub.benchmark.queries.groups import membership_of
from skyddsnat.hub.benchmark.queries.keys import counting, keys_of, may_confirm, may_register, waiting_keys
from skyddsnat.hub.benchmark.queries.rounds import rounds_for
from skyddsnat.hub.benchmark.queries.verdict import rounds_without
from skyddsnat.hub.benchmark.queries.wanted import of_member, of_party
from skyddsnat.hub.prepared import Prepared, Slot
from skyddsnat.policy.benchmark.sight import AT_A_PARTY, PAGES
from skyddsnat.policy.vocabulary import Role

if TYPE_CHECKING:
    from skyddsnat.hub.members.models import Person

SOON = timedelta(days=3)
ENDED = (Round.State.RELEASED, Round.State.ABORTED, Round.State.ARCHIVED)
"""Rounds of which only a party has something left to do: to destroy its keys."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One thing to do.  about: the round's title, or ""; by: its deadline, where there is one; soon: within three days."""

    what: str | Promise
    about: str
    href: str
    by: datetime | None = None
    soon: bool = False


def reminders(person: Person, *, now: datetime) -> list[Reminder]:
    """The most urgent first."""
    found = [*_of_rounds(person, now)]
    for name in settings.REMINDERS:
        found += import_string(name)(person, now=now)
    return sorted(found, key=lambda one: (one.by is None, one.by or now))


def _of_rounds(person: Person, now: datetime) -> Iterator[Reminder]:
    roles = {Role(role) for role in person.roles}
    if not roles & PAGES:
        return
    is_party = _is_party(person)
    yield from _keys(person, roles, is_party=is_party)
    if Role.BENCHMARK_LEAD in roles:
        for round_ in rounds_without(person, now=now):
            yield Reminder(_("Your hand-in was not computed on: see why"), round_.title, _where(round_))
    over = (Round.State.ARCHIVED,) if is_party else ENDED
    for round_ in rounds_for(person).exclude(state__in=over):
        yield from _of_round(person, roles, round_, now)


def _keys(person: Person, roles: set[Role], *, is_party: bool) -> Iterator[Reminder]:
    where = reverse("benchmark:keys")
    for key in waiting_keys(person):
        if may_confirm(person, key):
            yield Reminder(_("Compare and confirm a colleague's benchmark key"), "", where)
    if Role.BENCHMARK_LEAD in roles and membership_of(person.member_id) is not None:
        waits = keys_of(person).filter(use=BenchmarkKey.Use.MEMBER, ended_at=None).exists()
        if not waits:
            yield Reminder(_("Make your organisation's benchmark keys"), "", where)
    computes = is_party and may_register(person, party=True)
    if computes and not counting([person.member_id], BenchmarkKey.Use.PARTY):
        yield Reminder(_("Register the computing party's key"), "", where)


def _of_round(person: Person, roles: set[Role], round_: Round, now: datetime) -> Iterator[Reminder]:
    where = _where(round_)

    def told(what: str | Promise, by: datetime | None = None) -> Reminder:
        return Reminder(what, round_.title, where, by, by is not None and by - now <= SOON)

    if Role.BENCHMARK_LEAD in roles and of_member(round_, person.member_id, now=now) and _takes_part(round_, person):
        yield told(_("Hand in your figures"), round_.deadline)
    drafted = round_.state == Round.State.DRAFT and not round_.is_frozen
    if Role.AUDITOR in roles and drafted and round_.planned_by_id != person.pk and unsigned(round_):
        yield told(_("Sign off the metrics that need counsel, or say no"))
    if roles & AT_A_PARTY:
        place = RoundParty.objects.filter(round=round_, member_id=person.member_id).first()
        if place is not None and of_party(round_, place.index, now=now):
            yield told(_("Your computing party has something to do: look that it runs"), _due(round_))
    if Role.COORDINATOR in roles:
        yield from _coordinator(round_, told)


def _where(round_: Round) -> str:
    return reverse("benchmark:round", args=[round_.pk])


def _coordinator(round_: Round, say: Callable[..., Reminder]) -> Iterator[Reminder]:
    if round_.state == Round.State.DRAFT and not round_.is_frozen:
        yield say(_("Wait for counsel's sign-off") if unsigned(round_) else _("Fix the specification"))
    elif round_.state == Round.State.DRAFT and round_.statements.filter(kind="aborted").exists():
        yield say(_("A party has refused the specification"))
    elif round_.state == Round.State.APPROVED:
        yield say(_("Open the round"), round_.deadline)


def unsigned(round_: Round) -> list[str]:
    """Amber metrics of a draft that counsel has not signed."""
    signed = set(round_.sign_offs.values_list("metric", flat=True))
    book = load_catalogue().metrics
    return [
        key
        for key in round_.metrics
        if key in book and book[key].competition is CompetitionFlag.AMBER and key not in signed
    ]


def _is_party(person: Person) -> bool:
    return bool(_places(member=person.member_id))


_places = Prepared(
    lambda: RoundParty.objects.filter(member_id=Slot("member", CharField())).order_by().values_list("pk")[:1]
)


def _takes_part(round_: Round, person: Person) -> bool:
    return round_.members.filter(member_id=person.member_id).exists()


def _due(round_: Round) -> datetime | None:
    return round_.deadline if round_.state in {Round.State.DRAFT, Round.State.APPROVED} else None
