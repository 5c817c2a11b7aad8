from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "skyddsnat.hub.audit"
    label = "audit"
