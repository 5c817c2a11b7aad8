"""Pages of the plan and of asking those ahead."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from skyddsnat.hub.benchmark.models import Round, RoundMember
from skyddsnat.hub.benchmark.queries.rounds import round_for
from skyddsnat.hub.learning import queries, services, texts
from skyddsnat.hub.learning.forms import AskForm, FollowUpForm
from skyddsnat.hub.learning.models import PlanLine
from skyddsnat.hub.maturity.queries import signing_keys
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest, json_object
from skyddsnat.hub.members.views.answers import told
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.maturity import TAKES_PART
from skyddsnat.policy.vocabulary import Role

LONGEST_BODY = 40_000
REFUSALS: dict[str, Promise] = {
    "not_own_lead": gettext_lazy("Only your organisation's benchmark lead can do this."),
    "no_part": gettext_lazy("Your roles do not write the plan."),
    "not_sealed": gettext_lazy("The line did not come sealed, so it was not kept."),
    "too_many": gettext_lazy("The plan has as many lines as it can have. Finish some first."),
    "bad_day": gettext_lazy("Choose a day from today on, at most two years ahead."),
    "not_askable": gettext_lazy("Nothing can be asked about this: it was not released, or it is neutral."),
    "no_note": gettext_lazy("Write what you want to know, in at most 600 characters."),
    "imagery": gettext_lazy("The text could hide a picture, film or sound. Write it in plain words."),
    "personal_data": gettext_lazy("The text holds personal data, such as a telephone number. Leave it out."),
    "nobody_willing": gettext_lazy("Nobody has said yet that it may be asked about this."),
    "asked_already": gettext_lazy("You have asked everyone who may be asked about this."),
    "decided": gettext_lazy("That was done already."),
}


@role_required(*TAKES_PART)
@require_safe
def plan(request: SignedInRequest) -> HttpResponse:
    """The improvement plan.  The page holds no line: those are opened in the browser."""
    person, now = request.user, timezone.now()
    facts = queries.plan_facts(person) | {"known": signing_keys(person.member_id)}
    day = queries.follow_up_of(person)
    page = {
        "facts": facts,
        "texts": texts.planning(),
        "practices": queries.practices(person, facts["items"], now=now),
        "follow_up": day,
        "follow_up_form": FollowUpForm(initial={"day": day}),
    }
    return render(request, "learning/plan.html", page)


@role_required(*TAKES_PART)
@require_POST
def follow_up(request: SignedInRequest) -> HttpResponse:
    """Set the day on which the member is reminded of its plan, or end it."""
    form = FollowUpForm(request.POST)
    day = form.cleaned_data["day"] if form.is_valid() else date.min
    told(
        request,
        lambda: services.follow_up_on(request.user, day, today=timezone.localdate()),
        done=_("Your leads will be reminded.") if day else _("Your leads will not be reminded."),
        words=_words,
    )
    return redirect("learning:plan")


@role_required(*TAKES_PART)
@require_GET
def lines(request: SignedInRequest) -> HttpResponse:
    """The sealed lines."""
    return JsonResponse({"lines": queries.sealed_lines(request.user)}, headers={"Cache-Control": "private, no-store"})


@role_required(*TAKES_PART)
@require_POST
def line(request: SignedInRequest) -> HttpResponse:
    """Keep one sealed line: {"id", "sealed", "version"} → {"version"}; 409 with a colleague's when they were quicker."""
    body = json_object(request, most=LONGEST_BODY)
    sealed, version = body.get("sealed"), body.get("version")
    try:
        pk = UUID(str(body.get("id")))
    except ValueError:
        return _refusal("not_sealed")
    if not isinstance(sealed, str) or not isinstance(version, int) or isinstance(version, bool) or version < 0:
        return _refusal("not_sealed")
    try:
        kept = services.write_line(request.user, pk, sealed=sealed, version=version, now=timezone.now())
    except PlanLine.DoesNotExist:
        raise Http404 from None
    except services.LineChanged as changed:
        theirs = changed.line
        return JsonResponse({"sealed": theirs.sealed, "version": theirs.version}, status=409)
    except PolicyRefusal as refused:
        return _refusal(refused.code)
    return JsonResponse({"version": kept.version})


@role_required(Role.BENCHMARK_LEAD)
@require_GET
def asking(request: SignedInRequest) -> HttpResponse:
    """What the member may be asked, is asked and has asked."""
    page = {
        "agreed": queries.agreed(request.user),
        "asked_of": queries.asked_of(request.user),
        "asked_by": queries.asked_by(request.user),
    }
    return render(request, "learning/asking.html", page)


@role_required(Role.BENCHMARK_LEAD)
@require_http_methods(["GET", "POST"])
def ask(request: SignedInRequest, pk: str) -> HttpResponse:
    """A question about one item of a round, to whoever is willing."""
    round_ = _round(request, pk)
    item = request.POST.get("item") or request.GET.get("item") or ""
    form = AskForm(request.POST or None, initial={"item": item})
    if request.method == "POST" and form.is_valid():
        note, now = form.cleaned_data["note"], timezone.now()
        if told(
            request,
            lambda: services.ask(request.user, round_, item, note=note, now=now),
            done=_("Asked."),
            words=_words,
        ):
            return redirect("learning:asking")
    page = {
        "round": round_,
        "item": item,
        "name": queries.name_of(item) if item in round_.specification.item_of else "",
        "form": form,
        "somebody": queries.somebody_willing(request.user, round_, item),
    }
    return render(request, "learning/ask.html", page)


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def willing(request: SignedInRequest, pk: str) -> HttpResponse:
    """Agree to be asked about an item, or end it: said by its word, and by nothing that is left out."""
    round_, item, now = _round(request, pk), request.POST.get("item", ""), timezone.now()
    act = request.POST.get("act")
    if act not in {"agree", "end"}:
        raise Http404
    if act == "end":
        told(
            request,
            lambda: services.end_agreement(request.user, round_, item, now=now),
            done=_("You are asked no more."),
            words=_words,
        )
    else:
        told(
            request,
            lambda: services.agree(request.user, round_, item, now=now),
            done=_("You may be asked about this."),
            words=_words,
        )
    return redirect("learning:asking")


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def answer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say yes or no to a question, or take an own one back."""
    found, act, now = queries.question_of(request.user, pk), request.POST.get("act"), timezone.now()
    if found is None or act not in {"yes", "no", "withdraw"}:
        raise Http404
    if act == "withdraw":
        told(
            request,
            lambda: services.withdraw(request.user, pk, now=now),
            done=_("The question is withdrawn."),
            words=_words,
        )
    else:
        done = (
            _("You both said yes. Your names are open to each other.")
            if act == "yes"
            else _("Declined. No name opens.")
        )
        told(request, lambda: services.answer(request.user, pk, yes=act == "yes", now=now), done=done, words=_words)
    return redirect("learning:asking")


def _round(request: SignedInRequest, pk: str) -> Round:
    """A released round that the person's member took part in.  Raises Http404."""
    found = round_for(request.user, pk)
    if found is None or not found.release:
        raise Http404
    if not RoundMember.objects.filter(round=found, member_id=request.user.member_id).exists():
        raise Http404
    return found


def _words(refused: PolicyRefusal) -> str:
    return str(REFUSALS[refused.code])


def _refusal(code: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": str(REFUSALS[code])}, status=422)
