"""Django's registration of the app."""

from django.apps import AppConfig
from django.db.models.signals import post_save


class ApiConfig(AppConfig):
    """The programming interface: tokens, routes, webhooks."""

    name = "khaithue.portal.api"
    label = "api"

    def ready(self) -> None:
        """Watch the rows that are news: the rooms that store them know nothing of webhooks."""
        from khaithue.portal.api.webhooks.events import tell_of_notice, tell_of_reminder

        post_save.connect(tell_of_notice, sender="notices.Notice", dispatch_uid="webhooks of notices")
        post_save.connect(tell_of_reminder, sender="duties.Reminder", dispatch_uid="webhooks of duties")
