from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "skyddsnat.hub.pages"
    label = "pages"
