"""Django's registration of the app."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    """The programming interface: tokens, routes, webhooks."""

    name = "khaithue.portal.api"
    label = "api"
