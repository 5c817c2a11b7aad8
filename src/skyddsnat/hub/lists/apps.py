from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "skyddsnat.hub.lists"
    label = "lists"
