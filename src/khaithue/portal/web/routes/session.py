"""Log in, log out, choose the taxpayer."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import session

PAGES: list[URLPattern] = [
    path("login/", session.LogIn.as_view(), name="login"),
    path("logout/", session.log_out, name="logout"),
    path("taxpayer/", session.choose_taxpayer, name="choose_taxpayer"),
]
