from __future__ import annotations

from django.urls import path

from skyddsnat.hub.lists.views import incoming, outgoing

app_name = "lists"
urlpatterns = [
    path("", incoming.index, name="index"),
    path("import/", incoming.bring, name="import"),
    path("imports/<uuid:pk>/", incoming.detail, name="detail"),
    path("imports/<uuid:pk>/confirm/", incoming.confirm, name="confirm"),
    path("imports/<uuid:pk>/cancel/", incoming.cancel, name="cancel"),
    path("imports/<uuid:pk>/outcomes.csv", incoming.outcomes, name="outcomes"),
    path("export/", outgoing.take, name="export"),
    path("leaks/", outgoing.leaks, name="leaks"),
    path("leaks/<int:pk>/", outgoing.close_alarm, name="close_alarm"),
]
