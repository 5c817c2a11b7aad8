"""The page about the interface for machines, and its description for tools."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from skyddsnat.hub.accounts.queries import may_manage_tokens
from skyddsnat.hub.feed import queries as feeds
from skyddsnat.hub.members.request import SignedInRequest
from skyddsnat.hub.pages.api import description, groups
from skyddsnat.policy.access import ROLES_THAT_READ, ItemKind
from skyddsnat.policy.vocabulary import Role


@require_safe
def page(request: SignedInRequest) -> HttpResponse:
    """How machines talk to the hub, with the reader's own collections."""
    person = request.user
    reads = {Role(role) for role in person.roles} & {*ROLES_THAT_READ[ItemKind.SIGNAL], Role.ENGINEER}
    context = {
        "groups": groups(get_language() or "sv"),
        "member": person.member_id,
        "base_url": settings.BASE_URL,
        "makes_tokens": may_manage_tokens(person),
        "collections": feeds.collections_for(person.member_id) if reads else (),
    }
    return render(request, "pages/api.html", context)


@require_safe
def for_tools(request: SignedInRequest) -> HttpResponse:
    """OpenAPI 3.1."""
    return JsonResponse(dict(description()), json_dumps_params={"ensure_ascii": False})
