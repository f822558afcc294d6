"""The office's side of filing."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import office_filings, papers

PAGES: list[URLPattern] = [
    path("office/filings/", office_filings.office_filings, name="office_filings"),
    path("office/filings/<str:code>/", office_filings.office_filing, name="office_filing"),
    path("office/filings/<str:code>/accept/", office_filings.accept, name="accept_filing"),
    path("office/filings/<str:code>/refuse/", office_filings.refuse, name="refuse_filing"),
    path("office/filings/<str:code>/original.xml", office_filings.office_original, name="office_original"),
    path("office/filings/<str:code>/papers/<int:paper>/", papers.office_paper, name="office_paper"),
]
