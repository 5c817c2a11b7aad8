"""Pages of complaints and their cases."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.complaints import views

app_name = "complaints"
urlpatterns = [
    path("", views.index, name="list"),
    path("<uuid:pk>/", views.case, name="case"),
    path("<uuid:pk>/judge/", views.judge, name="judge"),
    path("<uuid:pk>/own-lift/", views.own_lift, name="own_lift"),
    path("<uuid:pk>/name/", views.name, name="name"),
    path("received/<uuid:pk>/contact/", views.contact, name="contact"),
    path("received/<uuid:pk>/replied/", views.replied, name="replied"),
]
