"""Routes of people's pages, in the namespace `members`."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.accounts.views import decisions, people

urlpatterns = [
    path("decisions/", decisions.decisions, name="decisions"),
    path("decisions/<uuid:pk>/", decisions.decide, name="decision"),
    path("people/", people.listing, name="people"),
    path("people/new/", people.new, name="person_new"),
    path("people/<uuid:pk>/", people.detail, name="person"),
    path("people/<uuid:pk>/edit/", people.edit, name="person_edit"),
    path("people/<uuid:pk>/roles/", people.roles, name="person_roles"),
    path("people/<uuid:pk>/invite/", people.invite, name="person_invite"),
    path("people/<uuid:pk>/close/", people.close, name="person_close"),
    path("people/<uuid:pk>/reopen/", people.reopen, name="person_reopen"),
]
