"""Pages of the self-assessment, and the sealed answers that they fetch and send."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST, require_safe

from skyddsnat.catalogue.loading import load_catalogue
from skyddsnat.hub.maturity import queries, services, texts
from skyddsnat.hub.maturity.models import Assessment
from skyddsnat.hub.members.decorators import role_required
from skyddsnat.hub.members.request import SignedInRequest, json_object, number_in
from skyddsnat.policy.errors import PolicyRefusal
from skyddsnat.policy.maturity import READS, TAKES_PART
from skyddsnat.policy.vocabulary import Role

LONGEST_BODY = 40_000
REFUSALS: dict[str, str | Promise] = {
    "not_own_lead": gettext_lazy("Only your organisation's benchmark lead can do this."),
    "no_part": gettext_lazy("Your roles do not answer the self-assessment."),
    "bad_year": gettext_lazy("An assessment can be begun for this year or the year before."),
    "year_opened": gettext_lazy("The assessment of this year has been begun already."),
    "finished": gettext_lazy("The assessment is finished. The benchmark lead can open it again."),
    "no_question": gettext_lazy("There is no such question in the model."),
    "not_sealed": gettext_lazy("The answer did not come sealed, so it was not kept."),
    "decided": gettext_lazy("That was done already."),
}


@role_required(*READS)
@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    """The member's years."""
    years = queries.years_of(request.user)
    known = {each.year for each in years}
    this_year = timezone.localtime().year
    context = {
        "years": years,
        "questions": len(load_catalogue().maturity.questions),
        "may_open": [year for year in (this_year, this_year - 1) if year not in known],
        "leads": request.user.has_role(Role.BENCHMARK_LEAD),
        "has_key": bool(queries.signing_keys(request.user.member_id)),
    }
    return render(request, "maturity/index.html", context)


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def open_year(request: SignedInRequest) -> HttpResponse:
    """Begin a year."""
    year = number_in(request.POST.get("year", "")) or 0
    try:
        made = services.open_year(request.user, year, now=timezone.now())
    except PolicyRefusal as refused:
        messages.error(request, str(REFUSALS[refused.code]))
        return redirect("maturity:index")
    return redirect("maturity:assessment", pk=made.pk)


@role_required(*READS)
@require_safe
def assessment(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The tool itself.  The page holds questions and no answer: those are opened in the browser."""
    found = _own(request, pk)
    may_write = found.finished_at is None and any(request.user.has_role(role) for role in TAKES_PART)
    facts = {
        "member": found.member_id,
        "known": queries.signing_keys(found.member_id),
        "year": found.year,
        "finished": not may_write,
        "evidence_from": load_catalogue().maturity.rules.evidence_from_level,
        "model": queries.model_facts(),
        "answers": reverse("maturity:answers", args=[found.pk]),
        "save": reverse("maturity:answer", args=[found.pk]),
        "earlier": [
            {"year": each.year, "answers": reverse("maturity:answers", args=[each.pk])}
            for each in queries.comparable(request.user, found)
        ],
    }
    context = {
        "assessment": found,
        "areas": queries.areas(),
        "model": load_catalogue().maturity,
        "facts": facts,
        "texts": texts.assessing(),
        "may_write": may_write,
        "leads": request.user.has_role(Role.BENCHMARK_LEAD),
    }
    return render(request, "maturity/assessment.html", context)


@role_required(*READS)
@require_GET
def answers(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The sealed answers of a year."""
    found = _own(request, pk)
    return JsonResponse({"year": found.year, "model": queries.model_facts(), "answers": queries.sealed_answers(found)})


@role_required(*READS)
@require_GET
def latest(request: SignedInRequest) -> HttpResponse:
    """The sealed answers of the newest finished year, or of the newest there is: what a round asks for.  404 without any."""
    years = list(queries.years_of(request.user))
    found = next((each for each in years if each.finished_at), years[0] if years else None)
    if found is None:
        raise Http404
    return answers(request, found.pk)


@role_required(*TAKES_PART)
@require_POST
def answer(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Keep one sealed answer: {"question", "sealed", "version"} → {"version"}; 409 with a colleague's when they were quicker."""
    body = json_object(request, most=LONGEST_BODY)
    question, sealed, version = body.get("question"), body.get("sealed"), body.get("version")
    if not isinstance(sealed, str) or not isinstance(version, int) or isinstance(version, bool) or version < 0:
        return _refusal("not_sealed")
    try:
        kept = services.answer(request.user, pk, str(question), sealed=sealed, version=version, now=timezone.now())
    except Assessment.DoesNotExist:
        raise Http404 from None
    except services.AnswerChanged as changed:
        theirs = changed.answer
        told = {"sealed": theirs.sealed, "version": theirs.version, "by": theirs.written_by.name}
        return JsonResponse(told, status=409)
    except PolicyRefusal as refused:
        return _refusal(refused.code)
    return JsonResponse({"version": kept.version})


@role_required(Role.BENCHMARK_LEAD)
@require_POST
def finish(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Finish a year, or open it again: said by its word, and by nothing that is left out."""
    said = request.POST.get("done")
    if said not in {"0", "1"}:
        raise Http404
    done = said == "1"
    try:
        services.finish(request.user, pk, done=done, now=timezone.now())
    except Assessment.DoesNotExist:
        raise Http404 from None
    except PolicyRefusal as refused:
        messages.error(request, str(REFUSALS[refused.code]))
    else:
        messages.success(request, _("The assessment is finished.") if done else _("The assessment is open again."))
    return redirect("maturity:assessment", pk=pk)


def _own(request: SignedInRequest, pk: UUID) -> Assessment:
    found = queries.assessment_of(request.user, pk)
    if found is None:
        raise Http404
    return found


def _refusal(code: str) -> HttpResponse:
    return JsonResponse({"code": code, "message": str(REFUSALS[code])}, status=422)
