from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "skyddsnat.hub.accounts"
    label = "accounts"
