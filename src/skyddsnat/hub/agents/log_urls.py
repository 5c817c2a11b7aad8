from __future__ import annotations

from django.urls import path

from skyddsnat.hub.agents import log_api

app_name = "log_api"
urlpatterns = [
    path("key", log_api.key, name="key"),
    path("checkpoint", log_api.checkpoint, name="checkpoint"),
    path("consistency", log_api.consistency, name="consistency"),
    path("heads/<uuid:collection_id>", log_api.head, name="head"),
    path("cosignatures", log_api.cosignatures, name="cosignatures"),
]
