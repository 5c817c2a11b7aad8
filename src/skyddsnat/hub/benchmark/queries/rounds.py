"""Rounds for people and for machines, and what is wanted of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from skyddsnat.hub.benchmark.models import Round, RoundMember, Statement, TranscriptEntry
from skyddsnat.policy.benchmark import sight
from skyddsnat.protocols.benchmark import canonical, release
from skyddsnat.protocols.benchmark.spec import Previous
from skyddsnat.protocols.benchmark.statement import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date

    from django.db.models import QuerySet

    from skyddsnat.hub.members.models import Person


def rounds_for(person: Person) -> QuerySet[Round]:
    """Those that the person may know of, the latest deadline first."""
    rows: QuerySet[Round] = Round.objects.visible_to(person).select_related("group")
    return rows


def round_for(person: Person, pk: str) -> Round | None:
    """One of them; None for what is unknown or not theirs."""
    return rounds_for(person).filter(pk=pk).first()


def compared_with(members: Iterable[str]) -> QuerySet[Round]:
    """Agreed rounds in which any of these members takes part, unless stopped before a party had said its share of the result.

    By members and not by peer group: whoever is compared in another group next year is still the same organisation.
    """
    theirs = RoundMember.objects.filter(round_id=OuterRef("pk"), member_id__in=list(members))
    rows: QuerySet[Round] = Round.objects.exclude(spec="").filter(Exists(theirs))
    return rows.filter(Q(abort="") | Exists(_outputs()))


def made_known(members: Iterable[str]) -> list[tuple[Round, Previous]]:
    """Those of them that made something known, the latest first: released, or stopped with shares of it in the transcript.

    Two parties' shares are the result, so a round that was stopped that late counts as one that was released.
    """
    rows = compared_with(members).filter(Q(release__gt="") | Exists(_outputs())).order_by("-deadline")
    return [(row, _previous(row)) for row in rows]


def last_release(members: Iterable[str], metrics: Iterable[str]) -> Previous | None:
    """What the last round of these members made known, if possible one with a metric in common."""
    found, asked = made_known(members), set(metrics)
    alike = [before for row, before in found if asked & set(row.metrics)]
    return next(iter([*alike, *(before for _, before in found)]), None)


def releases_of(members: Iterable[str]) -> list[tuple[date, tuple[str, ...]]]:
    """When each of those rounds became known, and the members that it was computed on: what totals are held against.

    Known from its last share on, and not from its deadline: a year's rest is a whole year.
    """
    found = made_known(members)
    known = dict(
        Statement.objects.filter(round__in=[row for row, _ in found], kind=Kind.OUTPUT.value)
        .values_list("round")
        .annotate(at=Max("at"))
    )
    return [(timezone.localdate(known[row.pk]), before.members) for row, before in found]


def shares_posted(round_: Round) -> int:
    """How many parties have posted their shares of the result: from two on, whoever reads the transcript can work it out."""
    return Statement.objects.filter(round=round_, kind=Kind.OUTPUT.value).count()


def _outputs() -> QuerySet[Statement]:
    return Statement.objects.filter(round_id=OuterRef("pk"), kind=Kind.OUTPUT.value)


def _previous(row: Round) -> Previous:
    """Who was computed on, and for which items nobody was missing; of a stopped round that is not asked."""
    if row.release:
        found = release.read_document(canonical.loads(row.release.encode()))
        full = [name for name, item in found.items.items() if item.members == len(found.accepted)]
        return Previous(row.pk, found.accepted, tuple(full))
    verdict = Statement.objects.filter(round=row, kind=Kind.VERDICT.value).earliest("party")
    return Previous(row.pk, tuple(canonical.loads(verdict.text.encode())["statement"]["body"]["accepted"]), ())


def release_of(round_: Round) -> dict[str, Any] | None:
    """The release as everyone in the round may read it."""
    return canonical.loads(round_.release.encode()) if round_.release else None


def approvals_of(round_: Round) -> list[dict[str, Any]]:
    """The parties' signed approvals with the keys of the round, by place."""
    rows = Statement.objects.filter(round=round_, kind=Kind.APPROVAL.value).order_by("party")
    return [canonical.loads(row.text.encode()) for row in rows]


def may_follow(round_: Round, member_id: str) -> bool:
    """Whether this organisation reads each submission's entry as it comes (policy.benchmark.sight)."""
    parties = set(round_.parties.values_list("member_id", flat=True))
    is_open = round_.state == Round.State.OPEN
    return sight.may_follow(member_id, owner=round_.owner_id, parties=parties, is_open=is_open)


def transcript_entries(round_: Round, member_id: str) -> QuerySet[TranscriptEntry]:
    """What this organisation may read of the transcript, in order.

    It is a beginning of the chain, and so can be checked: while a round is open, nothing but submissions is entered.
    """
    rows: QuerySet[TranscriptEntry] = TranscriptEntry.objects.filter(round=round_).order_by("n")
    return rows if may_follow(round_, member_id) else rows.exclude(kind="submission")


def transcript_lines(round_: Round, member_id: str) -> Iterator[bytes]:
    """JSON lines, each exactly as it was hashed."""
    for text in transcript_entries(round_, member_id).values_list("text", flat=True).iterator():
        yield text.encode() + b"\n"
