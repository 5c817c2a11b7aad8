"""What of confidential benchmarking waits for one person: on “My work”, and at the top of the rounds' list.

What follows a result lies above this noun and is heard by name (settings.REMINDERS).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import CharField, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.module_loading import import_string
from django.utils.translation import gettext_lazy as _

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.catalogue.metrics import CompetitionFlag
from skyddsnat.hub.benchmark.access import Sight, rows_in
from skyddsnat.hub.benchmark.models import BenchmarkKey, Round, RoundMember, RoundParty, SignOff
from skyddsnat.hub.benchmark.queries.groups import membership_of
from skyddsnat.hub.benchmark.queries.keys import keys_in_use, may_confirm, may_register
from skyddsnat.hub.benchmark.queries.verdict import rounds_without
from skyddsnat.hub.benchmark.queries.wanted import of_member, of_party, said_in
from skyddsnat.hub.members.queries import reader_of
from skyddsnat.hub.prepared import Prepared, PreparedIn, Slot
from skyddsnat.policy.benchmark.sight import AT_A_PARTY, PAGES
from skyddsnat.policy.vocabulary import Role
from skyddsnat.protocols.benchmark.statement import Kind

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
    reader, places = reader_of(person), dict(_places(member=person.member_id))
    yield from _keys(person, roles, computes=bool(places))
    if Role.BENCHMARK_LEAD in roles:
        for round_ in rounds_without(person, now=now):
            yield Reminder(_("Your hand-in was not computed on: see why"), round_.title, _where(round_))
    over = (Round.State.ARCHIVED,) if places else ENDED
    for round_ in _not_over((Sight.of(reader), over), member=reader.member):
        yield from _of_round(person, roles, round_, now)
        place = places.get(round_.pk)
        if roles & AT_A_PARTY and place is not None and of_party(round_, place, now=now):
            what = _("Your computing party has something to do: look that it runs")
            yield _told(round_, what, now, by=_due(round_))


def _rounds_but(form: tuple[Sight, tuple[Round.State, ...]]) -> QuerySet[Round]:
    sight, over = form
    rows: QuerySet[Round] = rows_in(sight, Round.objects.all(), Slot("member", CharField())).exclude(state__in=over)
    return rows


_not_over = PreparedIn(_rounds_but)


def _keys(person: Person, roles: set[Role], *, computes: bool) -> Iterator[Reminder]:
    where = reverse("benchmark:keys")
    own = keys_in_use(person)
    for key in own:
        if may_confirm(person, key):
            yield Reminder(_("Compare and confirm a colleague's benchmark key"), "", where)
    lacks_key = all(key.use != BenchmarkKey.Use.MEMBER for key in own)
    if Role.BENCHMARK_LEAD in roles and lacks_key and membership_of(person.member_id) is not None:
        yield Reminder(_("Make your organisation's benchmark keys"), "", where)
    registers = computes and may_register(person, party=True)
    if registers and not any(key.use == BenchmarkKey.Use.PARTY and key.confirmed_at for key in own):
        yield Reminder(_("Register the computing party's key"), "", where)


def _of_round(person: Person, roles: set[Role], round_: Round, now: datetime) -> Iterator[Reminder]:
    def told(what: str | Promise, by: datetime | None = None) -> Reminder:
        return _told(round_, what, now, by=by)

    if Role.BENCHMARK_LEAD in roles and of_member(round_, person.member_id, now=now) and _takes_part(round_, person):
        yield told(_("Hand in your figures"), round_.deadline)
    drafted = round_.state == Round.State.DRAFT and not round_.is_frozen
    if Role.AUDITOR in roles and drafted and round_.planned_by_id != person.pk and unsigned(round_):
        yield told(_("Sign off the metrics that need counsel, or say no"))
    if Role.COORDINATOR in roles:
        yield from _coordinator(round_, told)


def _told(round_: Round, what: str | Promise, now: datetime, *, by: datetime | None) -> Reminder:
    return Reminder(what, round_.title, _where(round_), by, by is not None and by - now <= SOON)


def _where(round_: Round) -> str:
    return reverse("benchmark:round", args=[round_.pk])


def _coordinator(round_: Round, say: Callable[..., Reminder]) -> Iterator[Reminder]:
    if round_.state == Round.State.DRAFT and not round_.is_frozen:
        yield say(_("Wait for counsel's sign-off") if unsigned(round_) else _("Fix the specification"))
    elif round_.state == Round.State.DRAFT and any(kind == Kind.ABORTED.value for kind, _ in said_in(round_)):
        yield say(_("A party has refused the specification"))
    elif round_.state == Round.State.APPROVED:
        yield say(_("Open the round"), round_.deadline)


def unsigned(round_: Round) -> list[str]:
    """Amber metrics of a draft that counsel has not signed."""
    signed = {metric for (metric,) in _signed(round=round_.pk)}
    book = load_catalogue().metrics
    return [
        key
        for key in round_.metrics
        if key in book and book[key].competition is CompetitionFlag.AMBER and key not in signed
    ]


def _takes_part(round_: Round, person: Person) -> bool:
    return bool(_taking_part(round=round_.pk, member=person.member_id))


_places = Prepared(
    lambda: RoundParty.objects.filter(member_id=Slot("member", CharField())).order_by().values_list("round_id", "index")
)
_taking_part = Prepared(
    lambda: (
        RoundMember.objects.filter(round_id=Slot("round", CharField()), member_id=Slot("member", CharField()))
        .order_by()
        .values_list("pk")[:1]
    )
)
_signed = Prepared(lambda: SignOff.objects.filter(round_id=Slot("round", CharField())).order_by().values_list("metric"))


def _due(round_: Round) -> datetime | None:
    return round_.deadline if round_.state in {Round.State.DRAFT, Round.State.APPROVED} else None
