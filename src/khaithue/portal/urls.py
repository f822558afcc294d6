"""Addresses of the portal: everything a person sees is in ``portal.web``."""

from django.urls import include, path

urlpatterns = [path("", include("khaithue.portal.web.urls"))]

handler400 = "khaithue.portal.web.views.errors.bad_request"
handler403 = "khaithue.portal.web.views.errors.forbidden"
handler404 = "khaithue.portal.web.views.errors.not_found"
handler500 = "khaithue.portal.web.views.errors.server_error"
