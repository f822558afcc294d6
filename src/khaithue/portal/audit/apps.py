"""Django's registration of the app."""

from django.apps import AppConfig


class AuditConfig(AppConfig):
    """Who did what and when: append-only and hash-chained."""

    name = "khaithue.portal.audit"
    label = "audit"
