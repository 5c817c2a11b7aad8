"""Routes of the self-assessment."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.maturity import views

app_name = "maturity"
urlpatterns = [
    path("", views.index, name="index"),
    path("open/", views.open_year, name="open"),
    path("latest.json", views.latest, name="latest"),
    path("<uuid:pk>/", views.assessment, name="assessment"),
    path("<uuid:pk>/answers.json", views.answers, name="answers"),
    path("<uuid:pk>/answer/", views.answer, name="answer"),
    path("<uuid:pk>/finish/", views.finish, name="finish"),
]
