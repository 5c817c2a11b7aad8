from django.apps import AppConfig


class ComplaintsConfig(AppConfig):
    name = "skyddsnat.hub.complaints"
    label = "complaints"

    def ready(self) -> None:
        from skyddsnat.hub.complaints import receivers  # noqa: F401  connects them
