"""Supplements and returns first filed on paper."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import amend

PAGES: list[URLPattern] = [
    path("drafts/<int:pk>/differences/", amend.differences, name="differences"),
    path("paper/", amend.papers, name="papers"),
    path("paper/<int:pk>/", amend.paper, name="paper"),
    path("paper/<int:pk>/forget/", amend.forget, name="forget_paper"),
]
