"""Django's registration of the app."""

from django.apps import AppConfig


class HistoryConfig(AppConfig):
    """The taxpayer's whole history as one file to keep."""

    name = "khaithue.portal.history"
    label = "history"
