"""A file that is not signed, confirmed with a one-time code: the code is mailed, then typed."""

import uuid
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from khaithue.portal.accounts.access import Right
from khaithue.portal.filing.actions.file_return import file_return
from khaithue.portal.filing.by_code import WRONG, address_of, purpose, too_many
from khaithue.portal.login.codes import issue_code
from khaithue.portal.login.onetime import LIFE, masked
from khaithue.portal.web.models import Upload
from khaithue.portal.web.request import MemberRequest, page, page_for
from khaithue.portal.web.shown import told
from khaithue.portal.web.views.uploads import filed, papers_of, read, reviewed, upload_of, waits_for_code
from khaithue.printing import sheet
from khaithue.returns.findings import Finding

SENT = "code_sent_at"
"""The fact of an upload that says when its code was asked for."""


@require_POST
@page_for(Right.FILE)
def send(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Mail a code for the very file under review, when nothing but the code is missing."""
    kept = upload_of(request, key)
    if kept.filing:
        return redirect("web:receipt", kept.filing.transaction_code)
    if not waits_for_code(request, kept):
        return reviewed(request, kept)
    address = address_of(request.user, request.taxpayer)
    if until := issue_code(request.user, purpose(kept.sha256), address):
        return _asked(request, kept, (too_many(until),), status=429)
    kept.facts = {**kept.facts, SENT: timezone.now().isoformat()}
    kept.save(update_fields=["facts"])
    return redirect("web:filing_code", kept.key)


@never_cache
@sensitive_post_parameters("code")
@page_for(Right.FILE)
@require_http_methods(["GET", "POST"])
def enter(request: MemberRequest, key: uuid.UUID) -> HttpResponse:
    """Type the code; the right one files, and from then on here is the receipt."""
    kept = upload_of(request, key)
    if kept.filing:
        return redirect("web:receipt", kept.filing.transaction_code)
    if request.method == "GET":
        return _asked(request, kept) if SENT in kept.facts else redirect("web:review", kept.key)
    outcome = file_return(
        user=request.user,
        taxpayer=request.taxpayer,
        data=kept.file,
        papers=papers_of(kept),
        code=request.POST.get("code", "")[:40],
    )
    if outcome.filing:
        return filed(request, kept, outcome)
    wrong = tuple(item for item in outcome.findings if item.code in WRONG.values())
    return _asked(request, kept, wrong, status=422) if wrong else reviewed(request, kept, outcome.findings)


def _asked(
    request: MemberRequest, kept: Upload, wrong: tuple[Finding, ...] = (), status: int = 200
) -> HttpResponse:
    ret, sent = read(request, kept), kept.facts.get(SENT)
    context = {
        "section": "upload",
        "upload": kept,
        "sheet": sheet(ret) if ret else None,
        "header": ret.header if ret else {},
        "code_to": masked(address_of(request.user, request.taxpayer)),
        "until": datetime.fromisoformat(sent) + LIFE if sent else None,
        "findings": told(wrong),
    }
    return page(request, "web/filing_code.html", context, status=status)
