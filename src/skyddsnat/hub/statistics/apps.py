from django.apps import AppConfig


class StatisticsConfig(AppConfig):
    name = "skyddsnat.hub.statistics"
    label = "statistics"
