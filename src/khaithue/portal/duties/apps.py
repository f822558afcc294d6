"""Django's registration of the app."""

from django.apps import AppConfig


class DutiesConfig(AppConfig):
    """What has to be filed when: obligations, reminders, outages."""

    name = "khaithue.portal.duties"
    label = "duties"
