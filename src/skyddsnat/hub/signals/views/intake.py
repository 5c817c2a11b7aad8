"""Reporting: one signal, pasted lines; what is many is shown before it is taken in.  Files are the business of `lists`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from skyddsnat.hub.members.actor import Actor
from skyddsnat.hub.members.models import Circle, Person
from skyddsnat.hub.members.queries import Audience, will_be_seen_by
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.signals import services
from skyddsnat.hub.signals.forms.intake import CommonForm, PasteForm, SignalForm, nameable, own_circles
from skyddsnat.hub.signals.models import FalseStop, Signal, Submission
from skyddsnat.hub.signals.preview import Sealed, keep, kept, seal, unseal
from skyddsnat.hub.signals.queries.single import own_report
from skyddsnat.hub.signals.reading import Row, read_lines
from skyddsnat.hub.signals.refusals import refusal, warning
from skyddsnat.hub.signals.services.drafts import Outcome, SignalDraft, Status
from skyddsnat.hub.signals.views.answers import told
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.false_stops import releasable
from skyddsnat.policy.guards import inspect_text
from skyddsnat.policy.normal_form import NotNormal, mask, normalise
from skyddsnat.policy.vocabulary import Marking, SignalType

ADDING = frozenset({Status.CREATED, Status.CORROBORATED})


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a preview or a result, for the page.  shown: the masked value, or "" when it has no normal form."""

    number: int
    type: str | Promise
    shown: str
    status: Status
    why: str | Promise = ""
    warnings: tuple[str | Promise, ...] = ()
    outcome: Outcome | None = None


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    """One signal by the form.  `like`: one that the person has just reported, so that the next begins as that did."""
    form = SignalForm(request.POST or None, person=request.user, initial=_like(request))
    if request.method == "POST" and form.is_valid() and (outcome := _taken_in(request, form)):
        if outcome.status is Status.REFUSED:
            if asked := _asked(request, form):
                return asked
            form.add_error(_field_of(outcome.code), refusal(outcome.code))  # type: ignore[arg-type]
        else:
            messages.success(request, _said(outcome.status))
            return redirect(f"{reverse('signals:detail', args=[outcome.signal_id])}?reported")
    return _page(request, "new", form, explanations=_explanations(form))


@require_http_methods(["GET", "POST"])
def paste(request: SignedInRequest) -> HttpResponse:
    """Many lines: first what would become of each.  Whoever comes back from there finds what they wrote."""
    if "written" in request.POST:
        return _page(request, "paste", PasteForm(kept(request.user, request.POST["written"]), person=request.user))
    form = PasteForm(request.POST or None, person=request.user)
    if request.method == "POST" and form.is_valid():
        type_ = SignalType(form.cleaned_data["type"]) if form.cleaned_data["type"] else None
        try:
            rows = read_lines(form.cleaned_data["lines"], like=form.common(), type=type_)
            return _preview(request, form, rows, Submission.Channel.PASTE)
        except PolicyRefusal as refused:
            form.add_error(_field_of(refused.code, "lines"), refusal(refused.code))  # type: ignore[arg-type]
    return _page(request, "paste", form)


@require_POST
def confirm(request: SignedInRequest) -> HttpResponse:
    """Take in what the preview showed."""
    person = request.user
    try:
        sealed = unseal(person, request.POST.get("sealed", ""))
        circle = own_circles(person).filter(pk=sealed.circle).first()
        if circle is None:
            raise PolicyRefusal("not_in_circle")
        outcomes = services.submit(
            Actor.of(person),
            sealed.drafts,
            circle=circle,
            marking=sealed.marking,
            channel=sealed.channel,
            now=timezone.now(),
            named=nameable(person).filter(pk__in=sealed.named),
        )
    except PolicyRefusal as refused:
        messages.error(request, str(refusal(refused.code)))
        return redirect("signals:paste")
    lines = [_line(number, outcome) for number, outcome in enumerate(outcomes, start=1)]
    return render(request, "signals/submitted.html", {"lines": lines, "tally": _tally(lines), "circle": circle})


def _like(request: SignedInRequest) -> dict[str, object]:
    """What a further report is likely to share with one's last.  Neither the value nor anything that was judged for it alone."""
    try:
        pk = UUID(request.GET.get("like", ""))
    except ValueError:
        return {}
    report = own_report(request.user, pk)
    if report is None:
        return {}
    signal = report.signal
    shared = {"type": signal.type, "circle": signal.circle_id, "basis": report.basis, "marking": signal.marking}
    return shared | {"named": list(signal.named.exclude(pk=request.user.pk))}


def _taken_in(request: SignedInRequest, form: SignalForm) -> Outcome | None:
    facts = form.cleaned_data
    try:
        [outcome] = services.submit(
            Actor.of(request.user),
            [form.draft()],
            circle=facts["circle"],
            marking=Marking(facts["marking"]),
            channel=Submission.Channel.FORM,
            now=timezone.now(),
            named=facts["named"],
        )
    except PolicyRefusal as refused:
        form.add_error(_field_of(refused.code), refusal(refused.code))  # type: ignore[arg-type]
        return None
    return outcome


