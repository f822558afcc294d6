"""Logging in and out, the account, the taxpayer chosen."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import account, password, session

PAGES: list[URLPattern] = [
    path("login/", session.log_in, name="login"),
    path("login/second/", session.second, name="login_second"),
    path("login/code/", session.ask_code, name="login_code"),
    path("login/code/enter/", session.enter_code, name="login_code_enter"),
    path("password/forgotten/", password.forgotten, name="forgotten"),
    path("password/new/<str:name>/<str:token>/", password.new_password, name="new_password"),
    path("account/security/", account.security, name="security"),
    path("account/password/", password.change, name="password"),
    path("account/confirm/", account.confirm, name="confirm"),
    path("account/confirm/send/", account.send_confirm_code, name="send_confirm_code"),
    path("account/confirm/code/", account.enter_confirm_code, name="confirm_code"),
    path("account/second-factor/on/", account.second_on, name="second_on"),
    path("account/second-factor/off/", account.second_off, name="second_off"),
    path("account/recovery-codes/", account.recovery_codes, name="recovery_codes"),
    path("account/sessions/<int:pk>/end/", account.end_one, name="end_session"),
    path("account/sessions/end-others/", account.end_others, name="end_other_sessions"),
    path("logout/", session.log_out, name="logout"),
    path("taxpayer/", session.choose_taxpayer, name="choose_taxpayer"),
]
