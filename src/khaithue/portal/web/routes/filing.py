"""Signed files: uploaded, reviewed, filed."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import uploads

PAGES: list[URLPattern] = [
    path("file/", uploads.upload, name="upload"),
    path("file/<uuid:key>/", uploads.review, name="review"),
]
