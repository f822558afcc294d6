"""The first page, and returns being filled in."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import assets, dashboard, drafts, explain

PAGES: list[URLPattern] = [
    path("", dashboard.landing, name="dashboard"),
    path("drafts/start/", drafts.start, name="start"),
    path("drafts/<int:pk>/", drafts.draft, name="draft"),
    path("drafts/<int:pk>/autosave/", drafts.autosave, name="autosave"),
    path("drafts/<int:pk>/discard/", drafts.discard, name="discard"),
    path("drafts/<int:pk>/explain/", explain.explain_box, name="explain"),
    path("drafts/<int:pk>/export/", drafts.export, name="export"),
    path("drafts/<int:pk>/print/", drafts.paper, name="draft_print"),
    path("drafts/<int:pk>/review/", drafts.to_review, name="draft_review"),
    path("drafts/<int:pk>/sign/", drafts.sign, name="sign"),
    path("forms/runtime.js", assets.runtime_js, name="runtime_js"),
    path("forms/<str:name>.js", assets.form_js, name="form_js"),
    path("paper.css", assets.paper_css, name="paper_css"),
]
