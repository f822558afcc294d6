"""Programs that act for the taxpayer: their tokens, the addresses told of events, the API's reference."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import api_docs, software

PAGES: list[URLPattern] = [
    path("api/", api_docs.api_docs, name="api_docs"),
    path("account/software/", software.software, name="software"),
    path("account/software/tokens/", software.token_make, name="token_make"),
    path("account/software/tokens/<int:pk>/revoke/", software.token_revoke, name="token_revoke"),
    path("account/software/webhooks/", software.webhook_add, name="webhook_add"),
    path("account/software/webhooks/<int:pk>/", software.webhook, name="webhook"),
    path("account/software/webhooks/<int:pk>/end/", software.webhook_end, name="webhook_end"),
]
