"""Django's registration of the app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, taxpayers and who may act for whom."""

    name = "khaithue.portal.accounts"
    label = "accounts"
