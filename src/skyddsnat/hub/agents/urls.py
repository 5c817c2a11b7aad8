from __future__ import annotations

from django.urls import path

from skyddsnat.hub.agents import views

app_name = "agents"
urlpatterns = [
    path("", views.agent_list, name="list"),
    path("<int:agent_id>/", views.detail, name="detail"),
    path("<int:agent_id>/remove/", views.remove, name="remove"),
]