def _asked(request: SignedInRequest, form: SignalForm) -> HttpResponse | None:
    """Where the person explains the stop: the request for a release, and the page that shows it."""
    if "ask" not in request.POST:
        return None
    explanation = request.POST.get("explanation", "")
    done = told(
        request,
        lambda: services.ask_release(
            Actor.of(request.user),
            form.draft(),
            circle=form.cleaned_data["circle"],
            explanation=explanation,
            now=timezone.now(),
        ),
        done=_(
            "Asked. Keep the text yourself: the hub has not kept it. When it is released, report it exactly as it was."
        ),
    )
    return redirect("signals:false_stops") if done else None


def _explanations(form: SignalForm) -> list[tuple[str, str]]:
    """What a person can say of a note that was stopped for personal data; nothing where that was not the reason."""
    if not form.is_bound or not form.errors.get("note"):
        return []
    choices = [(value, str(label)) for value, label in FalseStop.Explanation.choices]
    return choices if releasable(inspect_text(form.data.get("note", ""))) else []


def _preview(request: SignedInRequest, form: CommonForm, rows: Sequence[Row], channel: str) -> HttpResponse:
    """The page that shows what would become of each row.  Raises what `services.preview` raises."""
    facts = form.cleaned_data
    circle, marking, guessed = facts["circle"], Marking(facts["marking"]), not facts.get("type")
    readable = [row for row in rows if row.draft is not None]
    outcomes = services.preview(
        Actor.of(request.user),
        [row.draft for row in readable if row.draft is not None],
        circle=circle,
        marking=marking,
        now=timezone.now(),
        named=facts["named"],
    )
    lines = [
        *(_line(row.number, outcome, guessed=guessed) for row, outcome in zip(readable, outcomes, strict=True)),
        *(Line(row.number, "", "", Status.REFUSED, refusal(row.code)) for row in rows if row.draft is None),
    ]
    lines.sort(key=lambda line: line.number)
    good = tuple(outcome.draft for outcome in outcomes if outcome.status in ADDING)
    named = tuple(person.pk for person in facts["named"])
    page = {
        "lines": lines,
        "tally": _tally(lines),
        "good": len(good),
        "known": any(outcome.status is Status.REPEATED for outcome in outcomes),
        "circle": circle,
        "marking": marking.value,
        "audience": will_be_seen_by(circle, marking, [request.user, *facts["named"]]),
        "sealed": seal(request.user, Sealed(good, circle.pk, marking, channel, named)),
        "back": "signals:paste",
        "written": keep(request.user, request.POST),
    }
    return render(request, "signals/preview.html", page)


def _page(request: SignedInRequest, name: str, form: CommonForm, **more: object) -> HttpResponse:
    page = {"form": form, "tab": name, "audiences": _audiences(request.user), **more}
    return render(request, f"signals/{name}.html", page, status=200)


def _audiences(person: Person) -> list[tuple[Circle, Audience]]:
    """Who would see what is published in each of the person's circles."""
    return [(circle, will_be_seen_by(circle, Marking.AMBER_STRICT)) for circle in own_circles(person)]


def _line(number: int, outcome: Outcome, *, guessed: bool = False) -> Line:
    """guessed: nobody said of what type it is; prose, such as a heading that came along, is then read as a term."""
    draft = outcome.draft
    prose = guessed and draft.type is SignalType.TERM and outcome.status in ADDING
    return Line(
        number,
        Signal.Type(draft.type.value).label,
        _masked(draft),
        outcome.status,
        refusal(outcome.code) if outcome.code else "",
        tuple(warning(code) for code in (*outcome.warnings, *(["guessed_term"] if prose else []))),
        outcome,
    )


def _masked(draft: SignalDraft) -> str:
    try:
        form = normalise(draft.type, draft.text, hash_kind=draft.hash_kind)
    except NotNormal:
        return ""
    return mask(form.type, form.value)


def _tally(lines: Sequence[Line]) -> dict[str, int]:
    counts = Counter(line.status for line in lines)
    return {status.value: counts[status] for status in Status}


def _said(status: Status) -> str:
    if status is Status.REPEATED:
        return _("Your organisation had reported this before; nothing was added.")
    return _("Reported. Until it is corroborated or verified, only your organisation and the reviewers see it.")


def _field_of(code: str, value_field: str = "value") -> str:
    """Where on the form the reason stands."""
    if code in {"not_in_circle", "inactive", "no_role"}:
        return "circle"
    if code in {"marking_not_offered", "nobody_named"}:
        return "named"
    if code in {"unknown_technique", "too_many_techniques"}:
        return "techniques"
    if code in NOTE_CODES:
        return "note"
    return value_field


NOTE_CODES = frozenset(
    {
        *(
            "note_too_long",
            "personnummer",
            "samordningsnummer",
            "phone",
            "email",
            "ip",
            "too_large",
            "hidden_characters",
        ),
        *("media_markup", "media_file", "media_object", "encoded_media", "encoded_block", "opaque_tokens"),
        *("unbroken_run", "number_rows", "character_picture", "hash_list", "split_media"),
    }
)
"""Guards over free text; for a URL or a term they may mean the value, and the sentence says “the text”."""
