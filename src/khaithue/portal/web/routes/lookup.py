"""What was filed, the office's notices, the whole history, and the public check."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import check, dossiers, filings, history, notices

PAGES: list[URLPattern] = [
    path("filings/", filings.filings, name="filings"),
    path("filings/list.csv", filings.filings_csv, name="filings_csv"),
    path("filings/<str:code>/", filings.filing, name="filing"),
    path("filings/<str:code>/receipt/", filings.receipt, name="receipt"),
    path("filings/<str:code>/receipt.xml", filings.receipt_xml, name="receipt_xml"),
    path("filings/<str:code>/original.xml", filings.original_xml, name="original_xml"),
    path("filings/<str:code>/original.pdf", filings.original_pdf, name="original_pdf"),
    path("notices/", notices.notices, name="notices"),
    path("notices/<int:pk>/", notices.notice, name="notice"),
    path("notices/<int:pk>/notice.xml", notices.notice_xml, name="notice_xml"),
    path("notices/<int:pk>/notice.pdf", notices.notice_pdf, name="notice_pdf"),
    path("dossiers/", dossiers.dossiers, name="dossiers"),
    path("dossiers/<str:code>/", dossiers.dossier, name="dossier"),
    path("dossiers/<str:code>/form.pdf", dossiers.dossier_pdf, name="dossier_pdf"),
    path("dossiers/<str:code>/form.xml", dossiers.dossier_xml, name="dossier_xml"),
    path("history/", history.history, name="history"),
    path("history/<uuid:key>/", history.export, name="export_page"),
    path("history/<uuid:key>/state/", history.export_state, name="export_state"),
    path("history/<uuid:key>/file/", history.export_file, name="export_file"),
    path("history/<uuid:key>/cancel/", history.export_cancel, name="export_cancel"),
    path("check/", check.check, name="check"),
]
