from django.apps import AppConfig


class BulletinsConfig(AppConfig):
    name = "skyddsnat.hub.bulletins"
    label = "bulletins"
