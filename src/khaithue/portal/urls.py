"""Addresses of the portal: what people see is in ``portal.web``, what programs ask in ``portal.api``."""

from django.urls import include, path

from khaithue.portal.api.interface import API, ROOT, addresses

urlpatterns = [
    path("", include("khaithue.portal.web.urls")),
    path(ROOT.lstrip("/"), include((addresses(), API.urls_namespace))),
]

handler400 = "khaithue.portal.web.views.errors.bad_request"
handler403 = "khaithue.portal.web.views.errors.forbidden"
handler404 = "khaithue.portal.web.views.errors.not_found"
handler500 = "khaithue.portal.web.views.errors.server_error"
