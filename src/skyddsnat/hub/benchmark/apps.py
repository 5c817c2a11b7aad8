from django.apps import AppConfig


class BenchmarkConfig(AppConfig):
    name = "skyddsnat.hub.benchmark"
    label = "benchmark"
