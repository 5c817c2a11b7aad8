from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "skyddsnat.hub.feed"
    label = "feed"

    def ready(self) -> None:
        from skyddsnat.hub.feed import checks  # noqa: F401  (registers itself)
