"""Django's registration of the app."""

from django.apps import AppConfig


class MailConfig(AppConfig):
    """E-mails owed: kept as rows until the mail server has taken them."""

    name = "khaithue.portal.mail"
    label = "mail"
