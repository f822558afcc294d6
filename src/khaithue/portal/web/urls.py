"""Addresses of the pages, gathered from the rooms."""

from django.conf import settings
from django.conf.urls.i18n import urlpatterns as language_urls
from django.urls import URLPattern, URLResolver, include, path

from khaithue.portal.web.routes import (
    amend,
    details,
    drafts,
    duties,
    filing,
    lookup,
    office,
    office_filings,
    register,
    service,
    session,
    set_up,
    software,
)
from khaithue.portal.web.views import demo

NAMESPACE = "web"

pages: list[URLPattern] = [
    *session.PAGES,
    *drafts.PAGES,
    *filing.PAGES,
    *lookup.PAGES,
    *set_up.PAGES,
    *details.PAGES,
    *register.PAGES,
    *service.PAGES,
    *office.PAGES,
    *office_filings.PAGES,
    *software.PAGES,
    *duties.PAGES,
    *amend.PAGES,
]

if settings.DEMO:
    pages.append(path("demo/inbox/", demo.inbox, name="inbox"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, NAMESPACE))),
    path("language/", include(language_urls)),
]
