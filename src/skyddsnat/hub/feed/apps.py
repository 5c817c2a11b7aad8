from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "skyddsnat.hub.feed"
    label = "feed"
