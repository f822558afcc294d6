"""Django's registration of the app."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    """A portal with life in it: demo certificates, taxpayers, a mail sink and its inbox."""

    name = "khaithue.portal.demo"
    label = "demo"
