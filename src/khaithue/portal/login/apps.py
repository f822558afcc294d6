"""Django's registration of the app."""

from django.apps import AppConfig


class LoginConfig(AppConfig):
    """Second factors, one-time codes, sessions and failures of logging in."""

    name = "khaithue.portal.login"
    label = "login"
