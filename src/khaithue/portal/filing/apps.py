"""Django's registration of the app."""

from django.apps import AppConfig


class FilingConfig(AppConfig):
    """Intake of signed returns: verify, store durably, receipt."""

    name = "khaithue.portal.filing"
    label = "filing"
