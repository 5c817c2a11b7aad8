"""Addresses of the public pages: a language in each, so that an answer depends on nothing else."""

from __future__ import annotations

from django.urls import path

from skyddsnat.catalogue.text import LANGUAGES
from skyddsnat.hub.statistics.exports import FORMS
from skyddsnat.hub.statistics.views import public as views

app_name = "open"
urlpatterns = [
    path("", views.choose, name="choose"),
    path("structure.xml", views.structure, {"form": "xml"}, name="structure_xml"),
    path("structure.json", views.structure, {"form": "json"}, name="structure_json"),
]
for language in LANGUAGES:
    known = {"language": language}
    urlpatterns += [
        path(f"{language}/", views.page, known, name=f"page_{language}"),
        path(f"{language}/report/", views.report, known, name=f"report_{language}"),
        path(f"{language}/columns.csv", views.columns, known, name=f"columns_{language}"),
    ]
    urlpatterns += [
        path(f"{language}/series{form.suffix}", views.file, {**known, "form": name}, name=f"{name}_{language}")
        for name, form in FORMS.items()
    ]
