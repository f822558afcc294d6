"""Addresses of the pages, gathered from the rooms."""

from django.conf import settings
from django.conf.urls.i18n import urlpatterns as language_urls
from django.urls import URLPattern, URLResolver, include, path

from khaithue.portal.web.routes import drafts, filing, lookup, office_filings, session
from khaithue.portal.web.views import demo

NAMESPACE = "web"

pages: list[URLPattern] = [
    *session.PAGES,
    *drafts.PAGES,
    *filing.PAGES,
    *lookup.PAGES,
    *office_filings.PAGES,
]

if settings.DEMO:
    pages.append(path("demo/inbox/", demo.inbox, name="inbox"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, NAMESPACE))),
    path("language/", include(language_urls)),
]
