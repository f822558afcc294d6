"""The tax office's rooms."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import office

PAGES: list[URLPattern] = [
    path("office/", office.home, name="office"),
    path("office/applications/", office.applications, name="office_applications"),
    path("office/applications/<int:pk>/", office.application, name="office_application"),
    path("office/applications/<int:pk>/form.pdf", office.form_pdf, name="office_application_pdf"),
    path("office/applications/<int:pk>/grant/", office.grant_it, name="office_grant"),
    path("office/applications/<int:pk>/refuse/", office.refuse_it, name="office_refuse"),
]
