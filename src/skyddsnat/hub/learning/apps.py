from django.apps import AppConfig


class LearningConfig(AppConfig):
    name = "skyddsnat.hub.learning"
    label = "learning"
