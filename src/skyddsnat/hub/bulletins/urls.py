"""Routes of bulletins."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.bulletins import views

app_name = "bulletins"
urlpatterns = [
    path("practices/", views.practices, name="practices"),
    path("practices/new/", views.practice_new, name="practice_new"),
    path("practices/<uuid:pk>/", views.practice, name="practice"),
    path("practices/<uuid:pk>/edit/", views.practice_edit, name="practice_edit"),
    path("practices/<uuid:pk>/withdraw/", views.practice_withdraw, name="practice_withdraw"),
]
