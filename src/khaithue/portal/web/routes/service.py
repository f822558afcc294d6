"""The taxpayer's use of the service, and leaving it."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import service

PAGES: list[URLPattern] = [
    path("service/", service.service, name="service"),
    path("service/stop/", service.stop, name="stop"),
]
