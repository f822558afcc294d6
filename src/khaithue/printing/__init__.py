"""The official paper form: one neutral structure for the printed page and for the page filled in."""

from khaithue.printing.page import document, html, stylesheet
from khaithue.printing.sheet import sheet

__all__ = ["document", "html", "sheet", "stylesheet"]
