from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "skyddsnat.hub.pages"
    label = "pages"

    def ready(self) -> None:
        from skyddsnat.hub.pages import checks  # noqa: F401  (registers itself)
