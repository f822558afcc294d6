"""The forms a taxpayer files online: registered, confirmed, ended."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import set_up

PAGES: list[URLPattern] = [
    path("registered-forms/", set_up.forms, name="forms"),
    path("registered-forms/review/", set_up.review, name="forms_review"),
    path("registered-forms/confirm/", set_up.confirm, name="forms_confirm"),
    path("registered-forms/start/", set_up.register_and_start, name="register_and_start"),
    path("registered-forms/<int:pk>/end/", set_up.end, name="end_form"),
]
