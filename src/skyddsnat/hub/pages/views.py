"""Pages that belong to no noun."""

from __future__ import annotations

from itertools import groupby
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone, translation
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from skyddsnat.hub.accounts.freshness import go_on
from skyddsnat.hub.accounts.language import remember_language
from skyddsnat.hub.accounts.services import sign_in_for_demo
from skyddsnat.hub.members.models import Person
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.pages import demo, services
from skyddsnat.hub.pages.context import counts_for
from skyddsnat.hub.pages.forms import DeskForm, SearchForm, SettingsForm
from skyddsnat.hub.pages.search import search as search_everything
from skyddsnat.hub.pages.status import status_of, worst
from skyddsnat.hub.pages.work import work_of
from skyddsnat.hub.signals.queries import reads_signals
from skyddsnat.hub.signals.services.desk import change_desk


@require_safe
def work(request: SignedInRequest) -> HttpResponse:
    """My work: what waits for this person today."""
    page = {"work": work_of(request.user, now=timezone.now(), counts=counts_for(request))}
    return render(request, "pages/work.html", page)


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Switch the language, and go back to where the person was."""
    wanted = request.POST.get("language", "")
    back = request.POST.get("next", "")
    is_path = back.startswith("/") and back.isprintable()  # a word would be taken for the name of a route
    if not is_path or not url_has_allowed_host_and_scheme(
        back, {request.get_host()}, require_https=request.is_secure()
    ):
        back = resolve_url("pages:work")
    response = redirect(back)
    if wanted in dict(settings.LANGUAGES):
        person = request.user if isinstance(request.user, Person) else Person(language=wanted)
        if request.user.is_authenticated:
            services.choose_language(person, wanted)
        remember_language(response, person)
    return response


@require_safe
@never_cache
def healthy(request: HttpRequest) -> HttpResponseBase:
    """For a load balancer or a timer: the hub answers and reaches its database."""
    Person.objects.exists()
    return HttpResponse("ok\n", content_type="text/plain; charset=utf-8")


@require_http_methods(["GET", "HEAD", "POST"])
def settings_page(request: SignedInRequest) -> HttpResponse:
    """Language, colours, shortcuts; and for who works with signals, how."""
    person, posted = request.user, request.POST if request.method == "POST" else None
    of_desk = posted is not None and "desk" in posted
    form = SettingsForm(None if of_desk else posted, instance=person)
    desk_form = DeskForm(posted if of_desk else None, person=person) if reads_signals(person) else None
    if desk_form is not None and desk_form.is_valid():
        change_desk(person, **{"queue_filter": None} | desk_form.cleaned_data)
    elif form.is_valid():
        services.change_settings(person, **form.cleaned_data)
    else:
        return render(request, "pages/settings.html", {"form": form, "desk_form": desk_form})
    with translation.override(person.language):
        messages.success(request, _("Your settings are saved."))
    response = redirect("pages:settings")
    remember_language(response, person)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def search(request: SignedInRequest) -> HttpResponse:
    """The search box and, after a POST, what was found."""
    form = SearchForm(request.POST if request.method == "POST" else None)
    context: dict[str, object] = {"form": form}
    if form.is_valid():
        results = search_everything(request.user, form.cleaned_data["q"])
        kinds = [(kind, list(hits)) for kind, hits in groupby(results.knowledge, key=lambda hit: hit.kind)]
        context |= {"results": results, "kinds": kinds}
    return render(request, "pages/search.html", context)


@require_safe
@never_cache
def status(request: SignedInRequest) -> HttpResponse:
    """How the hub is, for everyone who relies on it."""
    now = timezone.now()
    parts = status_of(request.user, now=now)
    return render(request, "pages/status.html", {"parts": parts, "worst": worst(parts), "now": now})


@require_safe
def about(request: SignedInRequest) -> HttpResponse:
    """What Skyddsnät is and what it promises."""
    return render(request, "pages/about.html")


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def demo_sign_in(request: HttpRequest) -> HttpResponseBase:
    """In the demo only: walk in as one of the cast, or show who one is once more.  Anywhere else this page does not exist."""
    if not settings.DEMO:
        raise Http404
    if request.method == "POST":
        person = demo.character(request.POST.get("person", "")) if _is_uuid(request.POST.get("person", "")) else None
        if person is None:
            raise Http404
        sign_in_for_demo(request, person)
        response = go_on(request) or redirect("pages:work")
        remember_language(response, person)
        return response
    chosen = translation.get_language() or "sv"
    return render(request, "pages/demo_sign_in.html", {"troupes": demo.troupes(chosen)})


def _is_uuid(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
