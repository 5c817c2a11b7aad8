from __future__ import annotations

from django.urls import path

from skyddsnat.hub.members.views import circles, legal, organisations

app_name = "members"
urlpatterns = [
    path("", organisations.listing, name="list"),
    path("new/", organisations.new, name="new"),
    path("circles/", circles.listing, name="circles"),
    path("circles/new/", circles.new, name="circle_new"),
    path("circles/<uuid:pk>/", circles.detail, name="circle"),
    path("circles/<uuid:pk>/edit/", circles.edit, name="circle_edit"),
    path("circles/<uuid:pk>/join/", circles.join, name="circle_join"),
    path("circles/<uuid:pk>/leave/<slug:member>/", circles.leave, name="circle_leave"),
    path("circles/<uuid:pk>/close/", circles.close, name="circle_close"),
    path("legal/", legal.register, name="legal"),
    path("legal/new/", legal.new, name="legal_new"),
    path("legal/<int:pk>/edit/", legal.edit, name="legal_edit"),
    path("of/<slug:pk>/", organisations.detail, name="detail"),
    path("of/<slug:pk>/edit/", organisations.edit, name="edit"),
    path("of/<slug:pk>/leave/", organisations.leave, name="leave"),
]
