"""The appointment slip of an application, for whoever has its key: what was sent, when the answer comes."""

import uuid

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from khaithue.portal.notices.models import Notice
from khaithue.portal.notices.paper import notice_pdf as paper_of_notice
from khaithue.portal.registration.appointment import appointment_time, step_of
from khaithue.portal.registration.models import Application
from khaithue.portal.registration.papers import slip as paper_of
from khaithue.portal.registration.stored import pdf_of
from khaithue.portal.web.papers import file_reply
from khaithue.portal.web.request import page
from khaithue.printing.pdf import pdf


@never_cache
@require_safe
def slip(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The slip, to read and to print; after the answer it shows that."""
    application = _application(key)
    context = {
        "application": application,
        "by_time": appointment_time(application),
        "law": step_of(application).law,
        "notice": _answer(application),
        "has_form": bool(application.data),
    }
    return page(request, "web/register/slip.html", context)


@never_cache
@require_safe
def slip_pdf(_request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The slip as PDF."""
    application = _application(key)
    return file_reply(pdf(paper_of(application)), f"{application.code}-hen.pdf", "application/pdf")


@never_cache
@require_safe
def form_pdf(_request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The form that was sent, as PDF."""
    application = _application(key)
    if not application.data:
        raise Http404
    return file_reply(pdf_of(application), f"{application.code}.pdf", "application/pdf")


@never_cache
@require_safe
def notice_xml(_request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The office's signed answer."""
    notice = _answered(key)
    return file_reply(bytes(notice.xml), f"{notice.number.replace('/', '-')}.xml", "application/xml")


@never_cache
@require_safe
def notice_pdf(_request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The same as PDF."""
    notice = _answered(key)
    return file_reply(paper_of_notice(notice), f"{notice.number.replace('/', '-')}.pdf", "application/pdf")


def _application(key: uuid.UUID) -> Application:
    return get_object_or_404(Application, key=key)


def _answer(application: Application) -> Notice | None:
    kinds = (Notice.Kind.REGISTRATION, Notice.Kind.STOP, Notice.Kind.CHANGE)
    return application.notices.filter(kind__in=kinds).first()


def _answered(key: uuid.UUID) -> Notice:
    notice = _answer(_application(key))
    if notice is None:
        raise Http404
    return notice
