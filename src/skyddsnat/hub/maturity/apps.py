from django.apps import AppConfig


class MaturityConfig(AppConfig):
    name = "skyddsnat.hub.maturity"
    label = "maturity"
