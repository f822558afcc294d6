"""Registering: the form is filled, reviewed with the code of an e-mail, and sent."""

from dataclasses import replace
from datetime import date, datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.accounts.models import Membership, Taxpayer
from khaithue.portal.era import era_on, form_on
from khaithue.portal.login.lockout import CODE, SEND, SEND_FROM, failed, passed, take_try
from khaithue.portal.registration.actions.apply import Prepared, apply, prepare
from khaithue.portal.registration.actions.mail_email_code import mail_email_code
from khaithue.portal.registration.offices import offices
from khaithue.portal.web.applying import KEY, Registering, typed
from khaithue.portal.web.entering import counted, locked_words
from khaithue.portal.web.request import page
from khaithue.portal.web.shown import Told, say, told
from khaithue.portal.web.views.assets import paper_css_url
from khaithue.printing import html, sheet
from khaithue.returns.findings import Finding, finding, has_errors

FIELDS = ("mst", "name", "office", "email", "email_again", "phone", "start", "certificate")
"""The fields findings lead to."""


@never_cache
@require_http_methods(["GET", "POST"])
def register(request: HttpRequest) -> HttpResponse:
    """The form to fill; sent without a fault it leads to the review."""
    now = timezone.now()
    if request.method == "GET":
        held = Registering.of(request.session)
        if not held.texts:
            return _form(request, Registering(_known(request)), None, ())
        return _form(request, held, prepare(held.asked, now), ())
    held, file = typed(request, now)
    prepared = prepare(replace(held.asked, certificate=file) if file else held.asked, now)
    held.keep(request.session)
    if has_errors(prepared.findings):
        return _form(request, held, prepared, prepared.findings)
    if until := _mail_code(request, held):
        return _form(request, held, prepared, (), locked_words(until), 429)
    return redirect("web:register_review")


@sensitive_post_parameters("code")
@never_cache
@require_http_methods(["GET", "POST"])
def review(request: HttpRequest) -> HttpResponse:
    """The form as it will be sent, with the certificate read; the code of the e-mail sends it."""
    held = Registering.of(request.session)
    prepared = prepare(held.asked, timezone.now())
    if not held.mailed or has_errors(prepared.findings):
        return redirect("web:register")
    if request.method == "GET":
        return _review(request, prepared)
    tries = counted(request, CODE, f"register {held.asked.email}")
    if until := take_try(*tries):
        return _review(request, prepared, (), locked_words(until), 429)
    if not held.mailed.confirms(held.asked.email, request.POST.get("code", "")[:40], timezone.now()):
        until = failed(*tries)
        return _review(request, prepared, (finding("REG-EMAIL-CODE"),), locked_words(until) if until else "")
    passed(*tries, counted(request, SEND, f"register {held.asked.email}")[0])
    outcome = apply(asked=held.asked)
    if outcome.value is None:
        return _form(request, held, prepared, outcome.findings)
    del request.session[KEY]
    return redirect("web:slip", outcome.value.key)


@require_POST
def send_code(request: HttpRequest) -> HttpResponse:
    """Mail another code."""
    held = Registering.of(request.session)
    prepared = prepare(held.asked, timezone.now())
    if has_errors(prepared.findings):
        return redirect("web:register")
    if until := _mail_code(request, held):
        return _review(request, prepared, (), locked_words(until), 429)
    return redirect("web:register_review")


def _known(request: HttpRequest) -> dict[str, str]:
    """What is known of a user's taxpayer that has left the service and may come back."""
    member = Membership.objects.filter(user=request.user.pk, taxpayer__service=Taxpayer.Service.STOPPED)
    found = member.select_related("taxpayer").first()
    if found is None:
        return {}
    names = ("mst", "name", "office_code", "email", "phone")
    return {name: getattr(found.taxpayer, name) for name in names}


def _mail_code(request: HttpRequest, held: Registering) -> datetime | None:
    """Mail a code to the address typed and remember its hash; or until when none is sent."""
    if until := take_try(*counted(request, SEND, f"register {held.asked.email}", SEND_FROM)):
        return until
    held.mail(mail_email_code(email=held.asked.email))
    held.keep(request.session)
    return None


def _form(
    request: HttpRequest,
    held: Registering,
    prepared: Prepared | None,
    findings: tuple[Finding, ...],
    fault: str = "",
    status: int = 0,
) -> HttpResponse:
    day = timezone.localdate()
    era = era_on(day)
    found = told(findings)
    certificate = prepared.certificate if prepared and prepared.certificate else None
    context = {
        "typed": held.texts,
        "alone": held.alone,
        "certificate": certificate if certificate and certificate.der else None,
        "offices": sorted(offices(day).items()),
        "era": era,
        "era_name": say(era.name),
        "month": f"{day:%m/%Y}",
        "asks_start": _asks_start(era.register.form, day),
        "findings": [_plain(item) for item in found],
        "wrong": {item.address for item in found},
        "fault": fault,
    }
    return page(request, "web/register/form.html", context, status=status or (422 if found else 200))


def _plain(item: Told) -> Told:
    """The finding without the name of the field, which is not one of the paper's boxes."""
    return replace(item, place="", href=f"#{item.address}" if item.address in FIELDS else "")


def _asks_start(form_code: str, day: date) -> bool:
    form = form_on(form_code, day)
    return form is not None and "bat_dau" in form.fields


def _review(
    request: HttpRequest,
    prepared: Prepared,
    findings: tuple[Finding, ...] = (),
    fault: str = "",
    status: int = 0,
) -> HttpResponse:
    context = {
        "asked": prepared.asked,
        "certificate": prepared.certificate,
        "notes": [_plain(item) for item in told(prepared.findings)],
        "findings": told(findings),
        "fault": fault,
        "paper": mark_safe(html(sheet(prepared.paper))),  # noqa: S308 - printing escapes
        "paper_css": paper_css_url(),
        "form_code": prepared.paper.form.code,
        "send_label": _("Gửi hồ sơ đăng ký"),
    }
    return page(request, "web/register/review.html", context, status=status or (422 if findings else 200))
