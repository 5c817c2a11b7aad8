"""Bugs in the sharing rule and its reads, each with the look that must notice it.  The first six are the reference's."""

from __future__ import annotations

from dataclasses import dataclass

from tests.model.plant import Edit
from tests.model.shadow import Who

HUB = "skyddsnat.hub."
SIGNALS = f"{HUB}signals."


@dataclass(frozen=True, slots=True)
class Mutant:
    """by: who looks at everything and must see it.  A role of `machine` looks over TAXII.

    at: the part of the view in which it shows.
    writes: the bug is in what is written, so it is planted before people act and not only before someone looks.
    """

    name: str
    edits: tuple[Edit, ...]
    by: Who
    at: str
    writes: bool = False


def mutant(name: str, by: Who, *edits: tuple[str, str, str], at: str = "lists", writes: bool = False) -> Mutant:
    return Mutant(name, tuple(Edit(*edit) for edit in edits), by, at, writes)


OUTSIDER, COMPETITOR = ("omega", "reviewer"), ("delta", "analyst")
VISIBLE = "Signal.objects.visible_to(person)"

SHARING = [
    mutant(
        "idor",
        OUTSIDER,
        (f"{SIGNALS}queries.single._visible", "rows_in(", "(lambda sight, rows, given: rows)("),
        at="pages",
    ),
    mutant(
        "search",
        OUTSIDER,
        (f"{SIGNALS}services.reveal.look_up", VISIBLE, "Signal.objects.all()"),
        (f"{SIGNALS}views.listing.look_up", "Signal.objects.visible_to(request.user)", "Signal.objects"),
        at="look_ups",
    ),
    mutant(
        "count",
        COMPETITOR,
        (
            f"{HUB}pages.work.overview._lines",
            "count_up_to(rows,",
            "40 + count_up_to(getattr(rows, 'queryset', rows).model._default_manager.all(),",
        ),
    ),
    mutant("TLP", ("gamma", "engineer"), (f"{SIGNALS}access.rows_in", "(allowed & not_red)", "allowed")),
    mutant(
        "history names reporters",
        COMPETITOR,
        (f"{SIGNALS}queries.history._who", "if own or inside or", "if True or"),
        at="pages",
    ),
    mutant(
        "wrong parent: history of another life",
        ("epsilon", "analyst"),
        (f"{SIGNALS}queries.history._events", "rows_in(sight, lives, slots_for(sight))", "lives"),
        (f"{SIGNALS}queries.history._events", 'Q(episode=F("signal__episode")) | own | seen', "Q()"),
        at="pages",
    ),
    mutant(
        "list without the rule",
        OUTSIDER,
        (
            f"{SIGNALS}queries.listing._seen",
            "rows_in(choice.sight, Signal.objects.all(), given)",
            "Signal.objects.all()",
        ),
    ),
    mutant(
        "the queue without the rule",
        ("beta", "reviewer"),
        (
            f"{SIGNALS}queries.queue._waiting",
            "rows_in(wait.sight, Signal.objects.all(), given)",
            "Signal.objects.all()",
        ),
        (f"{SIGNALS}queries.queue._open_to", "stage=Stage.SECOND.value", "stage=Stage.FIRST.value"),
    ),
    mutant(
        "feedback on hidden signals",
        OUTSIDER,
        (f"{SIGNALS}queries.work._open", "seen_in(sight, given), ", ""),
    ),
    mutant(
        "reports of hidden signals in My work",
        ("zonen", "analyst"),
        (f"{SIGNALS}queries.work._own_seen", ".filter(seen_in(sight, given))", ""),
    ),
    mutant(
        "unpublished shows to the circle",
        COMPETITOR,
        (f"{SIGNALS}access.rows_in", "(~published & here & (judges | Q(own)))", "(~published & here)"),
    ),
    mutant(
        "every reviewer judges before a mandate has",
        ("beta", "reviewer"),
        (f"{SIGNALS}access.Sight.of", "if reader.mandate is not None", "if True"),
    ),
    mutant(
        "every circle",
        OUTSIDER,
        (f"{SIGNALS}access.rows_in", 'one_of("circle", [given[f"circle_{at}"] for at in range(sight.circles)])', "Q()"),
    ),
    mutant(
        "who has left still reads",
        OUTSIDER,
        (
            f"{HUB}members.queries.circles_of",
            "(circle for (circle,) in _open_circles(member=member_id))",
            "(CircleMembership.objects.filter(member_id=member_id).values_list('circle_id', flat=True))",
        ),
    ),
    mutant(
        "roles that do not read do",
        ("solros", "coordinator"),
        (f"{SIGNALS}access.Sight.of", "or not reader.roles & ROLES_THAT_READ[ItemKind.SIGNAL]", ""),
    ),
    mutant(
        "forbidden is answered otherwise than unknown",
        OUTSIDER,
        (
            f"{SIGNALS}views.answers.signal_for",
            "raise Http404",
            "raise Http404 if not Signal.objects.filter(pk=pk) else PermissionError",
        ),
        at="pages",
    ),
    mutant(
        "forbidden costs one question more than unknown",
        OUTSIDER,
        (
            f"{SIGNALS}views.answers.signal_for",
            "raise Http404",
            "found = Signal.objects.filter(pk=pk).first(); raise Http404(found and found.circle and '')",
        ),
        at="pages",
    ),
    mutant(
        "an ended signal vanishes when its value is reported again",
        COMPETITOR,
        (
            f"{SIGNALS}access.rows_in",
            "published = Q(published_at__isnull=False)",
            "published = Q(published_at__isnull=False) & ~Q(state='withdrawn')",
        ),
    ),
    mutant(
        "the log tells who objected",
        ("vakten", "auditor"),
        (
            f"{SIGNALS}services.review.Bench.log",
            "None if confidential else auditors_of(self.signal)",
            "auditors_of(self.signal)",
        ),
        writes=True,
        at="log",
    ),
    mutant(
        "the log tells of what is hidden",
        ("vakten", "auditor"),
        (f"{HUB}audit.queries.visible_to", "filter(ours | circles | Q(kind__in=OPEN_KINDS))", "all()"),
        at="log",
    ),
    mutant(
        "RED leaves by TAXII",
        ("delta", "machine"),
        (f"{SIGNALS}services.publishing.Outbox.tell", "if signal.marking == Marking.RED:", "if not signal:"),
        (f"{SIGNALS}services.publishing.facts_of", "marking=Marking(signal.marking)", "marking=Marking.AMBER_STRICT"),
        writes=True,
        at="machine",
    ),
    mutant(
        "collections of every circle",
        ("omega", "machine"),
        (f"{HUB}feed.queries._readable", "if may_read_feed(member_id, circles, row.facts)", ""),
        (f"{HUB}feed.queries._readable", "Q(member_id=member_id) | Q(circle_id__in=circles)", ""),
        at="machine",
    ),
    mutant(
        "one collection of every circle",
        ("omega", "machine"),
        (f"{HUB}feed.queries.collection_for", "and may_read_feed(member_id, mine, found.facts)", ""),
        at="machine",
    ),
    mutant(
        "a masked list of the whole circle",
        COMPETITOR,
        (f"{HUB}lists.queries._narrowed", VISIBLE, "Signal.objects.all()"),
        at="exports",
    ),
    mutant(
        "values of another circle leave too",
        ("gamma", "engineer"),
        (f"{HUB}lists.queries._narrowed", "circle=circle, ", ""),
        at="exports",
    ),
    mutant(
        "a saved filter counts what is hidden",
        ("gamma", "engineer"),
        (
            f"{SIGNALS}queries.places.count_of",
            "rows_of(person, place, choices, now=now, desk=desk)",
            "rows_of(person, place, choices, now=now, desk=desk).queryset.model.objects.filter(circle=choices['circle'])",
        ),
        at="filters",
    ),
    mutant(
        "a print is marked with less than it holds",
        ("vakten", "reviewer"),
        (f"{SIGNALS}views.places._strictest", "in STRICTEST_FIRST", "in STRICTEST_FIRST[::-1]"),
        at="filters",
    ),
    mutant(
        "acts on many take in what is hidden",
        ("alfa", "analyst"),
        (f"{SIGNALS}services.batches._seen", VISIBLE, "Signal.objects"),
        at="bulk",
    ),
    mutant(
        "many are retracted by whoever sees them",
        ("alfa", "reviewer"),
        (
            f"{SIGNALS}services.batches._retract",
            "lifecycle.withdraw(Actor.of(batch.person), pk, reason=batch.reason, now=now, only=Withdrawal.REPORT)",
            "None",
        ),
        at="bulk",
    ),
    mutant(
        "Status counts the feeds of every circle",
        OUTSIDER,
        (f"{HUB}feed.queries._readable", "if may_read_feed(member_id, circles, row.facts)", ""),
        (f"{HUB}feed.queries._readable", "Q(member_id=member_id) | Q(circle_id__in=circles)", ""),
        at="hub",
    ),
    mutant(
        "decisions that wait are everyone's to read",
        COMPETITOR,
        (f"{HUB}members.queries.visible_proposals", "rows.filter(own)", "rows"),
        at="hub",
    ),
]
