"""Django's registration of the app."""

from django.apps import AppConfig


class DraftsConfig(AppConfig):
    """Returns being filled in."""

    name = "khaithue.portal.drafts"
    label = "drafts"
