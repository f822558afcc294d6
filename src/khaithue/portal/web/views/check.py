"""The public page: is this notice one of ours, and what does it attest? No log-in, few tries."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse

from khaithue.portal.login.address import address_of, network_of
from khaithue.portal.login.lockout import PAUSE, Counted, Limit, passed, take_try
from khaithue.portal.notices.checking import Checked, check_file, check_number, masked, masked_code
from khaithue.portal.notices.models import Notice
from khaithue.portal.signers import signer_of
from khaithue.portal.web.request import as_member, page
from khaithue.portal.web.shown import told
from khaithue.returns.findings import Finding, finding

CHECKS = Limit("check-notice", 20, PAUSE, shared=True)
"""Tries that found nothing, from one address."""

LARGEST = 2_000_000
"""Most bytes of a notice's XML."""


def check(request: HttpRequest) -> HttpResponse:
    """Ask for a notice's file, or its number and code; then say what is true of it."""
    as_member(request)
    asked = {
        name: request.POST.get(name, request.GET.get(name, "")).strip()[:60] for name in ("number", "code")
    }
    context: dict[str, Any] = {"section": "check", "asked": asked}
    if request.method != "POST":
        return page(request, "web/check.html", context)
    counted = Counted(CHECKS, network_of(address_of(request)))
    if take_try(counted):
        return _refused(request, context, finding("CHECK-LIMIT", minutes=PAUSE.seconds // 60), 429)
    sent = request.FILES.get("notice")
    if not sent and not (asked["number"] and asked["code"]):
        return _refused(request, context, finding("CHECK-NOTHING"), 422)
    if sent and (sent.size or 0) > LARGEST:
        too_large = finding("FILE-TOO-LARGE", size=sent.size, limit=LARGEST)
        return _refused(request, context, too_large, 413)
    checked = _by_file(sent, request) if sent else check_number(asked["number"], asked["code"])
    if checked is None:
        return _refused(request, context, finding("CHECK-UNKNOWN"), 404)
    if checked.notice:
        passed(counted)
    return page(request, "web/check.html", {**context, **_shown(checked, open_facts=bool(sent))})


def _by_file(sent: "UploadedFile[bytes]", request: HttpRequest) -> Checked:
    filed = request.FILES.get("filed")
    return check_file(sent.read(), _digest(filed) if filed else "")


def _digest(file: "UploadedFile[bytes]") -> str:
    digest = hashlib.sha256()
    for part in file.chunks():
        digest.update(part)
    return digest.hexdigest()


def _refused(request: HttpRequest, context: dict[str, Any], wrong: Finding, status: int) -> HttpResponse:
    return page(request, "web/check.html", {**context, "findings": told([wrong])}, status=status)


def _shown(checked: Checked, *, open_facts: bool) -> dict[str, Any]:
    notice = checked.notice
    return {
        "checked": checked,
        "findings": told(checked.findings),
        "signers": signer_of(checked.status) if open_facts else (),
        "notice": notice,
        "filing": notice.filing if notice else None,
        "who": _who(notice, open_facts=open_facts) if notice else None,
        "is_masked": not open_facts,
    }


def _who(notice: Notice, *, open_facts: bool) -> dict[str, str]:
    """Whom the notice is for; who only typed a number sees no name and no tax code."""
    holder = notice.taxpayer or notice.application
    name, mst = (holder.name, holder.mst) if holder else ("", "")
    return {"name": name, "mst": mst} if open_facts else {"name": masked(name), "mst": masked_code(mst)}
