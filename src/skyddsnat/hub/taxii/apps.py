from django.apps import AppConfig


class TaxiiConfig(AppConfig):
    name = "skyddsnat.hub.taxii"
    label = "taxii"
