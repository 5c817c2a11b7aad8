from __future__ import annotations

from django.urls import path

from skyddsnat.hub.pages import views
from skyddsnat.hub.pages.api import views as api

app_name = "pages"
urlpatterns = [
    path("", views.work, name="work"),
    path("language/", views.language, name="language"),
    path("healthy/", views.healthy, name="healthy"),
    path("settings/", views.settings_page, name="settings"),
    path("search/", views.search, name="search"),
    path("api/", api.page, name="api"),
    path("api/openapi.json", api.for_tools, name="api_description"),
    path("status/", views.status, name="status"),
    path("about/", views.about, name="about"),
    path("demo/sign-in/", views.demo_sign_in, name="demo_sign_in"),
]
