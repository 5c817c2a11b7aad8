from django.apps import AppConfig


class SignalsConfig(AppConfig):
    name = "skyddsnat.hub.signals"
    label = "signals"
