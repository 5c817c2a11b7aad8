"""Every route of the hub.  A route that is missing from the access model fails a test (default deny)."""

from __future__ import annotations

from django.urls import include, path

from skyddsnat.hub.accounts import people_urls
from skyddsnat.hub.members import urls as member_urls

# People's pages stand under the members', but inviting and closing out are the business of `accounts`, which lies above.
members = ([*people_urls.urlpatterns, *member_urls.urlpatterns], member_urls.app_name)

urlpatterns = [
    path("taxii2/", include("skyddsnat.hub.taxii.urls")),  # first: agents ask for it hundreds of times a second
    path("", include("skyddsnat.hub.pages.urls")),
    path("signals/", include("skyddsnat.hub.signals.urls")),
    path("lists/", include("skyddsnat.hub.lists.urls")),
    path("members/", include(members)),
    path("account/", include("skyddsnat.hub.accounts.sign_in_urls")),
    path("account/", include("skyddsnat.hub.accounts.urls")),
    path("audit/", include("skyddsnat.hub.audit.urls")),
    path("knowledge/", include("skyddsnat.hub.knowledge.urls")),
    path("bulletins/", include("skyddsnat.hub.bulletins.urls")),
    path("agents/", include("skyddsnat.hub.agents.urls")),
    path("api/agent/", include("skyddsnat.hub.agents.api_urls")),
    path("api/log/", include("skyddsnat.hub.agents.log_urls")),
    path("benchmark/", include("skyddsnat.hub.benchmark.urls")),
    path("maturity/", include("skyddsnat.hub.maturity.urls")),
    path("learning/", include("skyddsnat.hub.learning.urls")),
    path("complaints/", include("skyddsnat.hub.complaints.urls")),
    path("api/complaints/", include("skyddsnat.hub.complaints.api_urls")),
    path("statistics/", include("skyddsnat.hub.statistics.urls")),
    path("open/", include("skyddsnat.hub.statistics.public_urls")),
    path("api/statistics/", include("skyddsnat.hub.statistics.api_urls")),
    path("api/bench/", include("skyddsnat.hub.benchmark.api_urls")),
]
handler400 = "skyddsnat.hub.pages.errors.bad_request"
handler403 = "skyddsnat.hub.pages.errors.forbidden"
handler404 = "skyddsnat.hub.pages.errors.not_found"
handler500 = "skyddsnat.hub.pages.errors.server_error"
