"""Every route of the hub.  A route that is missing from the access model fails a test (default deny)."""

from __future__ import annotations

from django.urls import include, path

urlpatterns = [
    path("", include("skyddsnat.hub.pages.urls")),
    path("signals/", include("skyddsnat.hub.signals.urls")),
    path("members/", include("skyddsnat.hub.members.urls")),
    path("account/", include("skyddsnat.hub.accounts.urls")),
    path("knowledge/", include("skyddsnat.hub.knowledge.urls")),
    path("agents/", include("skyddsnat.hub.agents.urls")),
    path("api/agent/", include("skyddsnat.hub.agents.api_urls")),
    path("taxii2/", include("skyddsnat.hub.taxii.urls")),
]
handler400 = "skyddsnat.hub.pages.errors.bad_request"
handler403 = "skyddsnat.hub.pages.errors.forbidden"
handler404 = "skyddsnat.hub.pages.errors.not_found"
handler500 = "skyddsnat.hub.pages.errors.server_error"
