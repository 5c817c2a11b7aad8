"""Routes of what follows a result."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.learning import views

app_name = "learning"
urlpatterns = [
    path("plan/", views.plan, name="plan"),
    path("plan/lines.json", views.lines, name="lines"),
    path("plan/line/", views.line, name="line"),
    path("plan/follow-up/", views.follow_up, name="follow_up"),
    path("questions/", views.asking, name="asking"),
    path("questions/<uuid:pk>/", views.answer, name="answer"),
    path("rounds/<slug:pk>/ask/", views.ask, name="ask"),
    path("rounds/<slug:pk>/willing/", views.willing, name="willing"),
]
