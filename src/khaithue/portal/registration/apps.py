"""Django's registration of the app."""

from django.apps import AppConfig


class RegistrationConfig(AppConfig):
    """Registering for electronic filing: applications, certificates, forms, changes, leaving."""

    name = "khaithue.portal.registration"
    label = "registration"
