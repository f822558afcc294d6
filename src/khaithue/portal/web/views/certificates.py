"""The certificates a taxpayer signs with: read before they are registered, ended."""

import base64
import binascii

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from khaithue import law
from khaithue.portal.accounts.access import Right
from khaithue.portal.registration.actions.change_certificate import add_certificate, end_certificate
from khaithue.portal.registration.certificate import (
    LONGEST,
    CertificateFacts,
    against_registering,
    read_certificate,
)
from khaithue.portal.registration.duty import notify_by
from khaithue.portal.registration.models import RegisteredCertificate
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import told
from khaithue.returns.findings import Finding, finding, has_errors

SECTION = {"section": "details"}


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def certificates(request: MemberRequest) -> HttpResponse:
    """What is registered; and a certificate handed in, as it was read."""
    if request.method == "GET":
        return _list(request)
    sent = request.FILES.get("file")
    if sent is None or not sent.size or sent.size > LONGEST:
        return _list(request, (finding("CERT-FILE-NONE"),))
    facts = read_certificate(sent.read(), request.taxpayer.mst, timezone.now())
    found = facts.findings + against_registering(request.taxpayer, facts)
    if not facts.der:
        return _list(request, found)
    return _read(request, facts, found)


@require_POST
@page_for(Right.MANAGE)
def add(request: MemberRequest) -> HttpResponse:
    """Register the certificate that was shown, and end those it takes the place of."""
    ending = [int(key) for key in request.POST.getlist("end") if key.isdecimal() and len(key) < 10]
    data = _der(request.POST.get("der", ""))
    outcome = add_certificate(user=request.user, taxpayer=request.taxpayer, data=data, ending=ending)
    if outcome.value is None:
        return _list(request, outcome.findings)
    messages.success(request, _("Đã đăng ký chứng thư số. Thông báo của cơ quan thuế được gửi qua thư."))
    return redirect("web:certificates")


@page_for(Right.MANAGE)
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, pk: int) -> HttpResponse:
    """End a certificate, after asking."""
    held = get_object_or_404(request.taxpayer.certificates.filter(ended_at=None), pk=pk)
    if request.method == "GET":
        last = not request.taxpayer.certificates.filter(ended_at=None).exclude(pk=pk).exists()
        return page(request, "web/certificate_end.html", {**SECTION, "held": held, "last": last})
    end_certificate(user=request.user, certificate=held)
    messages.success(request, _("Đã ngừng chứng thư số."))
    return redirect("web:certificates")


def _list(request: MemberRequest, wrong: tuple[Finding, ...] = ()) -> HttpResponse:
    duty = law.document("procedures/eras.toml")["certificate_change"]
    held = request.taxpayer.certificates.all()
    context = {
        **SECTION,
        "now": timezone.now(),
        "held": sorted(held, key=lambda item: item.ended_at is not None),
        "working_days": duty["working_days"],
        "law": duty["law"],
        "findings": told(wrong),
    }
    return page(request, "web/certificates.html", context, status=422 if wrong else 200)


def _read(request: MemberRequest, facts: CertificateFacts, found: tuple[Finding, ...]) -> HttpResponse:
    begun = timezone.localdate(facts.not_before) if facts.not_before else timezone.localdate()
    by = notify_by(begun)
    context = {
        **SECTION,
        "facts": facts,
        "der": base64.b64encode(facts.der).decode("ascii"),
        "findings": told(found),
        "refused": has_errors(found),
        "begun": begun,
        "by": by,
        "late": timezone.localdate() > by,
        "others": RegisteredCertificate.objects.filter(taxpayer=request.taxpayer, ended_at=None),
    }
    return page(request, "web/certificate_read.html", context, status=422 if has_errors(found) else 200)


def _der(typed: str) -> bytes:
    try:
        return base64.b64decode(typed[:LONGEST], validate=True)
    except binascii.Error:
        return b""
