from django.apps import AppConfig


class KnowledgeConfig(AppConfig):
    name = "skyddsnat.hub.knowledge"
    label = "knowledge"
