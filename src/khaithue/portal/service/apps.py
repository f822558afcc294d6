"""Django's registration of the app."""

from django.apps import AppConfig


class ServiceConfig(AppConfig):
    """Running the portal on a machine."""

    name = "khaithue.portal.service"
    label = "service"
