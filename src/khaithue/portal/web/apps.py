"""Django's registration of the app."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The pages a taxpayer sees."""

    name = "khaithue.portal.web"
    label = "web"
