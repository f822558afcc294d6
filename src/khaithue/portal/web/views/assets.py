"""Scripts and styles made from the law and from printing: one address a content, kept by browsers."""

import hashlib
import re
from functools import cache

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from khaithue.formula.target_javascript import runtime_text
from khaithue.printing import stylesheet
from khaithue.returns.catalogue import Head, find, heads
from khaithue.returns.form import Form
from khaithue.returns.formulas import javascript

A_YEAR = "public, max-age=31536000, immutable"
AN_HOUR = "public, max-age=3600"


def form_js(request: HttpRequest, name: str) -> HttpResponse:
    """The live figures of one form version, ``01-GTGT_TT80-2021-TT-BTC_2.8.3.js``."""
    named = next((head for head in heads() if _name(head) == name), None)
    if named is None:
        raise Http404
    return _asset(request, _script(named.code, named.basis, named.version), "text/javascript")


def runtime_js(request: HttpRequest) -> HttpResponse:
    """What the scripts of all forms call."""
    return _asset(request, runtime_text(), "text/javascript")


def paper_css(request: HttpRequest) -> HttpResponse:
    """The look of the paper form."""
    return _asset(request, stylesheet(), "text/css")


def form_js_url(form: Form) -> str:
    """The address of a form's script, with the digest of its content."""
    address = reverse("web:form_js", args=[_name(form)])
    return f"{address}?v={_digest(_script(form.code, form.basis, form.version))}"


def runtime_js_url() -> str:
    """The address of the script of all forms, with the digest of its content."""
    return f"{reverse('web:runtime_js')}?v={_digest(runtime_text())}"


def paper_css_url() -> str:
    """The address of the style sheet of the paper form, with the digest of its content."""
    return f"{reverse('web:paper_css')}?v={_digest(stylesheet())}"


def _name(form: Form | Head) -> str:
    return re.sub(r"[^\w.]", "-", "_".join((form.code, form.basis, form.version)))


@cache
def _script(code: str, basis: str, version: str) -> str:
    form = find(code, basis, version)
    return javascript(form) if form else ""


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _asset(request: HttpRequest, text: str, content_type: str) -> HttpResponse:
    response = HttpResponse(text, content_type=f"{content_type}; charset=utf-8")
    response["Cache-Control"] = A_YEAR if request.GET.get("v") == _digest(text) else AN_HOUR
    return response
