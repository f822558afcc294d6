"""Django's registration of the app."""

from django.apps import AppConfig


class OfficeConfig(AppConfig):
    """The tax office's own key and the authorities it trusts."""

    name = "khaithue.portal.office"
    label = "office"
