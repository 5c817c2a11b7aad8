from django.apps import AppConfig


class AgentsConfig(AppConfig):
    name = "skyddsnat.hub.agents"
    label = "agents"
