"""What was filed."""

from django.urls import URLPattern, path

from khaithue.portal.web.views import filings

PAGES: list[URLPattern] = [
    path("filings/", filings.filings, name="filings"),
    path("filings/<str:code>/", filings.filing, name="filing"),
    path("filings/<str:code>/receipt/", filings.receipt, name="receipt"),
    path("filings/<str:code>/receipt.xml", filings.receipt_xml, name="receipt_xml"),
    path("filings/<str:code>/original.xml", filings.original_xml, name="original_xml"),
]
