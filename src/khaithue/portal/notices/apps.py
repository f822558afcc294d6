"""Django's registration of the app."""

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """Signed notices to taxpayers and their e-mails."""

    name = "khaithue.portal.notices"
    label = "notices"
