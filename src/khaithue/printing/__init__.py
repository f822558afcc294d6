"""The official paper form: one neutral structure, read by the printed page and by the page that is filled in."""

from khaithue.printing.page import document, html, stylesheet
from khaithue.printing.sheet import sheet

__all__ = ["document", "html", "sheet", "stylesheet"]
