"""Addresses of the pages."""

from django.conf import settings
from django.conf.urls.i18n import urlpatterns as language_urls
from django.urls import URLPattern, URLResolver, include, path

from khaithue.portal.web.views import (
    account,
    assets,
    dashboard,
    demo,
    drafts,
    explain,
    filings,
    password,
    session,
    uploads,
)

NAMESPACE = "web"

pages: list[URLPattern] = [
    path("", dashboard.dashboard, name="dashboard"),
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
    path("drafts/start/", drafts.start, name="start"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/autosave/", drafts.autosave, name="autosave"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard"),
    path("drafts/<int:pk>/explain/", explain.explain_box, name="explain"),
    path("drafts/<int:pk>/export/", drafts.export, name="export"),
    path("drafts/<int:pk>/print/", drafts.paper, name="draft_print"),
    path("drafts/<int:pk>/sign/", drafts.sign, name="sign"),
    path("file/", uploads.upload, name="upload"),
    path("file/<uuid:key>/", uploads.review, name="review"),
    path("filings/", filings.filings, name="filings"),
    path("filings/<str:code>/", filings.filing, name="filing"),
    path("filings/<str:code>/receipt/", filings.receipt, name="receipt"),
    path("filings/<str:code>/receipt.xml", filings.receipt_xml, name="receipt_xml"),
    path("filings/<str:code>/original.xml", filings.original_xml, name="original_xml"),
    path("forms/runtime.js", assets.runtime_js, name="runtime_js"),
    path("forms/<str:name>.js", assets.form_js, name="form_js"),
    path("paper.css", assets.paper_css, name="paper_css"),
]

if settings.DEMO:
    pages.append(path("demo/inbox/", demo.inbox, name="inbox"))

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include((pages, NAMESPACE))),
    path("language/", include(language_urls)),
]
