from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "skyddsnat.hub.members"
    label = "members"
