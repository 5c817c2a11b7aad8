from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "skyddsnat.hub.accounts"
    label = "accounts"

    def ready(self) -> None:
        from skyddsnat.hub.accounts import receivers  # noqa: F401  connects them
