"""TAXII's routes.  Each is answered with and without its last slash (taxii.middleware); whatever is unknown gets TAXII's 404."""

from __future__ import annotations

from django.urls import path

from skyddsnat.hub.taxii.resource import resource
from skyddsnat.hub.taxii.views import collections, heads, objects, service

ROOT = "skyddsnat"
"""The one API root.  Some clients pick by the last part of its path, so it is no common word."""

_COLLECTION = f"{ROOT}/collections/<str:collection_id>/"

app_name = "taxii"
urlpatterns = [
    path("", resource(GET=service.discovery), name="discovery"),
    path(f"{ROOT}/", resource(GET=service.api_root), name="root"),
    path(f"{ROOT}/status/<str:status_id>/", resource(GET=service.status), name="status"),
    path(f"{ROOT}/collections/", resource(GET=collections.every), name="collections"),
    path(_COLLECTION, resource(GET=collections.one), name="collection"),
    path(f"{_COLLECTION}manifest/", resource(GET=objects.manifest), name="manifest"),
    path(f"{_COLLECTION}objects/", resource(GET=objects.page, POST=objects.post), name="objects"),
    path(f"{_COLLECTION}objects/<str:object_id>/", resource(GET=objects.one, DELETE=objects.delete), name="object"),
    path(f"{_COLLECTION}objects/<str:object_id>/versions/", resource(GET=objects.versions), name="versions"),
    path(f"{_COLLECTION}head/", resource(GET=heads.head), name="head"),
    path(f"{_COLLECTION}digest/", resource(GET=heads.digest), name="digest"),
    path("<path:rest>", resource(), name="unknown"),
]
